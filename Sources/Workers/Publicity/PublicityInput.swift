import CreditModel
import StreamCore

/// What publicity decides about.
enum PublicityInput: Sendable {
    case changed(RecordChanged)
    case profiled(SubjectProfile)
    case released(SubmissionReference, type: String, bureau: String?, PublicityReleased)
    /// The last day of a listing is over.
    case due(record: Bytes, Instant)

    static let filedTopic: Topic = "publicity.filed.v1"

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer): self = .due(record: timer.key, timer.due)
        case .message(let message):
            let value = try JSONValue.step(message.value)
            switch message.topic {
            case RecordChanged.ledgerTopic: self = .changed(try RecordChanged.decode(value))
            case SubjectProfile.topic: self = .profiled(try SubjectProfile.decode(value))
            default:
                let filed = try FiledMessage.decode(value)
                guard filed.type == InboundType.publicityReleased.eventType else {
                    throw Rejection("envelope.type", at: "/type", hint: "publicity takes releases")
                }
                guard let release = PublicityReleased(validated: try JSONValue.step(filed.data)) else {
                    throw Rejection("schema.format", at: "/data", hint: "intake lets no release pass that does not fit its shape")
                }
                self = .released(filed.submission, type: filed.type, bureau: filed.bureau, release)
            }
        }
    }

    var subjectId: String {
        switch self {
        case .changed(let version): version.subjectId
        case .profiled(let profile): profile.subjectId
        case .released(_, _, _, let release): release.subjectId
        case .due(let record, _): PublicRecordRow.subjectId(of: record)
        }
    }

    /// The row of the record that it is about; nil where it is about all of a subject's.
    var recordKey: Bytes? {
        switch self {
        case .changed(let version): PublicRecordRow.key(subjectId: version.subjectId, recordId: version.recordId)
        case .profiled: nil
        case .released(_, _, _, let release): PublicRecordRow.key(subjectId: release.subjectId, recordId: release.recordId)
        case .due(let record, _): record
        }
    }

    /// Releases wait for their record; versions, profiles and timers pass.
    var line: Line? {
        guard case .released = self, let recordKey else { return nil }
        return Line(PublicityInput.releases(recordKey))
    }

    static func releases(_ recordKey: Bytes) -> Bytes { Bytes(utf8: "releases/") + recordKey }
}
