import StreamCore
import StreamEngine
import StreamRuntime

/// What is played: workers, topics, and what senders send when. The faults are not part of it; they come from the seed.
public struct Story {
    public var start: Instant
    public var partitionCount: Int
    public var topics: [SimulatedTopic]
    public var workers: [any Worker]
    /// The seal of a worker, by its name; nil for one that keeps nothing personal.
    public var seal: (String) -> (any PayloadSeal)?
    public var options: LaneOptions
    public var chapters: [Chapter]
    /// Time that passes after the last chapter, so that timers still fire; only the last stretch is free of faults.
    public var epilogue: [Instant.Span]
    public var reading: Reading
    /// Those who send because of what they read, one for each run; nil where only what the chapters say is sent.
    public var actors: (() -> any Actors)?
    /// Who judges a run besides, one for each; nil: nobody.
    public var judge: (() -> any Judge)?
    /// Whether faults change no answer. Where messages about one thing race with each other, another order gives other answers.
    public var isCompared = true
    /// How the seed chooses the number of machines.
    public var machines = 2...4
    /// Whether whoever has nothing to do is rarely asked, and time passes faster while that is so for all: for stories of years.
    public var isBrisk = false

    /// `digest` is SHA-256 or what stands for it (`LaneOptions.digest`).
    public init(
        start: Instant, partitionCount: Int, topics: [SimulatedTopic], workers: [any Worker], chapters: [Chapter],
        epilogue: [Instant.Span], reading: Reading, digest: @escaping @Sendable (Bytes) -> Bytes,
        seal: @escaping (String) -> (any PayloadSeal)? = { _ in nil }
    ) {
        var options = LaneOptions(digest: digest)
        // The simulated log is a broker elsewhere, not a file beside the stores.
        options.logIsBeside = false
        self.start = start
        self.partitionCount = partitionCount
        self.topics = topics
        self.workers = workers
        self.options = options
        self.chapters = chapters
        self.epilogue = epilogue
        self.reading = reading
        self.seal = seal
    }
}

/// A stretch of time in which messages arrive. Between chapters much time may pass in which only timers fire.
public struct Chapter: Sendable {
    /// What passes before it begins.
    public var jump: Instant.Span
    public var sendings: [Sending]
    /// What senders send because of what they have read by then, given the committed records of a topic.
    public var reactions: @Sendable ((Topic) -> [Message]) -> [Sending]
    public init(
        jump: Instant.Span, sendings: [Sending], reactions: @escaping @Sendable ((Topic) -> [Message]) -> [Sending] = { _ in [] }
    ) {
        self.jump = jump
        self.sendings = sendings
        self.reactions = reactions
    }
}

/// A message that a sender appends.
public struct Sending: Sendable {
    /// From the beginning of the chapter.
    public var after: Instant.Span
    public var to: TopicPartition
    public var key: Bytes?
    public var value: Bytes?
    public var headers: Headers
    /// For the trace.
    public var label: String
    public init(after: Instant.Span, to: TopicPartition, key: Bytes?, value: Bytes?, headers: Headers, label: String) {
        self.after = after
        self.to = to
        self.key = key
        self.value = value
        self.headers = headers
        self.label = label
    }
}

/// How a checker reads the messages of a story's workers; it shares nothing with them but the form of the messages.
public struct Reading: Sendable {
    /// What a submission is called in its answer; nil for a message that no such answer belongs to.
    public var asked: @Sendable (Message) -> String?
    /// Whom an outcome answers, and how; nil for a message that is no outcome.
    public var answered: @Sendable (Message) -> (asked: String, status: String)?
    /// A version of a record; nil for other messages.
    public var version: @Sendable (Message) -> Version?

    public struct Version: Sendable {
        public var record: String
        public var number: Int
        public var previousHash: String?
        /// Of this version, as the next one has to name it.
        public var hash: String
        public var cause: String
        public init(record: String, number: Int, previousHash: String?, hash: String, cause: String) {
            self.record = record
            self.number = number
            self.previousHash = previousHash
            self.hash = hash
            self.cause = cause
        }
    }

    public init(
        asked: @escaping @Sendable (Message) -> String?,
        answered: @escaping @Sendable (Message) -> (asked: String, status: String)?,
        version: @escaping @Sendable (Message) -> Version?
    ) {
        self.asked = asked
        self.answered = answered
        self.version = version
    }
}
