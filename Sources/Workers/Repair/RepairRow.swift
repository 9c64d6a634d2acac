import CreditModel
import StreamCore

/// What repair keeps of a record: enough of its newest version to judge an application, and the cases about it.
struct RepairRow: Hashable, Sendable {
    var recordId: String
    var bureau: String
    var catalogItem: String
    var severity: Severity
    var field: String?
    var state: RecordState
    /// nil when the newest version does not show what the record says.
    var decisionDate: CivilDate?
    /// Ids of the policy's exclusions that are for such a record, whatever the day.
    var exclusions: [String]
    /// When its subject is told that it can be repaired.
    var guidanceAt: Instant?
    var isGuided: Bool
    /// Kinds of application of which an officer has said what they lack: it is said once (一次性告知).
    var returnedKinds: [RepairApplied.Kind] = []
    /// Cases that were accepted; what never was leaves nothing behind.
    var cases: [RepairCase]

    static let table = Table(1, "records")
    private static let layout: UInt8 = 1

    /// The case whose end is still to come.
    var openCase: RepairCase? { cases.first { $0.machine.isOpen } }
    var runningExtension: RepairCase? { cases.first { $0.machine.state == .suspended } }

    /// Confirmed good deeds, which support a performance.
    var deeds: [String] { cases.filter { $0.machine.kind == .deed && $0.machine.state == .executed }.map(\.id) }

    // MARK: Keys

    /// Subject and record: whoever names a record of somebody else finds nothing.
    static func key(subjectId: String, recordId: String) -> Bytes { key(subjectId: subjectId, mark: mark(of: recordId)) }

    /// The row that a case id leads to; what is none leads to where no row is.
    static func key(subjectId: String, repairId: String) -> Bytes {
        let rest = repairId.dropFirst(RepairRow.casePrefix.count)
        return key(subjectId: subjectId, mark: String(rest.prefix { $0 != "-" }))
    }

    private static func key(subjectId: String, mark: String) -> Bytes { Bytes(utf8: subjectId + "/" + mark) }

    /// The id of the case that a message opens: it leads to the record's row, and no two messages make the same one. Fourteen digits, so that
    /// nobody takes them for an identity number.
    static func caseId(recordId: String, cause: Cause) -> String {
        casePrefix + mark(of: recordId) + "-" + String(ValueHash(of: cause.text).description.prefix(10))
    }

    private static let casePrefix = "repair/"
    private static func mark(of recordId: String) -> String { String(ValueHash(of: Bytes(utf8: recordId)).description.prefix(14)) }

    // MARK: Alarms

    /// What time does to a record. One of each at most is set for a row.
    enum Alarm: UInt8, Hashable, Sendable, CaseIterable {
        case guidance = 0x67
        case decision = 0x64
        case execution = 0x65
        case extensionEnd = 0x78
        /// A term is to be set for which the calendar lacked a year.
        case calendar = 0x63

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
        alarms[.guidance] = guidanceAt
        for file in cases {
            switch file.machine.state {
            case .reviewing: alarms[.decision] = file.dueAt
            case .granted: alarms[.execution] = file.dueAt
            case .suspended: alarms[.extensionEnd] = file.until?.end
            default: continue
            }
            if file.machine.isOpen { alarms[.calendar] = file.retryAt }
        }
        return alarms
    }

    // MARK: Encoding

    var encoded: Bytes {
        var writer = RowWriter(layout: RepairRow.layout)
        writer.text(recordId)
        writer.text(bureau)
        writer.text(catalogItem)
        writer.text(severity.rawValue)
        writer.optional(field) { $0.text($1) }
        writer.text(state.rawValue)
        writer.optional(decisionDate) { $0.signed(Int64($1.dayNumber)) }
        writer.list(exclusions) { $0.text($1) }
        writer.optional(guidanceAt) { $0.instant($1) }
        writer.byte(isGuided ? 1 : 0)
        writer.list(returnedKinds) { $0.text($1.rawValue) }
        writer.list(cases) { $1.encode(into: &$0) }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == RepairRow.layout else { throw RowDamage() }
        recordId = try reader.text()
        bureau = try reader.text()
        catalogItem = try reader.text()
        guard let severity = Severity(rawValue: try reader.text()) else { throw RowDamage() }
        self.severity = severity
        field = try reader.optional { reader throws(RowDamage) in try reader.text() }
        guard let state = RecordState(rawValue: try reader.text()) else { throw RowDamage() }
        self.state = state
        decisionDate = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        exclusions = try reader.list { reader throws(RowDamage) in try reader.text() }
        guidanceAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        isGuided = try reader.byte() == 1
        returnedKinds = try reader.list { reader throws(RowDamage) in
            guard let kind = RepairApplied.Kind(rawValue: try reader.text()) else { throw RowDamage() }
            return kind
        }
        cases = try reader.list { reader throws(RowDamage) in try RepairCase(&reader) }
        guard reader.isAtEnd else { throw RowDamage() }
    }

    /// The row of a record that is seen for the first time.
    init(_ version: RecordChanged) {
        recordId = version.recordId
        bureau = version.bureau
        catalogItem = version.catalogItem
        severity = version.severity
        field = version.content?.field
        state = version.state
        decisionDate = version.content?.decisionDate
        exclusions = []
        guidanceAt = nil
        isGuided = false
        cases = []
    }
}

/// One application that was accepted.
struct RepairCase: Hashable, Sendable {
    var id: String
    var machine: RepairMachine
    /// What its ruling attaches to the record.
    var text: String?
    /// The last day of an extension.
    var until: CivilDate?
    /// When the term of its phase began.
    var since: Instant
    /// When that term ends; nil where the calendar has no answer yet, and once it has passed in the phase of execution.
    var dueAt: Instant?
    /// When the calendar is asked again.
    var retryAt: Instant?
    /// Whether the term of decision has passed once in silence.
    var isEscalated = false

    init(id: String, kind: RepairApplied.Kind, since: Instant) {
        self.id = id
        machine = RepairMachine(kind)
        self.since = since
    }

    func encode(into writer: inout RowWriter) {
        writer.text(id)
        writer.text(machine.kind.rawValue)
        writer.byte(machine.state.rawValue)
        writer.optional(text) { $0.text($1) }
        writer.optional(until) { $0.signed(Int64($1.dayNumber)) }
        writer.instant(since)
        writer.optional(dueAt) { $0.instant($1) }
        writer.optional(retryAt) { $0.instant($1) }
        writer.byte(isEscalated ? 1 : 0)
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        id = try reader.text()
        guard let kind = RepairApplied.Kind(rawValue: try reader.text()), let state = RepairMachine.State(rawValue: try reader.byte())
        else { throw RowDamage() }
        machine = RepairMachine(kind, state: state)
        text = try reader.optional { reader throws(RowDamage) in try reader.text() }
        until = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        since = try reader.instant()
        dueAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        retryAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        isEscalated = try reader.byte() == 1
    }
}
