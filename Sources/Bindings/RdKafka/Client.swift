import CRdKafka
import Glibc
import Synchronization

/// A line of librdkafka: its log, and errors of connections.
public struct LibraryLine: Sendable {
    /// As syslog has it: 0 (emergency) to 7 (debug).
    public var level: Int32
    public var client: String
    public var facility: String
    public var text: String
}

/// What a handle tells on its own account. All may be called from any thread, also while the handle is being destroyed.
public struct ClientCallbacks: Sendable {
    public var onLine: @Sendable (LibraryLine) -> Void
    /// Errors of the handle as a whole, when the handle is polled. A consumer that reports them as events does not call it.
    public var onError: (@Sendable (RdKafkaError) -> Void)?
    /// The statistics as JSON, every `statistics.interval.ms`.
    public var onStatistics: (@Sendable (String) -> Void)?

    public init(
        onLine: @escaping @Sendable (LibraryLine) -> Void = { _ in }, onError: (@Sendable (RdKafkaError) -> Void)? = nil,
        onStatistics: (@Sendable (String) -> Void)? = nil
    ) {
        self.onLine = onLine
        self.onError = onError
        self.onStatistics = onStatistics
    }
}

/// One handle of librdkafka, with its threads and connections. It lives until the last reference is gone.
///
/// Unchecked: `rd_kafka_t` is thread-safe, "all functions may be called from any thread at any time" (rdkafka.h, and
/// INTRODUCTION.md, "Threads and callbacks"); everything else here is constant.
public final class Client: @unchecked Sendable {
    public enum Kind: Sendable { case producer, consumer }

    public let kind: Kind
    let pointer: OpaquePointer
    let context: Context
    private let keptContext: Unmanaged<Context>
    /// Opens when the handle's threads have ended.
    public let ended = Latch()

    /// What callbacks of C find behind their opaque pointer.
    final class Context: @unchecked Sendable {
        // Unchecked: `deliveries` is changed by delivery reports alone, which librdkafka calls on the thread that polls, flushes or
        // commits, and that is the one thread which uses the producer; the rest is constant or atomic.
        let callbacks: ClientCallbacks
        let disconnects = Atomic<Int>(0)
        var deliveries = Deliveries()
        /// Who wants a report of each record gets it in place of `deliveries`; set before the first record, called on the same thread.
        var onReport: ((UnsafePointer<rd_kafka_message_t>) -> Void)?
        init(_ callbacks: ClientCallbacks) { self.callbacks = callbacks }
    }

    /// `events` are of `RD_KAFKA_EVENT_…`.
    init(_ kind: Kind, _ configuration: borrowing Configuration, _ callbacks: ClientCallbacks, events: Int32 = 0) throws(RdKafkaError) {
        let context = Context(callbacks)
        let kept = Unmanaged.passRetained(context)
        let conf = configuration.duplicate()
        rd_kafka_conf_set_opaque(conf, kept.toOpaque())
        Client.setCallbacks(conf, kind)
        if events != 0 { rd_kafka_conf_set_events(conf, events) }
        var text = [CChar](repeating: 0, count: 512)
        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let pointer = rd_kafka_new(type, conf, &text, text.count) else {
            // The configuration stays ours when the handle could not be made.
            let code = rd_kafka_last_error()
            rd_kafka_conf_destroy(conf)
            kept.release()
            throw RdKafkaError(RdKafkaError.Code(code), text: Configuration.string(text))
        }
        self.kind = kind
        self.pointer = pointer
        self.context = context
        keptContext = kept
    }

    /// A handle that joins nothing and writes nothing: for metadata, watermarks and administration.
    public convenience init(consumer configuration: borrowing Configuration, _ callbacks: ClientCallbacks) throws(RdKafkaError) {
        try self.init(.consumer, configuration, callbacks)
    }

    public convenience init(producer configuration: borrowing Configuration, _ callbacks: ClientCallbacks) throws(RdKafkaError) {
        try self.init(.producer, configuration, callbacks)
    }

