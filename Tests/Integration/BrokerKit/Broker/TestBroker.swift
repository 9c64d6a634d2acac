import Foundation
import Synchronization

/// A real Kafka for tests: one node, or three with three copies of everything, of which two have to be in sync.
public final class TestBroker: Sendable {
    public struct Options: Sendable {
        public var nodes = 1
        /// One node with a controller of its own, which outlives it.
        ///
        /// A node that is broker and controller in one (Kafka 4.3.1) loses the markers of transactions that were open when it was killed:
        /// it comes back as the leader that it was, then its controller takes its leaderships away for a moment, and its transaction
        /// coordinator says "these partitions are likely deleted already and hence can be skipped". What it skipped stays open for ever,
        /// and no client can end it. With a controller that has noticed the death before the node comes back this does not happen.
        public var hasOwnController = false
        /// After so long without a sign of life a node counts as dead.
        public var nodeSession = Duration.seconds(9)
        /// What else stands in the properties of every node.
        public var properties: [String: String] = [:]
        /// Opens a further door that asks for user and password (SASL PLAIN), for these.
        public var passwords: [String: String] = [:]
        /// Opens a further door that is advertised as the port of a `KafkaProxy`, started by `proxies(_:)`.
        public var isProxied = false

        public init() {}
    }

    /// One process of the cluster.
    public final class Node: Sendable {
        public let id: Int
        public let port: UInt16
        /// Behind the proxy, and the proxy itself; 0 when there is none.
        public let proxiedPort: UInt16
        public let proxyPort: UInt16
        let controllerPort: UInt16
        let passwordPort: UInt16
        let folder: String
        fileprivate let process = Mutex<ChildProcess?>(nil)
        /// Where the controller's log ended when this node was killed.
        fileprivate let killedAt = Mutex<Int?>(nil)

        fileprivate init(id: Int, options: Options, folder: String) throws {
            self.id = id
            self.folder = folder
            port = try FreePorts.take()
            controllerPort = try FreePorts.take()
            proxiedPort = options.isProxied ? try FreePorts.take() : 0
            proxyPort = options.isProxied ? try FreePorts.take() : 0
            passwordPort = options.passwords.isEmpty ? 0 : try FreePorts.take()
            try FileManager.default.createDirectory(atPath: folder + "/tmp", withIntermediateDirectories: true)
        }

        public var child: ChildProcess? { process.withLock { $0 } }
        public var isRunning: Bool { child?.isRunning ?? false }
    }

    public let home: KafkaHome
    public let options: Options
    public let folder: String
    public let nodes: [Node]
    private let controller: Node?

