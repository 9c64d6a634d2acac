import CreditModel
import StreamCore

/// What a topic means to the checker.
enum TopicRole: Hashable {
    case inbound
    case submissions
    case routed
    case verified
    case filedRecord
    /// A step of another area on its way to its worker.
    case filed
    case outcomes
    case answers
    case ledger
    case current
    case profiles
    case sealedSubjects
    /// What became of deliveries and notices: each of the workers that have sent something reads all of it.
    case status
    case listings
    /// Another topic of which only the newest value of each key is kept.
    case newest
    /// Another topic that workers write.
    case other
    case deadLetters(String)
    case redrive(String)
    case changelog(String)
    /// None of the contract's.
    case unknown

    init(_ topic: Topic) {
        switch topic {
        case "record.submissions.v1": self = .submissions
        case RoutedMessage.topic: self = .routed
        case VerifiedMessage.topic: self = .verified
        case FiledRecord.topic: self = .filedRecord
        case SubmissionAnswered.topic: self = .outcomes
        case InboundAnswered.topic: self = .answers
        case RecordChanged.ledgerTopic: self = .ledger
        case RecordChanged.currentTopic: self = .current
        case SubjectProfile.topic: self = .profiles
        case SealedSubject.topic: self = .sealedSubjects
        case DeliveryProgressed.topic, NoticeProgressed.topic: self = .status
        case ListingChanged.topic: self = .listings
        default: self = TopicRole.byName(topic)
        }
    }

    private static func byName(_ topic: Topic) -> TopicRole {
        // What shares a cluster with ours and only calls its topics alike is nothing that was promised.
        func worker(_ suffix: String) -> String? {
            guard topic.name.hasSuffix(suffix) else { return nil }
            let worker = String(topic.name.dropLast(suffix.count))
            return TopicCatalogue.workers.contains(worker) ? worker : nil
        }
        if let worker = worker(".dead-letters.v1") { return .deadLetters(worker) }
        if let worker = worker(".redrive.v1") { return .redrive(worker) }
        if let worker = worker(".changelog.v1") { return .changelog(worker) }
        guard let entry = TopicCatalogue.entry(topic) else { return .unknown }
        if entry.kind == .inbound { return .inbound }
        if entry.isCompacted { return .newest }
        return topic.name.hasSuffix(".filed.v1") ? .filed : .other
    }

    /// Whether workers write it as outputs, each with its provenance.
    var isOutput: Bool {
        switch self {
        case .inbound, .submissions, .redrive, .changelog, .unknown: false
        default: true
        }
    }

    /// Whether a worker acts on it, so that what it becomes is followed record by record.
    var isInput: Bool {
        switch self {
        case .inbound, .submissions, .routed, .verified, .filedRecord, .filed, .other, .redrive: true
        default: false
        }
    }

    /// Whether several workers read it, each of which may act on the same record.
    var isShared: Bool {
        switch self {
        case .ledger, .profiles, .sealedSubjects, .status: true
        default: false
        }
    }

    /// Of each key only the newest value is kept.
    var isCompacted: Bool {
        switch self {
        case .current, .profiles, .sealedSubjects, .listings, .newest, .changelog: true
        default: false
        }
    }

    /// When its end has to be read, among the others: whoever follows another topic comes before it, so that nothing is seen whose
    /// cause is not.
    var rank: Int {
        switch self {
        case .changelog: 0
        case .other, .outcomes, .answers, .ledger, .current, .profiles, .sealedSubjects, .status, .listings, .newest, .deadLetters,
            .unknown:
            1
        case .filedRecord, .filed: 2
        case .verified: 3
        case .routed, .redrive: 4
        case .inbound, .submissions: 5
        }
    }
}
