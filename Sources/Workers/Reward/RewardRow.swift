import CreditModel
import StreamCore

/// What reward keeps of a subject: the cases about it, those that are over for a while yet. Key: the subject's mark, to which a case id leads.
struct RewardRow: Hashable, Sendable {
    var subjectId: String
    var cases: [RewardCase] = []

    static let table = Table(1, "subjects")
    private static let layout: UInt8 = 1

    init(subjectId: String) { self.subjectId = subjectId }

    static func key(subjectId: String) -> Bytes { Bytes(utf8: RewardCaseId.mark(of: subjectId)) }

    /// The row that a case id leads to; what is none leads to where no row is.
    static func key(caseId: String) -> Bytes { Bytes(utf8: RewardCaseId(caseId)?.mark ?? "-" + caseId) }

    // MARK: Alarms

    /// What time does to a case. One of each at most is set for it.
    enum Alarm: UInt8, Hashable, Sendable, CaseIterable {
        case publicity = 0x70
        case answer = 0x61
        case decision = 0x64
        case end = 0x65
        /// A term is to be set for which the calendar lacked a year.
        case calendar = 0x63
        /// What is over is forgotten.
        case forget = 0x66

        /// Row, the case's serial, the kind.
        func key(_ row: Bytes, serial: String) -> Bytes { row + Bytes(utf8: "/" + serial) + [UInt8(ascii: "/"), rawValue] }

        /// The inverse of `key`.
        static func read(_ key: Bytes) -> (row: Bytes, serial: String, alarm: Alarm)? {
            guard key.count > 2, let alarm = key.last.flatMap(Alarm.init(rawValue:)) else { return nil }
            let rest = key.dropLast(2)
            guard let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { return nil }
            return (rest[..<slash], rest[(slash + 1)...].text, alarm)
        }
    }

    // MARK: Encoding

    var encoded: Bytes {
        var writer = RowWriter(layout: RewardRow.layout)
        writer.text(subjectId)
        writer.list(cases) { $1.encode(into: &$0) }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == RewardRow.layout else { throw RowDamage() }
        subjectId = try reader.text()
        cases = try reader.list { reader throws(RowDamage) in try RewardCase(&reader) }
        guard reader.isAtEnd else { throw RowDamage() }
    }
}

/// That an adverse record of the subject has effect, and nothing restricts it. Key: the subject's mark and the record.
enum AdverseRow {
    static let table = Table(2, "adverse")
    static let payload: Bytes = [1]

    static func key(subjectId: String, recordId: String) -> Bytes { prefix(subjectId) + Bytes(utf8: recordId) }
    static func prefix(_ subjectId: String) -> Bytes { RewardRow.key(subjectId: subjectId) + [UInt8(ascii: "/")] }
}

/// One nomination that was admitted.
struct RewardCase: Hashable, Sendable {
    var id: String
    var programme: String
    /// The bureau that has nominated.
    var nominator: String
    var machine = RewardMachine()
    /// When the publicity is over; nil where the calendar has no answer yet.
    var publicUntil: Instant?
    /// When an objection is to be answered.
    var answerBy: Instant?
    /// When it is to be decided, once the publicity is over.
    var decideBy: Instant?
    /// When the calendar is asked again.
    var retryAt: Instant?
    /// The last day of what was granted.
    var until: CivilDate?
    var grants: [Grant] = []
    /// When the row forgets what is over.
    var forgetAt: Instant?

    /// A benefit that went out: where it went, and what went last.
    struct Grant: Hashable, Sendable {
        var id: String
        var benefit: String
        var agency: String
        var sequence: UInt64
        /// Whether the agency has said that it has done what went last.
        var isAcknowledged = false
    }

    init(id: String, programme: String, nominator: String) {
        self.id = id
        self.programme = programme
        self.nominator = nominator
    }

    /// By which its timers are told apart from those of the subject's other cases.
    var serial: String { RewardCaseId(id)?.serial ?? "" }

    /// Whether an objection waits for an answer whose term could not be set.
    var isAnswerUnset: Bool { machine.state == .objected && answerBy == nil }

    /// The same for the decision.
    var isDecisionUnset: Bool { machine.state == .deciding && decideBy == nil }

    /// Whether the calendar has to be asked again.
    var isTermUnset: Bool { publicUntil == nil || isAnswerUnset || isDecisionUnset }

    /// The instants on which something is due by itself.
    var alarms: [RewardRow.Alarm: Instant] {
        var alarms: [RewardRow.Alarm: Instant] = [:]
        switch machine.state {
        case .publicised: alarms[.publicity] = publicUntil
        case .objected: alarms[.answer] = answerBy
        case .deciding: alarms[.decision] = decideBy
        case .granted: alarms[.end] = until?.end
        case .nominated, .notAdmitted, .refused, .ended: break
        }
        if machine.isOpen { alarms[.calendar] = retryAt } else { alarms[.forget] = forgetAt }
        return alarms
    }

    func encode(into writer: inout RowWriter) {
        writer.text(id)
        writer.text(programme)
        writer.text(nominator)
        writer.byte(machine.state.rawValue)
        for instant in [publicUntil, answerBy, decideBy, retryAt, forgetAt] { writer.optional(instant) { $0.instant($1) } }
        writer.optional(until) { $0.signed(Int64($1.dayNumber)) }
        writer.list(grants) {
            $0.text($1.id)
            $0.text($1.benefit)
            $0.text($1.agency)
            $0.number($1.sequence)
            $0.byte($1.isAcknowledged ? 1 : 0)
        }
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        id = try reader.text()
        programme = try reader.text()
        nominator = try reader.text()
        guard let state = RewardMachine.State(rawValue: try reader.byte()) else { throw RowDamage() }
        machine = RewardMachine(state: state)
        publicUntil = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        answerBy = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        decideBy = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        retryAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        forgetAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        until = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        grants = try reader.list { reader throws(RowDamage) in
            Grant(
                id: try reader.text(), benefit: try reader.text(), agency: try reader.text(), sequence: try reader.number(),
                isAcknowledged: try reader.byte() == 1)
        }
    }
}
