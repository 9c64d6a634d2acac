import CreditModel
import StreamCore

/// What delivery decides about.
enum DeliveryInput: Sendable {
    case dispatched(Dispatch)
    /// The id is nil where the receipt names none of ours.
    case acknowledged(SubmissionReference, type: String, DeliveryAcknowledged, DeliveryId?)
    case subject(SealedSubject)
    /// A subject that is to be forgotten.
    case subjectGone(subjectId: String)
    /// An instant that an order's row has set.
    case due(DeliveryRow.Alarm, Instant, subjectId: String, mark: Bytes)

    static let filedTopic: Topic = "delivery.filed.v1"

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer):
            guard let (mark, alarm) = DeliveryRow.Alarm.read(timer.key) else {
                throw Rejection("state.damaged", hint: "delivery cannot read the key of its own timer; check the store")
            }
            self = .due(alarm, timer.due, subjectId: timer.payload.text, mark: mark)
        case .message(let message):
            if message.topic == SealedSubject.topic, message.value == nil, let key = message.key {
                self = .subjectGone(subjectId: key.text)
                return
            }
            let value = try JSONValue.step(message.value)
            switch message.topic {
            case SealedSubject.topic: self = .subject(try SealedSubject.decode(value))
            case SanctionDispatched.topic: self = .dispatched(Dispatch(try SanctionDispatched.decode(value)))
            case RewardDispatched.topic: self = .dispatched(Dispatch(try RewardDispatched.decode(value)))
            default:
                let filed = try FiledMessage.decode(value)
                guard filed.type == InboundType.deliveryAcknowledged.eventType else {
                    throw Rejection("envelope.type", at: "/type", hint: "delivery takes receipts of agencies")
                }
                guard let receipt = DeliveryAcknowledged(validated: try JSONValue.step(filed.data)) else {
                    throw Rejection("schema.format", at: "/data", hint: "intake lets no receipt pass that does not fit its shape")
                }
                self = .acknowledged(filed.submission, type: filed.type, receipt, DeliveryId(receipt.deliveryId))
            }
        }
    }

    var subjectId: String? {
        switch self {
        case .dispatched(let dispatch): dispatch.subjectId
        case .acknowledged: nil
        case .subject(let subject): subject.subjectId
        case .subjectGone(let subjectId), .due(_, _, let subjectId, _): subjectId
        }
    }

    /// The row of the order that it is about; nil: about a subject, or about nothing that we know.
    var mark: Bytes? {
        switch self {
        case .dispatched(let dispatch): DeliveryId.mark(dispatch.area, dispatch.id)
        case .acknowledged(_, _, _, let id): id?.mark
        case .subject, .subjectGone: nil
        case .due(_, _, _, let mark): mark
        }
    }
}
