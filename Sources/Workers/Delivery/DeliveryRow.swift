import CreditModel
import StreamCore

/// What delivery keeps of an order or grant: the newest dispatch, and how far it has come.
struct DeliveryRow: Hashable, Sendable {
    var area: Dispatch.Area
    /// The order or grant.
    var id: String
    var caseId: String
    var subjectId: String
    /// The measure or benefit.
    var item: String
    var agency: String
    var until: CivilDate
    var basis: String
    var machine: DeliveryMachine
    /// What goes out again must be the same: sealed as it is. Gone when nothing has to go out again.
    var sealed: SealedIdentity?
    /// When it went out last.
    var sentAt: Instant?
    /// When the receipt has to be there; nil where the calendar has no answer yet.
    var receiptBy: Instant?
    /// When a key, the subject or the calendar is asked for again.
    var askAt: Instant?
    /// Whether somebody was told that something is missing.
    var isAlerted = false
    /// When nobody asks for it any more.
    var forgetAt: Instant?

    /// Orders and grants of which an agency may have heard, by their marks.
    static let table = Table(1, "orders")
    /// Those whose subject nobody knows yet: found by the subject when it comes.
    static let waiting = Table(2, "waiting")
    private static let layout: UInt8 = 1

    init(_ dispatch: Dispatch) {
        area = dispatch.area
        id = dispatch.id
        caseId = dispatch.caseId
        subjectId = dispatch.subjectId
        item = dispatch.item
        agency = dispatch.agency
        until = dispatch.until
        basis = dispatch.basis
        machine = DeliveryMachine(dispatch.action)
    }

    /// Takes over what a newer dispatch says. Who it is about and whom it is for never changes.
    mutating func take(_ dispatch: Dispatch) {
        item = dispatch.item
        until = dispatch.until
        basis = dispatch.basis
    }

    var mark: Bytes { DeliveryId.mark(area, id) }
    var agencySource: String { "/agencies/" + agency }

    /// Where it lies.
    var place: (table: Table, key: Bytes) {
        machine.state == .awaitingSubject
            ? (DeliveryRow.waiting, DeliveryRow.waitingKey(subjectId: subjectId, mark: mark)) : (DeliveryRow.table, mark)
    }

    static func waitingKey(subjectId: String, mark: Bytes) -> Bytes { waitingPrefix(subjectId: subjectId) + mark }
    static func waitingPrefix(subjectId: String) -> Bytes { Bytes(utf8: subjectId + "/") }

    // MARK: Alarms

    /// What time does to an order. One of each at most is set for a row.
    enum Alarm: UInt8, Hashable, Sendable, CaseIterable {
        case receipt = 0x72
        case ask = 0x61
        case forgetting = 0x66

        /// Without the subject's id, because the key of a timer stands in the headers of what it causes.
        func key(_ mark: Bytes) -> Bytes { mark + [UInt8(ascii: "/"), rawValue] }

        /// The inverse of `key`.
        static func read(_ key: Bytes) -> (mark: Bytes, alarm: Alarm)? {
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
        var writer = RowWriter(layout: DeliveryRow.layout, reserving: 512)
        writer.byte(area.rawValue)
        writer.text(id)
        writer.text(caseId)
        writer.text(subjectId)
        writer.text(item)
        writer.text(agency)
        writer.signed(Int64(until.dayNumber))
        writer.text(basis)
        writer.byte(machine.state.rawValue)
        writer.text(machine.action.rawValue)
        writer.number(machine.sequence)
        writer.number(UInt64(machine.attempts))
        writer.byte((machine.isOut ? 1 : 0) | (machine.isApplied ? 2 : 0) | (isAlerted ? 4 : 0))
        writer.optional(machine.receipt) { $0.text($1.rawValue) }
        writer.optional(sealed) { $1.encode(into: &$0) }
        writer.optional(sentAt) { $0.instant($1) }
        writer.optional(receiptBy) { $0.instant($1) }
        writer.optional(askAt) { $0.instant($1) }
        writer.optional(forgetAt) { $0.instant($1) }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == DeliveryRow.layout, let area = Dispatch.Area(rawValue: try reader.byte()) else { throw RowDamage() }
        self.area = area
        id = try reader.text()
        caseId = try reader.text()
        subjectId = try reader.text()
        item = try reader.text()
        agency = try reader.text()
        until = CivilDate(dayNumber: Int(try reader.signed()))
        basis = try reader.text()
        guard let state = DeliveryMachine.State(rawValue: try reader.byte()), let action = DeliveryAction(rawValue: try reader.text())
        else { throw RowDamage() }
        let sequence = try reader.number()
        let attempts = Int(clamping: try reader.number())
        let flags = try reader.byte()
        isAlerted = flags & 4 != 0
        let receipt = try reader.optional { reader throws(RowDamage) in
            guard let status = ReceiptStatus(rawValue: try reader.text()) else { throw RowDamage() }
            return status
        }
        machine = DeliveryMachine(
            state: state, action, sequence: sequence, attempts: attempts, isOut: flags & 1 != 0, isApplied: flags & 2 != 0,
            receipt: receipt)
        sealed = try reader.optional { reader throws(RowDamage) in try SealedIdentity(&reader) }
        sentAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        receiptBy = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        askAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        forgetAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        guard reader.isAtEnd else { throw RowDamage() }
    }
}
