import StreamCore

/// A topic of the contract: what it is for, who writes and reads it, how long it keeps what.
public struct TopicEntry: Hashable, Sendable, Identifiable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Others write it, intake reads it.
        case inbound
        /// Between workers.
        case step
        /// Others read it.
        case outbound
        /// A worker's own: dead letters, redrive, changelog.
        case own
    }

    /// How long a topic keeps a message. The terms themselves are policy.
    public enum Retention: String, Sendable, CaseIterable {
        /// The term of inbound topics.
        case inbound
        /// The term of topics between workers.
        case step
        /// As long as the case or record; nothing is deleted by age.
        case whole
        /// By its keys: the newest value of each.
        case compacted
    }

    public enum Status: String, Sendable, CaseIterable {
        /// Somebody in this project writes or reads it.
        case live
        /// Its worker comes later.
        case later
    }

    public var topic: Topic
    public var kind: Kind
    public var retention: Retention
    /// What the key is.
    public var key: String
    public var producers: [String]
    public var consumers: [String]
    /// `record.submitted`: without `chengxin.` and version.
    public var types: [String]
    public var status: Status

    public var id: String { topic.name }
    public var isCompacted: Bool { retention == .compacted }

    public init(
        _ topic: Topic, _ kind: Kind, _ retention: Retention, key: String, from producers: [String], to consumers: [String],
        types: [String],
        _ status: Status = .live
    ) {
        self.topic = topic
        self.kind = kind
        self.retention = retention
        self.key = key
        self.producers = producers
        self.consumers = consumers
        self.types = types
        self.status = status
    }

    /// How long a message is kept; nil: for ever, or by its key.
    public func span(under policy: PolicyPack) -> Instant.Span? {
        switch retention {
        case .inbound: return policy.retention.inboundTopics.span
        case .step: return policy.retention.stepTopics.span
        case .whole, .compacted: return nil
        }
    }

    /// The `ce_type` of each type.
    public var eventTypes: [String] { types.map { "chengxin." + $0 + ".v1" } }
}