    deinit {
        // Destroying waits for the handle's threads, and can wait long for a broker that does not answer: not here. The context is
        // kept until it has returned, for callbacks come until then.
        let rest = Rest(pointer: pointer, context: keptContext, ended: ended)
        Background.run {
            rd_kafka_destroy_flags(rest.pointer, Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE))
            rest.context.release()
            rest.ended.open()
        }
    }

    /// Unchecked: the last reference is gone, the thread that destroys is the only one that has these.
    private struct Rest: @unchecked Sendable {
        let pointer: OpaquePointer
        let context: Unmanaged<Context>
        let ended: Latch
    }

    public var name: String { String(cString: rd_kafka_name(pointer)) }

    /// How often a connection of this handle has ended.
    public var disconnects: Int { context.disconnects.load(ordering: .relaxed) }

    /// What makes the handle useless for ever; nil as long as it works.
    public var fatalError: RdKafkaError? {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(pointer, &text, text.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return RdKafkaError(.init(code), text: Configuration.string(text), isFatal: true)
    }

    /// Calls back what has come in, waiting for the first at most so long.
    public func poll(milliseconds: Int32) { rd_kafka_poll(pointer, milliseconds) }

    // MARK: - Callbacks

    private static func setCallbacks(_ conf: OpaquePointer?, _ kind: Kind) {
        // Any of librdkafka's threads calls it; what it gets is only valid until it returns.
        rd_kafka_conf_set_log_cb(conf) { handle, level, facility, text in
            guard let handle, let opaque = rd_kafka_opaque(handle) else { return }
            let context = Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue()
            context.callbacks.onLine(
                LibraryLine(
                    level: level, client: String(cString: rd_kafka_name(handle)), facility: facility.map { String(cString: $0) } ?? "",
                    text: text.map { String(cString: $0) } ?? ""))
        }
        // On the thread that polls.
        rd_kafka_conf_set_error_cb(conf) { handle, code, text, opaque in
            guard let opaque else { return }
            let context = Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue()
            let error = RdKafkaError(
                .init(rawValue: code), text: text.map { String(cString: $0) }, isFatal: code == RD_KAFKA_RESP_ERR__FATAL.rawValue)
            if let onError = context.callbacks.onError {
                onError(error)
            } else {
                context.callbacks.onLine(
                    LibraryLine(
                        level: 4, client: handle.map { String(cString: rd_kafka_name($0)) } ?? "", facility: "ERROR",
                        text: error.description))
            }
        }
        // On the thread that polls; the text stays librdkafka's.
        rd_kafka_conf_set_stats_cb(conf) { _, text, count, opaque in
            guard let opaque, let text else { return 0 }
            let context = Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue()
            if let onStatistics = context.callbacks.onStatistics {
                onStatistics(String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self))
            }
            return 0
        }
        // On the broker's thread. Errors are reported once in 30 s when they are the same; connections that end are counted here, all.
        rd_kafka_conf_set_closesocket_cb(conf) { socket, opaque in
            if let opaque {
                Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue().disconnects.wrappingAdd(1, ordering: .relaxed)
            }
            return close(socket)
        }
        guard kind == .producer else { return }
        // On the thread that polls, flushes or commits. Without it every flush would wait in steps of 10 ms.
        rd_kafka_conf_set_dr_msg_cb(conf) { _, message, opaque in
            guard let message, let opaque else { return }
            Unmanaged<Context>.fromOpaque(opaque)._withUnsafeGuaranteedRef {
                if let onReport = $0.onReport { return onReport(message) }
                $0.deliveries.report(
                    slot: Int(bitPattern: message.pointee._private), offset: message.pointee.offset, code: message.pointee.err)
            }
        }
    }
}

/// What delivery reports have said since the transaction began.
struct Deliveries {
    /// One for each partition that was ever written to; a record carries the number of its slot, counted from 1.
    private(set) var next: [Int64] = []
    private(set) var touched: [Int] = []
    private(set) var failure: (slot: Int, code: RdKafkaError.Code)?

    mutating func slot() -> Int {
        next.append(-1)
        return next.count
    }

    mutating func begin() {
        for slot in touched { next[slot - 1] = -1 }
        touched.removeAll(keepingCapacity: true)
        failure = nil
    }

    mutating func report(slot: Int, offset: Int64, code: rd_kafka_resp_err_t) {
        guard slot > 0, slot <= next.count else { return }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            // What an abort throws away is not what made it necessary.
            if failure == nil, code != RD_KAFKA_RESP_ERR__PURGE_QUEUE, code != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT {
                failure = (slot, RdKafkaError.Code(code))
            }
            return
        }
        // A batch that was sent twice is delivered without saying where.
        guard offset >= 0, offset >= next[slot - 1] else { return }
        if next[slot - 1] < 0 { touched.append(slot) }
        next[slot - 1] = offset + 1
    }
}
