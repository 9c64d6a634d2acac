import CreditModel
import StreamCore

/// What the ledger keeps of a record: all that the next version is made from.
struct RecordRow: Sendable {
    var machine: RecordMachine
    var subjectKind: SubjectKind
    var bureau: String
    var recordNo: String
    var catalogItem: String
    var severity: Severity
    /// nil once it is sealed.
    var content: RecordContent?
    var statements: [RecordChanged.Statement]
    var notes: Bytes?
    /// Of the newest version's value; nil before the first is written.
    var newestHash: ValueHash?

    static let table = Table(1, "records")
    private static let layout: UInt8 = 2
    /// The layout before open cases had a last day.
    private static let layoutWithoutUntil: UInt8 = 1

    /// Subject and record: a ruling that names a record of somebody else finds nothing.
    static func key(subjectId: String, recordId: String) -> Bytes {
        var key: Bytes = []
        key.reserveCapacity(subjectId.utf8.count + recordId.utf8.count + 1)
        key.append(contentsOf: subjectId.utf8)
        key.append(UInt8(ascii: "/"))
        key.append(contentsOf: recordId.utf8)
        return key
    }

    /// The inverse of `key`: a subject id holds no slash.
    static func names(in key: Bytes) -> (subjectId: String, recordId: String)? {
        guard let slash = key.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return (key[..<slash].text, key[(slash + 1)...].text)
    }

    var encoded: Bytes {
        var writer = RowWriter(
            layout: RecordRow.layout,
            reserving: 256 + (content.map { $0.conduct.count + $0.decision.count + ($0.attributes?.count ?? 0) } ?? 0))
        writer.byte(RecordRow.code(machine.state))
        writer.byte(machine.isSealed ? 1 : 0)
        writer.number(machine.version)
        writer.number(machine.revision)
        switch machine.terms.finality {
        case .reached: writer.byte(0)
        case .from(let instant):
            writer.byte(1)
            writer.instant(instant)
        case .open: writer.byte(2)
        }
        writer.optional(machine.terms.endsAt) { $0.instant($1) }
        writer.optional(machine.archivesAt) { $0.instant($1) }
        writer.list(machine.openCases) {
            $0.text($1.id)
            $0.instant($1.since)
            $0.optional($1.until) { $0.signed(Int64($1.dayNumber)) }
        }
        writer.byte(subjectKind == .person ? 0 : 1)
        writer.text(bureau)
        writer.text(recordNo)
        writer.text(catalogItem)
        writer.byte(RecordRow.code(severity))
        writer.optional(content) {
            $0.run($1.conduct)
            $0.run($1.decision)
            $0.signed(Int64($1.decisionDate.dayNumber))
            $0.optional($1.validUntil) { $0.signed(Int64($1.dayNumber)) }
            $0.optional($1.attributes) { $0.run($1) }
            $0.optional($1.field) { $0.text($1) }
            $0.optional($1.occupation) { $0.text($1) }
        }
        writer.list(statements) {
            $0.text($1.caseId)
            $0.text($1.text)
        }
        writer.optional(notes) { $0.run($1) }
        writer.optional(newestHash) { $0.fixed($1.bytes) }
        return writer.bytes
    }

    init(
        machine: RecordMachine, subjectKind: SubjectKind, bureau: String, recordNo: String, content: RecordContent, notes: Bytes?
    ) {
        self.machine = machine
        self.subjectKind = subjectKind
        self.bureau = bureau
        self.recordNo = recordNo
        self.catalogItem = content.catalogItem
        self.severity = content.severity
        self.content = content
        self.statements = []
        self.notes = notes
        self.newestHash = nil
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        let layout = try reader.byte()
        guard layout == RecordRow.layout || layout == RecordRow.layoutWithoutUntil else { throw RowDamage() }
        let state = try RecordRow.state(reader.byte())
        let isSealed = try reader.byte() == 1
        let version = try reader.number()
        let revision = try reader.number()
        let finality: RecordMachine.Terms.Finality
        switch try reader.byte() {
        case 0: finality = .reached
        case 1: finality = .from(try reader.instant())
        case 2: finality = .open
        default: throw RowDamage()
        }
        let endsAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        let archivesAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        let openCases = try reader.list { reader throws(RowDamage) in
            var open = RecordMachine.OpenCase(id: try reader.text(), since: try reader.instant())
            if layout == RecordRow.layout {
                open.until = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
            }
            return open
        }
        machine = RecordMachine(
            state: state, version: version, revision: revision, terms: RecordMachine.Terms(finality: finality, endsAt: endsAt),
            openCases: openCases, archivesAt: archivesAt, isSealed: isSealed)
        subjectKind = try reader.byte() == 0 ? .person : .organization
        bureau = try reader.text()
        recordNo = try reader.text()
        let catalogItem = try reader.text()
        let severity = try RecordRow.severity(reader.byte())
        self.catalogItem = catalogItem
        self.severity = severity
        content = try reader.optional { reader throws(RowDamage) in
            RecordContent(
                catalogItem: catalogItem, severity: severity,
                conduct: try reader.run(), decision: try reader.run(),
                decisionDate: CivilDate(dayNumber: Int(try reader.signed())),
                validUntil: try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) },
                attributes: try reader.optional { reader throws(RowDamage) in try reader.run() },
                field: try reader.optional { reader throws(RowDamage) in try reader.text() },
                occupation: try reader.optional { reader throws(RowDamage) in try reader.text() })
        }
        statements = try reader.list { reader throws(RowDamage) in
            RecordChanged.Statement(caseId: try reader.text(), text: try reader.text())
        }
        notes = try reader.optional { reader throws(RowDamage) in try reader.run() }
        newestHash = try reader.optional { reader throws(RowDamage) in ValueHash(bytes: try reader.fixed(ValueHash.length)) }
        guard reader.isAtEnd else { throw RowDamage() }
    }

    // Codes are for ever; words of the contract may get more.

    private static func code(_ state: RecordState) -> UInt8 {
        switch state {
        case .held: 0
        case .effective: 1
        case .repaired: 2
        case .withdrawn: 3
        case .expired: 4
        case .archived: 5
        }
    }

    private static func state(_ code: UInt8) throws(RowDamage) -> RecordState {
        switch code {
        case 0: .held
        case 1: .effective
        case 2: .repaired
        case 3: .withdrawn
        case 4: .expired
        case 5: .archived
        default: throw RowDamage()
        }
    }

    private static func code(_ severity: Severity) -> UInt8 {
        switch severity {
        case .none: 0
        case .minor: 1
        case .general: 2
        case .serious: 3
        }
    }

    private static func severity(_ code: UInt8) throws(RowDamage) -> Severity {
        switch code {
        case 0: .none
        case 1: .minor
        case 2: .general
        case 3: .serious
        default: throw RowDamage()
        }
    }
}
