import StreamCore

/// Hands messages into a log from outside: no group, no transaction, each message placed by its key.
///
/// What was added is safe only when its delivery says so. All calls come from one thread and may block it.
public protocol LogWriter: AnyObject {
    /// How many partitions a topic has, or will have; nil when there is no such topic and nobody will make it.
    func partitionCount(of topic: Topic) throws(LogFailure) -> Int?

    /// Takes one message on its way. Blocks while too many are under way.
    func add(_ message: HandedIn) throws(LogFailure)

    /// What has become of the messages since the last call, in the order in which they were added. Never waits.
    func delivered() throws(LogFailure) -> [Delivery]

    /// Waits until everything that was added has its delivery, and gives those that `delivered` has not given.
    func finish() throws(LogFailure) -> [Delivery]
}

/// What became of a message.
public struct Delivery: Sendable {
    public enum Result: Sendable {
        /// It is safe. The offset is known only where the log itself took it.
        case safe(TopicPartition, offset: Int64?)
        /// The log does not have it, as far as anyone can say.
        case failed(LogFailure)
    }

    /// How many were added before it.
    public var number: Int
    public var result: Result

    public init(number: Int, result: Result) {
        self.number = number
        self.result = result
    }
}
