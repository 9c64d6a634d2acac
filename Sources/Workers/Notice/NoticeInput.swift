import CreditModel
import StreamCore

/// What notice decides about.
enum NoticeInput: Sendable {
    case requested(NoticeRequested)
    case acknowledged(SubmissionReference, type: String, NoticeAcknowledged)
    case subject(SealedSubject)
    /// A subject that is to be forgotten.
    case subjectGone(subjectId: String)
    /// An instant that a notice's row has set.
    case due(NoticeRow.Alarm, Instant, subjectId: String, row: Bytes)

    static let filedTopic: Topic = "notice.filed.v1"

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer):
            guard let (row, alarm) = NoticeRow.Alarm.read(timer.key), let slash = row.firstIndex(of: UInt8(ascii: "/")) else {
                throw Rejection("state.damaged", hint: "notice cannot read the key of its own timer; check the store")
            }
            self = .due(alarm, timer.due, subjectId: row[..<slash].text, row: row)
        case .message(let message):
            if message.topic == SealedSubject.topic, message.value == nil, let key = message.key {
                self = .subjectGone(subjectId: key.text)
                return
            }
            let value = try JSONValue.step(message.value)
            if message.topic == SealedSubject.topic {
                self = .subject(try SealedSubject.decode(value))
            } else if message.topic == NoticeRequested.topic {
                self = .requested(try NoticeRequested.decode(value))
            } else {
                let filed = try FiledMessage.decode(value)
                guard filed.type == InboundType.noticeAcknowledged.eventType else {
                    throw Rejection("envelope.type", at: "/type", hint: "notice takes receipts of gateways")
                }
                guard let receipt = NoticeAcknowledged(validated: try JSONValue.step(filed.data)) else {
                    throw Rejection("schema.format", at: "/data", hint: "intake lets no receipt pass that does not fit its shape")
                }
                self = .acknowledged(filed.submission, type: filed.type, receipt)
            }
        }
    }

    var subjectId: String {
        switch self {
        case .requested(let request): request.subjectId
        case .acknowledged(_, _, let receipt): receipt.subjectId
        case .subject(let subject): subject.subjectId
        case .subjectGone(let subjectId), .due(_, _, let subjectId, _): subjectId
        }
    }

    /// The row of the notice that it is about; nil: about a subject.
    var row: Bytes? {
        switch self {
        case .requested(let request): NoticeRow.key(subjectId: request.subjectId, noticeId: request.noticeId)
        case .acknowledged(_, _, let receipt): NoticeRow.key(subjectId: receipt.subjectId, noticeId: receipt.noticeId)
        case .subject, .subjectGone: nil
        case .due(_, _, _, let row): row
        }
    }
}
