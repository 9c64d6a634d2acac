import CreditModel
import StreamCore

/// What repair decides about.
enum RepairInput: Sendable {
    case applied(SubmissionReference, type: String, subjectId: String, RepairApplication)
    case reviewed(SubmissionReference, type: String, bureau: String?, RepairReviewed)
    case changed(RecordChanged)
    /// An instant that a record's row has set.
    case due(RepairRow.Alarm, Instant, subjectId: String)

    static let filedTopic: Topic = "repair.filed.v1"

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer):
            guard let (row, alarm) = RepairRow.Alarm.read(timer.key), let slash = row.firstIndex(of: UInt8(ascii: "/")) else {
                throw Rejection("state.damaged", hint: "repair cannot read the key of its own timer; check the store")
            }
            self = .due(alarm, timer.due, subjectId: row[..<slash].text)
        case .message(let message):
            let value = try JSONValue.step(message.value)
            if message.topic == RecordChanged.ledgerTopic {
                self = .changed(try RecordChanged.decode(value))
                return
            }
            let filed = try FiledMessage.decode(value)
            switch filed.type {
            case InboundType.repairApplied.eventType:
                guard let subjectId = filed.subjectId else {
                    throw Rejection("schema.missing", at: "/subjectId", hint: "identity files an application with its subject's id")
                }
                self = .applied(filed.submission, type: filed.type, subjectId: subjectId, try RepairApplication(filed.data))
            case InboundType.repairReviewed.eventType:
                guard let review = RepairReviewed(validated: try JSONValue.step(filed.data)) else {
                    throw Rejection("schema.format", at: "/data", hint: "intake lets no review pass that does not fit its shape")
                }
                self = .reviewed(filed.submission, type: filed.type, bureau: filed.bureau, review)
            default: throw Rejection("envelope.type", at: "/type", hint: "repair takes applications and reviews")
            }
        }
    }

    /// The row that it is about.
    func key(of input: Input) -> Bytes {
        switch self {
        case .applied(_, _, let subjectId, let application): RepairRow.key(subjectId: subjectId, recordId: application.recordId)
        case .reviewed(_, _, _, let review): RepairRow.key(subjectId: review.subjectId, repairId: review.repairId)
        case .changed(let version): RepairRow.key(subjectId: version.subjectId, recordId: version.recordId)
        case .due:
            if case .timer(let timer) = input { timer.key.dropLast(2) } else { [] }
        }
    }

    /// Applications wait for their record and reviews for their case, each in its own line; versions and timers pass.
    func line(_ key: Bytes) -> Line? {
        switch self {
        case .applied: Line(RepairInput.applications(key))
        case .reviewed(_, _, _, let review): Line(RepairInput.reviews(review.repairId))
        case .changed, .due: nil
        }
    }

    static func applications(_ key: Bytes) -> Bytes { Bytes(utf8: "applications/") + key }
    static func reviews(_ repairId: String) -> Bytes { Bytes(utf8: "reviews/" + repairId) }
}