    /// For clients: every node's plain door.
    public var bootstrap: String { nodes.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") }
    /// For clients that shall go through the proxies.
    public var proxiedBootstrap: String { nodes.map { "127.0.0.1:\($0.proxyPort)" }.joined(separator: ",") }
    /// The door that asks for a password: `security.protocol=SASL_PLAINTEXT`, `sasl.mechanism=PLAIN`.
    public var passwordBootstrap: String { nodes.map { "127.0.0.1:\($0.passwordPort)" }.joined(separator: ",") }

    /// The broker that all tests of one process share, with every door. It starts with the first that asks and ends with the process.
    public static func shared() throws -> TestBroker { try sharedResult.get() }

    private static let sharedResult = Result {
        var options = Options()
        options.hasOwnController = true
        options.nodeSession = .seconds(6)
        options.isProxied = true
        options.passwords = ["worker": "the-right-one"]
        return try TestBroker(options)
    }

    /// Starts the nodes and returns when all of them serve.
    public init(_ options: Options = Options()) throws {
        guard let home = KafkaHome.find() else { throw ChildProcess.CannotStart(description: KafkaHome.reason) }
        self.home = home
        self.options = options
        let folder = try KitFolder.make("broker")
        self.folder = folder
        nodes = try (1...options.nodes).map { try Node(id: $0, options: options, folder: "\(folder)/node\($0)") }
        controller = options.hasOwnController ? try Node(id: 100, options: options, folder: "\(folder)/controller") : nil
        let clusterId = TestBroker.makeClusterId()
        let all = nodes + [controller].compactMap { $0 }
        for node in all { try write(properties(of: node), to: node.folder + "/server.properties") }
        let formatting = try all.map { node in
            try ChildProcess(
                home.path + "/bin/kafka-storage.sh", ["format", "-t", clusterId, "-c", node.folder + "/server.properties"],
                environment: environment(of: node), folder: node.folder, output: node.folder + "/format.log")
        }
        for process in formatting {
            guard process.waitForEnd(within: .seconds(60)) == .code(0) else {
                throw ChildProcess.CannotStart(description: "the broker's folder cannot be formatted: \(process.tail())")
            }
        }
        try start(all)
    }

    deinit { for node in nodes + [controller].compactMap({ $0 }) { node.child?.send(SIGKILL) } }

    // MARK: Faults

    /// Ends nodes as an operator would. All of them when none is named.
    public func stop(_ chosen: [Node]? = nil) {
        for node in chosen ?? nodes { node.child?.send(SIGTERM) }
        for node in chosen ?? nodes where node.child?.waitForEnd(within: .seconds(30)) == nil { kill([node]) }
    }

    public func kill(_ chosen: [Node]? = nil) {
        for node in chosen ?? nodes { node.killedAt.withLock { $0 = controller?.child?.textSize } }
        for node in chosen ?? nodes { node.child?.send(SIGKILL) }
        for node in chosen ?? nodes { _ = node.child?.waitForEnd(within: .seconds(10)) }
    }

    public func pause(_ chosen: [Node]? = nil) { for node in chosen ?? nodes { node.child?.send(SIGSTOP) } }
    public func resume(_ chosen: [Node]? = nil) { for node in chosen ?? nodes { node.child?.send(SIGCONT) } }

    /// Starts nodes that ended, with the same ports and data, and returns when they serve.
    public func restart(_ chosen: [Node]? = nil) throws {
        let ended = (chosen ?? nodes).filter { !$0.isRunning }
        try waitUntilNoticed(ended)
        try start(ended)
    }

    /// A controller of its own has noticed that the nodes are dead.
    private func waitUntilNoticed(_ ended: [Node]) throws {
        guard let child = controller?.child else { return }
        try Wait.until("the controller has noticed", within: options.nodeSession + .seconds(30), every: .milliseconds(50)) {
            ended.allSatisfy { node in
                guard let offset = node.killedAt.withLock({ $0 }) else { return true }
                return child.text(from: offset).contains("Fencing broker \(node.id) ")
            }
        }
    }

    private func start(_ chosen: [Node]) throws {
        var offsets: [Int: Int] = [:]
        for node in chosen {
            let log = node.folder + "/broker.log"
            offsets[node.id] = (try? FileManager.default.attributesOfItem(atPath: log))?[.size] as? Int ?? 0
            let child = try ChildProcess(
                home.path + "/bin/kafka-server-start.sh", [node.folder + "/server.properties"], environment: environment(of: node),
                folder: node.folder, output: log)
            node.process.withLock { $0 = child }
            node.killedAt.withLock { $0 = nil }
        }
        for node in chosen {
            let child = node.child!
            try Wait.until("broker \(node.id) serves", within: .seconds(90), every: .milliseconds(20), detail: { child.tail() }) {
                guard child.isRunning else {
                    throw ChildProcess.CannotStart(description: "broker \(node.id) ended (\(child.end!)): \(child.tail())")
                }
                return child.text(from: offsets[node.id] ?? 0).contains("Kafka Server started")
            }
        }
    }

    // MARK: Topics

    /// Makes topics and returns when every partition has a leader. Settings as `cleanup.policy` are Kafka's own.
    public func makeTopics(_ names: [String], partitions: Int, settings: [String: String] = [:]) throws {
        let client = try anyClient()
        try client.makeTopics(names, partitions: partitions, copies: min(3, options.nodes), settings: settings)
        try Wait.until("leaders of \(names.joined(separator: ", "))") {
            let topics = try client.metadata(names).topics
            return names.allSatisfy { topics[$0]?.count == partitions && topics[$0]!.allSatisfy { $0.code == 0 && $0.leader >= 0 } }
        }
    }

    public func removeTopics(_ names: [String]) throws { try anyClient().removeTopics(names) }

    /// The names of all topics, the broker's own among them.
    public func topicNames() throws -> [String] { try anyClient().metadata(nil).topics.keys.sorted() }

    /// Where the partitions of a topic end; only what is committed for good, when asked so.
    public func ends(of topic: String, committedOnly: Bool = false) throws -> [Int: Int64] {
        try ends(of: [topic], committedOnly: committedOnly)[topic] ?? [:]
    }

    public func ends(of topics: [String], committedOnly: Bool = false) throws -> [String: [Int: Int64]] {
        let metadata = try anyClient().metadata(topics)
        var byLeader: [Int32: [String: [Int32]]] = [:]
        for (topic, partitions) in metadata.topics {
            for partition in partitions { byLeader[partition.leader, default: [:]][topic, default: []].append(partition.index) }
        }
        var ends: [String: [Int: Int64]] = [:]
        for (leader, partitions) in byLeader {
            guard let node = nodes.first(where: { $0.id == Int(leader) }) else {
                throw Socket.Failure("no leader: \(partitions.keys.sorted().joined(separator: ", "))")
            }
            let found = try WireClient(port: node.port).ends(of: partitions, committedOnly: committedOnly)
            for (topic, offsets) in found { ends[topic, default: [:]].merge(offsets) { $1 } }
        }
        return ends
    }

    /// Where all topics but the broker's own end.
    public func endsOfAll(committedOnly: Bool = false) throws -> [String: [Int: Int64]] {
        try ends(of: topicNames().filter { !$0.hasPrefix("__") }, committedOnly: committedOnly)
    }

    /// Whether every partition has its leader and all of its copies in sync.
    public func isWhole() -> Bool {
        guard let metadata = try? anyClient().metadata(nil), metadata.ports.count == nodes.count else { return false }
        return metadata.topics.values.allSatisfy { $0.allSatisfy { $0.leader >= 0 && $0.insync == min(3, nodes.count) } }
    }

    private func anyClient() throws -> WireClient {
        var failure: any Error = Socket.Failure("no node runs")
        for node in nodes where node.isRunning {
            do { return try WireClient(port: node.port) } catch { failure = error }
        }
        throw failure
    }

    // MARK: Files

    private func properties(of node: Node) -> [String: String] {
        var doors = [("PLAINTEXT", "PLAINTEXT", node.port, node.port), ("CONTROLLER", "PLAINTEXT", node.controllerPort, 0)]
        if options.isProxied { doors.append(("PROXIED", "PLAINTEXT", node.proxiedPort, node.proxyPort)) }
        if !options.passwords.isEmpty { doors.append(("PASSWORD", "SASL_PLAINTEXT", node.passwordPort, node.passwordPort)) }
        let isController = node === controller
        if controller != nil { doors.removeAll { ($0.0 == "CONTROLLER") != isController } }
        let copies = min(3, options.nodes)
        let voters = controller.map { [$0] } ?? nodes
        var properties = [
            "process.roles": controller == nil ? "broker,controller" : isController ? "controller" : "broker",
            "node.id": "\(node.id)",
            "listeners": doors.map { "\($0.0)://127.0.0.1:\($0.2)" }.joined(separator: ","),
            "advertised.listeners": doors.filter { $0.3 > 0 }.map { "\($0.0)://127.0.0.1:\($0.3)" }.joined(separator: ","),
            "listener.security.protocol.map": Set(doors.map { "\($0.0):\($0.1)" } + ["CONTROLLER:PLAINTEXT"]).sorted().joined(
                separator: ","),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "controller.quorum.voters": voters.map { "\($0.id)@127.0.0.1:\($0.controllerPort)" }.joined(separator: ","),
            "log.dirs": node.folder + "/data",
            "num.partitions": "1",
            "default.replication.factor": "\(copies)",
            "min.insync.replicas": "\(max(1, copies - 1))",
            "offsets.topic.replication.factor": "\(copies)",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "\(copies)",
            "transaction.state.log.min.isr": "\(max(1, copies - 1))",
            "transaction.state.log.num.partitions": "4",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "500",
            "auto.create.topics.enable": "false",
            "broker.session.timeout.ms": "\(options.nodeSession.components.seconds * 1000)",
            // Of 128 MB: a test compacts little.
            "log.cleaner.dedupe.buffer.size": "8388608",
        ]
        if !options.passwords.isEmpty {
            properties["sasl.enabled.mechanisms"] = "PLAIN"
            let users = options.passwords.sorted { $0.key < $1.key }.map { " user_\($0.key)=\"\($0.value)\"" }.joined()
            properties["listener.name.password.plain.sasl.jaas.config"] =
                "org.apache.kafka.common.security.plain.PlainLoginModule required\(users);"
        }
        if isController { for name in ["advertised.listeners", "inter.broker.listener.name"] { properties[name] = nil } }
        return properties.merging(options.properties) { $1 }
    }

    private func write(_ properties: [String: String], to path: String) throws {
        let text = properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Whatever the launcher and Java write beside the data goes into the node's folder as well.
    private func environment(of node: Node) -> [String: String] {
        var variables = ["LOG_DIR": node.folder, "KAFKA_OPTS": "-XX:-UsePerfData -Djava.io.tmpdir=\(node.folder)/tmp"]
        if node === controller { variables["KAFKA_HEAP_OPTS"] = "-Xms64m -Xmx128m" }
        return variables
    }

    /// 16 random bytes as Kafka writes them: base64 for URLs, without filling.
    private static func makeClusterId() -> String {
        let bytes = Data([0x41] + (0..<15).map { _ in UInt8.random(in: 0...255) })
        return bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
