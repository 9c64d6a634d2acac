import Foundation
import Synchronization

/// Stands between clients and one node, knows the frames of Kafka's protocol, and does to them what its rules say.
///
/// The node has to be advertised by the proxy's port (`TestBroker.Options.isProxied`), or clients would go around it.
public final class KafkaProxy: Sendable {
    public let port: UInt16
    private let upstream: UInt16
    private let shared: Mutex<Shared>
    /// A byte written here wakes the thread.
    private let bell: Int32

    private struct Shared {
        var rules: ProxyRules
        var hidden: Set<Int16> = []
        var isFrozen = false
        var isClosedOff = false
        var cutsAll = false
        var releases = false
        var held: [Int16: Int] = [:]
        var connections = 0
        var ends = false
        var hasEnded = false
        /// How many changes were asked for, and how many the thread goes by.
        var asked = 0
        var seen = 0
    }

    /// Listens on `port` and passes on to `upstream`, both of the loopback. `seed` decides what rules with a probability do.
    public init(port: UInt16, upstream: UInt16, seed: UInt64 = 1) throws {
        self.port = port
        self.upstream = upstream
        shared = Mutex(Shared(rules: ProxyRules(seed: seed)))
        let listener = try Socket.listening(on: port)
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Socket.Failure("socketpair", port) }
        bell = ends[1]
        let ear = ends[0]
        Thread { [weak self] in
            var loop = ProxyLoop(listener: listener, ear: ear, upstream: upstream)
            // The proxy lives as long as somebody holds it, not as long as its thread.
            while let proxy = self, proxy.turn(&loop) {}
            loop.end()
        }.start()
    }

    deinit {
        ring()
        close(bell)
    }

    private func turn(_ loop: inout ProxyLoop) -> Bool {
        let orders = shared.withLock { shared in
            shared.seen = shared.asked
            defer {
                shared.cutsAll = false
                shared.releases = false
            }
            return ProxyLoop.Orders(
                isFrozen: shared.isFrozen, isClosedOff: shared.isClosedOff, cutsAll: shared.cutsAll, releases: shared.releases,
                hidden: shared.hidden, ends: shared.ends)
        }
        guard !orders.ends else {
            shared.withLock { $0.hasEnded = true }
            return false
        }
        loop.turn(orders) { api, client in self.shared.withLock { $0.rules.action(for: api, of: client) } }
        shared.withLock {
            $0.held = loop.held
            $0.connections = loop.connectionCount
        }
        return true
    }

    private func ring() {
        var byte: UInt8 = 1
        _ = send(bell, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// Returns when the thread goes by it: what was on its way before has passed, nothing passes that must not.
    private func change(_ body: (inout Shared) -> Void) {
        let number = shared.withLock {
            body(&$0)
            $0.asked += 1
            return $0.asked
        }
        ring()
        while shared.withLock({ $0.seen < number && !$0.hasEnded }) { Wait.nap(.microseconds(200)) }
    }

    // MARK: What a test says

    /// Adds a rule; its number is for `applied` and `remove`.
    @discardableResult
    public func add(_ rule: ProxyRule) -> Int { shared.withLock { $0.rules.add(rule) } }

    public func remove(_ id: Int) { shared.withLock { $0.rules.remove(id) } }
    public func removeRules() { shared.withLock { $0.rules.removeAll() } }
    /// How often a rule has done its work.
    public func applied(_ id: Int) -> Int { shared.withLock { $0.rules.entries[id]?.applied ?? 0 } }

    /// Lets go of every answer that is held or delayed, in their order.
    public func release() { change { $0.releases = true } }
    /// Answers that are held or delayed now.
    public func held(_ api: KafkaAPI) -> Int { shared.withLock { $0.held[api.rawValue] ?? 0 } }

    /// Questions of a kind that have come so far.
    public func questions(_ api: KafkaAPI) -> Int { shared.withLock { $0.rules.questions[api.rawValue] ?? 0 } }
    public var connections: Int { shared.withLock { $0.connections } }

    /// Nothing moves, in neither direction, and nothing ends: a network that lost its way.
    public func freeze() { change { $0.isFrozen = true } }
    public func thaw() { change { $0.isFrozen = false } }

    /// Ends every connection and takes no new one, until `open()`.
    public func closeOff() {
        change {
            $0.isClosedOff = true
            $0.cutsAll = true
        }
    }
    public func open() { change { $0.isClosedOff = false } }

    /// Ends every connection once.
    public func cutAll() { change { $0.cutsAll = true } }

    /// Answers to ApiVersions say that the broker has never heard of these: it looks older than it is.
    public func hide(_ apis: Set<KafkaAPI>) { shared.withLock { $0.hidden = Set(apis.map(\.rawValue)) } }
    /// As a broker before transactions (0.11) looked.
    public func hideTransactions() { hide([.initProducerId, .addPartitionsToTxn, .addOffsetsToTxn, .endTxn, .txnOffsetCommit]) }

    /// Ends the proxy; its port is free soon after.
    public func end() { change { $0.ends = true } }
}

extension TestBroker {
    /// One proxy for each node, at the port that it is advertised by.
    public func proxies(seed: UInt64 = 1) throws -> [KafkaProxy] {
        try nodes.map { try KafkaProxy(port: $0.proxyPort, upstream: $0.proxiedPort, seed: seed &+ UInt64($0.id)) }
    }
}
