import StreamCore

/// The types of messages that others send to the cluster. Those of consent, leads, complaints and tasks come with their workers.
public enum InboundType: String, Hashable, Sendable, CaseIterable {
    case recordSubmitted = "record.submitted"
    case recordWithdrawn = "record.withdrawn"
    case subjectRegistered = "subject.registered"
    case disputeRequested = "dispute.requested"
    case disputeReviewRequested = "dispute.review-requested"
    case disputeFound = "dispute.found"
    case objectionRaised = "objection.raised"
    case objectionAnswered = "objection.answered"
    case repairApplied = "repair.applied"
    case repairReviewed = "repair.reviewed"
    case sanctionTriggered = "sanction.triggered"
    case sanctionDecided = "sanction.decided"
    case rewardNominated = "reward.nominated"
    case rewardDeclined = "reward.declined"
    case rewardDecided = "reward.decided"
    case publicityReleased = "publicity.released"
    case queryRequested = "query.requested"
    case noticeAcknowledged = "notice.acknowledged"
    case deliveryAcknowledged = "delivery.acknowledged"

    /// The type that a `ce_type` names; nil for any other.
    public init?(eventType: String) {
        guard let type = Self.byEventType[eventType] else { return nil }
        self = type
    }

    private static let byEventType = Dictionary(uniqueKeysWithValues: allCases.map { ($0.eventType, $0) })

    private static let prefix = "chengxin."
    private static let suffix = ".v1"

    /// The `ce_type`: `chengxin.record.submitted.v1`.
    public var eventType: String { Self.prefix + rawValue + Self.suffix }

    /// The topics on which messages of this type may lie; one, but for answers to objections, which lie with the decisions of their case.
    public var topics: [Topic] {
        switch self {
        case .recordSubmitted, .recordWithdrawn: ["record.submissions.v1"]
        case .subjectRegistered: ["subject.registrations.v1"]
        case .disputeRequested, .disputeReviewRequested, .objectionRaised: ["dispute.requests.v1"]
        case .disputeFound: ["dispute.findings.v1"]
        case .objectionAnswered: ["sanction.decisions.v1", "reward.decisions.v1"]
        case .repairApplied: ["repair.applications.v1"]
        case .repairReviewed: ["repair.reviews.v1"]
        case .sanctionTriggered: ["sanction.triggers.v1"]
        case .sanctionDecided: ["sanction.decisions.v1"]
        case .rewardNominated, .rewardDeclined: ["reward.nominations.v1"]
        case .rewardDecided: ["reward.decisions.v1"]
        case .publicityReleased: ["publicity.decisions.v1"]
        case .queryRequested: ["query.requests.v1"]
        case .noticeAcknowledged: ["notice.receipts.v1"]
        case .deliveryAcknowledged: ["delivery.receipts.v1"]
        }
    }

    /// The topic that a message of this type goes to.
    public func topic(for data: JSONValue?) -> Topic {
        if self == .objectionAnswered, let caseId = data?["caseId"]?.string, caseId.hasPrefix("reward/") { return topics[1] }
        return topics[0]
    }

    /// The key by which everything about one thing meets in one partition; nil when the message does not say what it is about.
    ///
    /// - Records: `bureau/recordNo` without the suffixes of parties and revisions; of a row of 双公示, the number of its decision. Requests and decisions: the record, in the same form, or the case.
    /// - Triggers: `determinationNo`. Nominations, registrations and queries: the source, `/` and the id. Receipts: the id that they acknowledge.
    public func properKey(of data: JSONValue, source: String, id: String) -> String? {
        func text(_ name: StaticString) -> String? {
            guard let text = data[name]?.string, !text.isEmpty else { return nil }
            return text
        }
        switch self {
        case .recordSubmitted, .recordWithdrawn:
            guard case .bureau(let bureau) = Sender(source), let recordNo = text("recordNo") ?? DoublePublicity.documentNumber(of: data)
            else {
                return nil
            }
            return RecordNumber.family(of: RecordNumber.recordId(bureau: bureau, recordNo: recordNo))
        case .disputeRequested, .repairApplied, .publicityReleased:
            return text("recordId").map(RecordNumber.family)
        case .disputeFound, .disputeReviewRequested: return text("disputeId")
        case .repairReviewed: return text("repairId")
        case .objectionRaised, .objectionAnswered, .sanctionDecided, .rewardDecided, .rewardDeclined: return text("caseId")
        case .sanctionTriggered: return text("determinationNo")
        case .subjectRegistered, .rewardNominated, .queryRequested: return "\(source)/\(id)"
        case .noticeAcknowledged: return text("noticeId")
        case .deliveryAcknowledged: return text("deliveryId")
        }
    }
}
