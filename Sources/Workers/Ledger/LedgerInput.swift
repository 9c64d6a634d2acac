import CreditModel
import StreamCore

/// What the ledger decides about.
enum LedgerInput: Sendable {
    case filed(FiledRecord)
    case ruled(RecordRuling)
    /// An instant that a record's row has set.
    case due(record: Bytes, Instant)

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer): self = .due(record: timer.key, timer.due)
        case .message(let message):
            if message.topic == RecordRuling.topic {
                self = .ruled(try RecordRuling.decode(JSONValue.step(message.value)))
            } else {
                self = .filed(try FiledRecord.decode(JSONValue.step(message.value)))
            }
        }
    }

    var key: Bytes {
        switch self {
        case .filed(let filed): RecordRow.key(subjectId: filed.subjectId, recordId: filed.recordId)
        case .ruled(let ruling): RecordRow.key(subjectId: ruling.subjectId, recordId: ruling.recordId)
        case .due(let record, _): record
        }
    }

    /// Rulings wait in a line of their own: what they wait for is a submission, which must not queue behind them.
    var line: Line? {
        switch self {
        case .filed(let filed):
            if case .withdraw = filed.action { return Line(LedgerInput.submissions(key), passes: true) }
            return Line(LedgerInput.submissions(key))
        case .ruled: return Line(LedgerInput.rulings(key))
        case .due: return nil
        }
    }

    static func submissions(_ key: Bytes) -> Bytes { Bytes(utf8: "submissions/") + key }
    static func rulings(_ key: Bytes) -> Bytes { Bytes(utf8: "rulings/") + key }
}
