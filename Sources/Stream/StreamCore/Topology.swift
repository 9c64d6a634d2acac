/// What a worker reads, keeps and writes: a value that is drawn, checked and compared with `topics/`.
public struct Topology: Sendable {
    /// The worker's name, as in `NAME-worker` and `/workers/NAME`.
    public var worker: String
    /// The version of its decisions, as in `ce_handler`.
    public var version: Int
    /// The version of what its tables hold.
    public var schemaVersion: Int
    public var inputs: [Topic]
    public var tables: [Table]
    public var outputs: [Topic]
    /// Whether what it keeps holds personal data: payloads, changelog values and dead letters are then sealed.
    public var isSealed: Bool

    public init(
        worker: String, version: Int = 1, schemaVersion: Int = 1, inputs: [Topic], tables: [Table], outputs: [Topic], isSealed: Bool = false
    ) {
        self.worker = worker
        self.version = version
        self.schemaVersion = schemaVersion
        self.inputs = inputs
        self.tables = tables
        self.outputs = outputs
        self.isSealed = isSealed
    }

    public var deadLetters: Topic { Topic("\(worker).dead-letters.v1") }
    public var redrive: Topic { Topic("\(worker).redrive.v1") }
    public var changelog: Topic { Topic("\(worker).changelog.v1") }
    /// The declared inputs and the worker's own redrive topic.
    public var allInputs: [Topic] { inputs + [redrive] }
    public var handler: String { "\(worker)@\(version)" }
}

/// A table of a worker's store. The number is for ever; the name may change.
public struct Table: Hashable, Sendable {
    /// 1…199 for workers; the engine keeps its own above.
    public let id: UInt8
    public let name: String
    public init(_ id: UInt8, _ name: String) {
        self.id = id
        self.name = name
    }
}
