import CreditModel
import StreamCore

/// What notice keeps of a notice: its words, and the gateways that it was given to.
struct NoticeRow: Hashable, Sendable {
    var noticeId: String
    var kind: NoticeKind
    var caseId: String?
    var recordId: String?
    /// The words of the first sending: each gateway says the same.
    var text: Bilingual
    var machine: NoticeMachine
    /// When the last gateway was given it.
    var sentAt: Instant?
    /// When the receipt has to be there; nil where the calendar has no answer yet.
    var receiptBy: Instant?
    /// When a key, the subject or the calendar is asked for again.
    var askAt: Instant?
    /// Whether somebody was told that something is missing.
    var isAlerted = false
    /// When nobody asks for it any more.
    var forgetAt: Instant?

    /// Notices that somebody can send a receipt for.
    static let table = Table(1, "notices")
    /// Notices whose subject nobody knows yet: found by the subject when it comes.
    static let waiting = Table(2, "waiting")
    private static let layout: UInt8 = 1

    init(_ request: NoticeRequested, text: Bilingual) {
        noticeId = request.noticeId
        kind = request.kind
        caseId = request.caseId
        recordId = request.recordId
        self.text = text
        machine = NoticeMachine()
    }

    /// The table that it belongs to.
    var table: Table { machine.state == .awaitingSubject ? NoticeRow.waiting : NoticeRow.table }

    /// What an alert about it names.
    var about: String { caseId ?? recordId ?? noticeId }

    // MARK: Keys

    /// Subject and notice: whoever names another subject's notice finds nothing.
    static func key(subjectId: String, noticeId: String) -> Bytes { prefix(subjectId: subjectId) + Bytes(utf8: noticeId) }
    static func prefix(subjectId: String) -> Bytes { Bytes(utf8: subjectId + "/") }

    // MARK: Alarms

    /// What time does to a notice. One of each at most is set for a row.
    enum Alarm: UInt8, Hashable, Sendable, CaseIterable {
        case receipt = 0x72
        case ask = 0x61
        case forgetting = 0x66

        func key(_ row: Bytes) -> Bytes { row + [UInt8(ascii: "/"), rawValue] }

        /// The inverse of `key`.
        static func read(_ key: Bytes) -> (row: Bytes, alarm: Alarm)? {
            guard key.count > 2, let alarm = key.last.flatMap(Alarm.init(rawValue:)) else { return nil }
            return (key.dropLast(2), alarm)
        }
    }

    /// The instants on which something is due by itself.
    var alarms: [Alarm: Instant] {
        var alarms: [Alarm: Instant] = [:]
        alarms[.receipt] = receiptBy
        alarms[.ask] = askAt
        alarms[.forgetting] = forgetAt
        return alarms
    }

    // MARK: Encoding

    var encoded: Bytes {
        var writer = RowWriter(layout: NoticeRow.layout, reserving: 1024)
        writer.text(noticeId)
        writer.text(kind.rawValue)
        writer.optional(caseId) { $0.text($1) }
        writer.optional(recordId) { $0.text($1) }
        writer.text(text.zh)
        writer.text(text.en)
        writer.byte(machine.state.rawValue)
        writer.list(machine.tried) { $0.text($1) }
        writer.optional(sentAt) { $0.instant($1) }
        writer.optional(receiptBy) { $0.instant($1) }
        writer.optional(askAt) { $0.instant($1) }
        writer.byte(isAlerted ? 1 : 0)
        writer.optional(forgetAt) { $0.instant($1) }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == NoticeRow.layout else { throw RowDamage() }
        noticeId = try reader.text()
        guard let kind = NoticeKind(rawValue: try reader.text()) else { throw RowDamage() }
        self.kind = kind
        caseId = try reader.optional { reader throws(RowDamage) in try reader.text() }
        recordId = try reader.optional { reader throws(RowDamage) in try reader.text() }
        text = Bilingual(zh: try reader.text(), en: try reader.text())
        guard let state = NoticeMachine.State(rawValue: try reader.byte()) else { throw RowDamage() }
        machine = NoticeMachine(state: state, tried: try reader.list { reader throws(RowDamage) in try reader.text() })
        sentAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        receiptBy = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        askAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        isAlerted = try reader.byte() == 1
        forgetAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        guard reader.isAtEnd else { throw RowDamage() }
    }
}
