import CRdKafka

/// One request to the brokers that is no reading or writing, and its answer.
///
/// Requests go out on any handle; the answer comes in a queue of its own, so that nobody else takes it. A class, because the compiler of
/// Swift 6.0 stops at a throwing function that borrows a value which cannot be copied.
final class AdminRequest {
    private let queue: OpaquePointer
    private let options: OpaquePointer
    private let client: Client

    /// `milliseconds`: how long the brokers have to answer.
    init(_ client: Client, _ operation: rd_kafka_admin_op_t, milliseconds: Int32) throws(RdKafkaError) {
        self.client = client
        queue = rd_kafka_queue_new(client.pointer)
        options = rd_kafka_AdminOptions_new(client.pointer, operation)
        try set { rd_kafka_AdminOptions_set_request_timeout($0, milliseconds, $1, $2) }
    }

    deinit {
        rd_kafka_AdminOptions_destroy(options)
        rd_kafka_queue_destroy(queue)
    }

    /// Sets one of the request's options.
    func set(
        _ body: (OpaquePointer, UnsafeMutablePointer<CChar>, Int) -> rd_kafka_resp_err_t
    ) throws(RdKafkaError) {
        var text = [CChar](repeating: 0, count: 512)
        let code = text.withUnsafeMutableBufferPointer { body(options, $0.baseAddress!, $0.count) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(.init(code), text: Configuration.string(text)) }
    }

    /// Sends it and waits for the answer, which always comes: librdkafka itself answers when the time is over.
    func send(_ body: (_ handle: OpaquePointer, _ options: OpaquePointer, _ queue: OpaquePointer) -> Void) throws(RdKafkaError)
        -> AdminAnswer
    {
        body(client.pointer, options, queue)
        guard let event = rd_kafka_queue_poll(queue, -1) else { throw RdKafkaError(.timedOut) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
            rd_kafka_event_destroy(event)
            throw RdKafkaError(.init(code), text: text)
        }
        return AdminAnswer(event: event)
    }
}

/// The answer to a request, as it lies in librdkafka's memory.
final class AdminAnswer {
    let event: OpaquePointer

    init(event: OpaquePointer) { self.event = event }

    deinit { rd_kafka_event_destroy(event) }
}

extension RdKafkaError {
    /// Of an error object that stays librdkafka's; nil when it says that there is none.
    init?(lookingAt error: OpaquePointer?) {
        guard let error, rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        self.init(.init(rd_kafka_error_code(error)), text: String(cString: rd_kafka_error_string(error)))
    }
}
