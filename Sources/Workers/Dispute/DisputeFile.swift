import CreditModel
import StreamCore

/// What is kept of one record of one subject: what a dispute has to know of it, and its disputes.
struct DisputeFile: Hashable, Sendable {
    var recordId: String
    var record: Record
    var cases: [Case] = []
    /// How many there ever were: the number of the newest.
    var casesOpened: UInt64 = 0

    /// The newest version, as the ledger says it.
    struct Record: Hashable, Sendable {
        var version: UInt64
        var state: RecordState
        var bureau: String
        var severity: Severity
        var validUntil: CivilDate?

        /// Whether nothing can be ruled about it any more.
        var isOver: Bool { state == .withdrawn || state == .archived }
    }

    struct Case: Hashable, Sendable {
        var number: UInt64
        var machine: DisputeMachine
        var ground: DisputeRequested.Ground
        /// What the person says, of a review what was said last, masked. Gone once nothing can begin anew.
        var statement: String
        var evidence: [Evidence]
    }

    init(recordId: String, record: Record) {
        self.recordId = recordId
        self.record = record
    }

    func openCase(ground: DisputeRequested.Ground, otherThan number: UInt64 = 0) -> Case? {
        cases.first { $0.ground == ground && $0.machine.isOpen && $0.number != number }
    }

    func place(of number: UInt64) -> Int? { cases.firstIndex { $0.number == number } }

    // MARK: Row

    static let table = Table(1, "files")
    private static let layout: UInt8 = 1

    var encoded: Bytes {
        var writer = RowWriter(layout: DisputeFile.layout, reserving: 96 + cases.count * 256)
        writer.text(recordId)
        writer.number(record.version)
        writer.text(record.state.rawValue)
        writer.text(record.bureau)
        writer.text(record.severity.rawValue)
        writer.optional(record.validUntil) { $0.signed(Int64($1.dayNumber)) }
        writer.number(casesOpened)
        writer.list(cases) { writer, one in
            writer.number(one.number)
            writer.text(one.ground.rawValue)
            writer.text(one.statement)
            writer.list(one.evidence) {
                $0.text($1.name)
                $0.text($1.sha256)
                $0.optional($1.uri) { $0.text($1) }
            }
            one.machine.encode(into: &writer)
        }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == DisputeFile.layout else { throw RowDamage() }
        recordId = try reader.text()
        record = Record(
            version: try reader.number(), state: try reader.word(), bureau: try reader.text(), severity: try reader.word(),
            validUntil: try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) })
        casesOpened = try reader.number()
        cases = try reader.list { reader throws(RowDamage) in
            let number = try reader.number()
            let ground: DisputeRequested.Ground = try reader.word()
            let statement = try reader.text()
            let evidence = try reader.list { reader throws(RowDamage) in
                Evidence(
                    name: try reader.text(), sha256: try reader.text(),
                    uri: try reader.optional { reader throws(RowDamage) in try reader.text() })
            }
            return Case(
                number: number, machine: try DisputeMachine(from: &reader), ground: ground, statement: statement, evidence: evidence)
        }
        guard reader.isAtEnd else { throw RowDamage() }
    }
}

extension DisputeMachine {
    // Codes are for ever.

    fileprivate func encode(into writer: inout RowWriter) {
        func write(_ deadlines: DisputeTerms.Deadlines, _ isSilent: Bool) {
            writer.instant(deadlines.answerBy)
            writer.instant(deadlines.dueAt)
            writer.byte(isSilent ? 1 : 0)
        }
        switch state {
        case .received(let retryAt):
            writer.byte(0)
            writer.instant(retryAt)
        case .inquiring(let deadlines, let isSilent):
            writer.byte(1)
            write(deadlines, isSilent)
        case .paused(let since, let until, let deadlines, let isSilent):
            writer.byte(2)
            writer.instant(since)
            writer.instant(until)
            write(deadlines, isSilent)
        case .unverified(.at(let instant)):
            writer.byte(3)
            writer.instant(instant)
        case .unverified(.unknown(let endedOn, let retryAt)):
            writer.byte(4)
            writer.signed(Int64(endedOn.dayNumber))
            writer.instant(retryAt)
        case .upheld: writer.byte(5)
        case .dismissed(let officer, let until):
            writer.byte(6)
            writer.text(officer.description)
            writer.optional(until) { $0.signed(Int64($1.dayNumber)) }
        case .removed: writer.byte(7)
        }
        switch instance {
        case .first: writer.byte(0)
        case .review(let finder):
            writer.byte(1)
            writer.text(finder.description)
        }
        writer.instant(clock.startedAt)
        writer.optional(clock.askedAt) { $0.instant($1) }
        writer.list(clock.pauses) {
            $0.instant($1.from)
            $0.instant($1.to)
        }
    }

    fileprivate init(from reader: inout RowReader) throws(RowDamage) {
        let state: State
        switch try reader.byte() {
        case 0: state = .received(retryAt: try reader.instant())
        case 1: state = .inquiring(try reader.deadlines(), isSilent: try reader.byte() == 1)
        case 2:
            state = .paused(
                since: try reader.instant(), until: try reader.instant(), try reader.deadlines(), isSilent: try reader.byte() == 1)
        case 3: state = .unverified(.at(try reader.instant()))
        case 4:
            state = .unverified(.unknown(endedOn: CivilDate(dayNumber: Int(try reader.signed())), retryAt: try reader.instant()))
        case 5: state = .upheld
        case 6:
            state = .dismissed(
                by: try reader.officer(),
                reviewUntil: try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) })
        case 7: state = .removed
        default: throw RowDamage()
        }
        let instance: Instance
        switch try reader.byte() {
        case 0: instance = .first
        case 1: instance = .review(of: try reader.officer())
        default: throw RowDamage()
        }
        let startedAt = try reader.instant()
        let askedAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        let pauses = try reader.list { reader throws(RowDamage) in
            DisputeTerms.Pause(from: try reader.instant(), to: try reader.instant())
        }
        self.init(state: state, instance: instance, clock: Clock(startedAt: startedAt, askedAt: askedAt, pauses: pauses))
    }
}

extension RowReader {
    fileprivate mutating func word<Word: RawRepresentable>() throws(RowDamage) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text()) else { throw RowDamage() }
        return word
    }

    fileprivate mutating func officer() throws(RowDamage) -> Officer {
        guard let officer = Officer(try text()) else { throw RowDamage() }
        return officer
    }

    fileprivate mutating func deadlines() throws(RowDamage) -> DisputeTerms.Deadlines {
        DisputeTerms.Deadlines(answerBy: try instant(), dueAt: try instant())
    }
}
