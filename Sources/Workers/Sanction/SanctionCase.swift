import CreditModel
import StreamCore

/// One proposed sanction.
struct SanctionCase: Hashable, Sendable {
    var id: String
    var determinationNo: String
    var cause: String
    /// Law and article, masked by identity.
    var basis: String
    var isBasisUnconfirmed: Bool
    /// On which the basis was judged last.
    var basisDay: CivilDate
    var proposer: Officer
    var kind: SubjectKind
    var machine = SanctionMachine()
    var hearing: Hearing
    /// What is proposed; once there are orders, what was decided.
    var measures: [String]
    /// The records that it rests on; what has gone has left.
    var grounds: [Ground]
    /// When it is to be decided at the latest.
    var decideBy: Instant?
    /// Whether that has passed, and somebody was told.
    var isDecisionOverdue = false
    var orders: [Order] = []
    /// The last day of the orders.
    var until: CivilDate?
    /// When the calendar is asked again.
    var retryAt: Instant?

    init(
        id: String, determinationNo: String, cause: String, basis: String, isBasisUnconfirmed: Bool, basisDay: CivilDate, proposer: Officer,
        kind: SubjectKind, noticeId: String, measures: [String], grounds: [Ground], decideBy: Instant?
    ) {
        self.id = id
        self.determinationNo = determinationNo
        self.cause = cause
        self.basis = basis
        self.isBasisUnconfirmed = isBasisUnconfirmed
        self.basisDay = basisDay
        self.proposer = proposer
        self.kind = kind
        hearing = Hearing(noticeId: noticeId)
        self.measures = measures
        self.grounds = grounds
        self.decideBy = decideBy
    }

    // MARK: Names

    /// The id of the case that a message opens; no two messages make the same one, and nothing in it points to a person. Fourteen digits,
    /// so that nobody takes them for an identity number.
    static func id(because cause: Cause) -> String { prefix + String(ValueHash(of: cause.text).description.prefix(14)) }

    static let prefix = "sanction/"

    // MARK: Judging

    /// What measures are judged by, with the records as they are now.
    func judged(on day: CivilDate) -> CarriedMeasure.Case {
        CarriedMeasure.Case(cause: cause, kind: kind, basis: basis, day: day, grounds: grounds.filter(\.isAlive))
    }

    /// The last day on which any of its records has effect; nil when one has no end.
    var lastDay: CivilDate? {
        guard grounds.allSatisfy({ $0.lastDay != nil }) else { return nil }
        return grounds.compactMap(\.lastDay).max()
    }

    var recordBureaus: Set<String> { Set(grounds.map(\.bureau)) }

    /// Whether any of its records is disputed, or not final again.
    var isInDoubt: Bool { grounds.contains { !$0.isClear } }

    /// Measures that have effect, or would have it but for a suspension.
    var standing: [String] { orders.filter { !$0.isLifted }.map(\.measure) }

    /// Whether nothing more can happen in it.
    var isSettled: Bool {
        switch machine.state {
        case .dismissed, .notAdmitted: true
        case .lifted: orders.allSatisfy(\.isSettled)
        default: false
        }
    }

    // MARK: Alarms

    /// What time does to a case. One of each at most is set.
    enum Alarm: UInt8, Hashable, Sendable, CaseIterable {
        case terms = 0x74
        case answer = 0x61
        case decision = 0x64
        case until = 0x75
        /// A term is to be set for which the calendar lacked a year.
        case calendar = 0x63

        func key(subjectId: String, caseId: String) -> Bytes { Bytes(utf8: "\(subjectId)/\(caseId)/") + [rawValue] }

        /// The inverse of `key`.
        static func read(_ key: Bytes) -> (subjectId: String, caseId: String, alarm: Alarm)? {
            guard key.count > 2, let alarm = key.last.flatMap(Alarm.init(rawValue:)), let slash = key.firstIndex(of: UInt8(ascii: "/"))
            else { return nil }
            return (key[..<slash].text, key[(slash + 1)...].dropLast(2).text, alarm)
        }

        /// The word for what it makes.
        var word: String {
            switch self {
            case .terms: "terms.ended"
            case .answer: "answer.overdue"
            case .decision: "decision.overdue"
            case .until: "measures.ended"
            case .calendar: "calendar.asked"
            }
        }
    }

    /// The instants on which something is due by itself.
    var alarms: [Alarm: Instant] {
        var alarms: [Alarm: Instant] = [:]
        if machine.isPending {
            if machine.state == .noticed || machine.state == .objectedInTerm { alarms[.terms] = hearing.end }
            if machine.isObjected, !hearing.isAnswerOverdue { alarms[.answer] = hearing.answerDueAt }
            if !isDecisionOverdue { alarms[.decision] = decideBy }
            alarms[.calendar] = retryAt
        }
        if machine.isImposed { alarms[.until] = until?.end }
        return alarms
    }

    // MARK: Encoding

    func encode(into writer: inout RowWriter) {
        writer.text(id)
        writer.text(determinationNo)
        writer.text(cause)
        writer.text(basis)
        writer.byte((isBasisUnconfirmed ? 1 : 0) | (isDecisionOverdue ? 2 : 0))
        writer.signed(Int64(basisDay.dayNumber))
        writer.text(proposer.description)
        writer.text(kind.rawValue)
        writer.byte(machine.state.rawValue)
        hearing.encode(into: &writer)
        writer.list(measures) { $0.text($1) }
        writer.list(grounds) { $1.encode(into: &$0) }
        writer.optional(decideBy) { $0.instant($1) }
        writer.list(orders) { $1.encode(into: &$0) }
        writer.optional(until) { $0.signed(Int64($1.dayNumber)) }
        writer.optional(retryAt) { $0.instant($1) }
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        id = try reader.text()
        determinationNo = try reader.text()
        cause = try reader.text()
        basis = try reader.text()
        let marks = try reader.byte()
        isBasisUnconfirmed = marks & 1 == 1
        isDecisionOverdue = marks & 2 == 2
        basisDay = CivilDate(dayNumber: Int(try reader.signed()))
        guard let proposer = Officer(try reader.text()), let kind = SubjectKind(rawValue: try reader.text()),
            let state = SanctionMachine.State(rawValue: try reader.byte())
        else { throw RowDamage() }
        self.proposer = proposer
        self.kind = kind
        machine = SanctionMachine(state: state)
        hearing = try Hearing(&reader)
        measures = try reader.list { reader throws(RowDamage) in try reader.text() }
        grounds = try reader.list { reader throws(RowDamage) in try Ground(&reader) }
        decideBy = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        orders = try reader.list { reader throws(RowDamage) in try Order(&reader) }
        until = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        retryAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
    }
}
