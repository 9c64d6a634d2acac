import CreditModel
import StreamCore

/// What reward decides about.
enum RewardInput: Sendable {
    /// What came in, from whom, in answer to whom.
    struct Sent: Sendable {
        var submission: SubmissionReference
        var type: String
        /// The bureau that sends, where it is one.
        var bureau: String?
    }

    case nominated(Sent, subjectId: String, RewardNomination)
    case declined(Sent, subjectId: String, caseId: String)
    case objected(Sent, RaisedObjection)
    case answered(Sent, ObjectionAnswered)
    case decided(Sent, RewardDecided)
    case changed(RecordChanged)
    case delivered(DeliveryProgressed)
    /// An instant that a case has set.
    case due(RewardRow.Alarm, Instant, row: Bytes, serial: String)

    static let filedTopic: Topic = "reward.filed.v1"

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer):
            guard let (row, serial, alarm) = RewardRow.Alarm.read(timer.key) else {
                throw Rejection("state.damaged", hint: "reward cannot read the key of its own timer; check the store")
            }
            self = .due(alarm, timer.due, row: row, serial: serial)
        case .message(let message):
            let value = try JSONValue.step(message.value)
            switch message.topic {
            case RecordChanged.ledgerTopic: self = .changed(try RecordChanged.decode(value))
            case DeliveryProgressed.topic: self = .delivered(try DeliveryProgressed.decode(value))
            default: self = try RewardInput.filed(FiledMessage.decode(value))
            }
        }
    }

    private static func filed(_ filed: FiledMessage) throws(Rejection) -> RewardInput {
        let sent = Sent(submission: filed.submission, type: filed.type, bureau: filed.bureau)
        func subjectId() throws(Rejection) -> String {
            guard let subjectId = filed.subjectId else {
                throw Rejection("schema.missing", at: "/subjectId", hint: "identity files it with its subject's id")
            }
            return subjectId
        }
        func badData() -> Rejection {
            Rejection("schema.format", at: "/data", hint: "intake lets nothing pass that does not fit its shape")
        }
        switch filed.type {
        case InboundType.rewardNominated.eventType: return .nominated(sent, subjectId: try subjectId(), try RewardNomination(filed.data))
        case InboundType.rewardDeclined.eventType:
            guard let caseId = try JSONValue.step(filed.data)["caseId"]?.string else { throw badData() }
            return .declined(sent, subjectId: try subjectId(), caseId: caseId)
        case InboundType.objectionRaised.eventType: return .objected(sent, try RaisedObjection(filed.data))
        case InboundType.objectionAnswered.eventType:
            guard let answered = ObjectionAnswered(validated: try JSONValue.step(filed.data)) else { throw badData() }
            return .answered(sent, answered)
        case InboundType.rewardDecided.eventType:
            guard let decided = RewardDecided(validated: try JSONValue.step(filed.data)) else { throw badData() }
            return .decided(sent, decided)
        default:
            throw Rejection("envelope.type", at: "/type", hint: "reward takes nominations, declines, objections, answers and decisions")
        }
    }

    /// The row that it is about.
    var key: Bytes {
        switch self {
        case .nominated(_, let subjectId, _): RewardRow.key(subjectId: subjectId)
        case .declined(_, _, let caseId): RewardRow.key(caseId: caseId)
        case .objected(_, let objection): RewardRow.key(caseId: objection.caseId)
        case .answered(_, let answered): RewardRow.key(caseId: answered.caseId)
        case .decided(_, let decided): RewardRow.key(caseId: decided.caseId)
        case .changed(let version): RewardRow.key(subjectId: version.subjectId)
        case .delivered(let delivery): RewardRow.key(caseId: delivery.caseId)
        case .due(_, _, let row, _): row
        }
    }

    /// What is about a case that has not been seen yet waits for it; a wish not to have it passes all others.
    var line: Line? {
        switch self {
        case .declined(_, _, let caseId): Line(RewardInput.cases(caseId), passes: true)
        case .objected(_, let objection): Line(RewardInput.cases(objection.caseId))
        case .answered(_, let answered): Line(RewardInput.cases(answered.caseId))
        case .decided(_, let decided): Line(RewardInput.cases(decided.caseId))
        case .nominated, .changed, .delivered, .due: nil
        }
    }

    static func cases(_ caseId: String) -> Bytes { Bytes(utf8: "cases/" + caseId) }
}
