import CreditModel
import StreamCore

/// What sanction keeps of an adverse record: enough of its newest version to say what it carries.
struct Ground: Hashable, Sendable {
    var recordId: String
    var bureau: String
    var kind: SubjectKind
    var severity: Severity
    var state: RecordState
    var isRestricted: Bool
    /// Whether the catalogue has it for adverse; nothing else is ever a ground.
    var isAdverse: Bool
    /// The last day on which it has effect; nil when it does not say.
    var lastDay: CivilDate?
    /// Of what was found: another digest is another finding.
    var content: UInt64

    static let table = Table(2, "records")
    private static let layout: UInt8 = 1

    /// Whether it has effect, or will have it again when a dispute or review ends.
    var isAlive: Bool { isAdverse && (state == .effective || state == .held) }

    /// Whether something may rest on it now: a disputed record, or one that is not final, carries nothing new.
    var isClear: Bool { isAdverse && state == .effective && !isRestricted }

    /// Subject and record: whoever names a record of somebody else finds nothing.
    static func key(subjectId: String, recordId: String) -> Bytes { Bytes(utf8: "\(subjectId)/\(recordId)") }

    var encoded: Bytes {
        var writer = RowWriter(layout: Ground.layout)
        encode(into: &writer)
        return writer.bytes
    }

    init(row: Bytes) throws(RowDamage) {
        var reader = RowReader(row)
        guard try reader.byte() == Ground.layout else { throw RowDamage() }
        try self.init(&reader)
        guard reader.isAtEnd else { throw RowDamage() }
    }

    func encode(into writer: inout RowWriter) {
        writer.text(recordId)
        writer.text(bureau)
        writer.text(kind.rawValue)
        writer.text(severity.rawValue)
        writer.text(state.rawValue)
        writer.byte((isRestricted ? 1 : 0) | (isAdverse ? 2 : 0))
        writer.optional(lastDay) { $0.signed(Int64($1.dayNumber)) }
        writer.fixed(bigEndian: content)
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        recordId = try reader.text()
        bureau = try reader.text()
        guard let kind = SubjectKind(rawValue: try reader.text()), let severity = Severity(rawValue: try reader.text()),
            let state = RecordState(rawValue: try reader.text())
        else { throw RowDamage() }
        self.kind = kind
        self.severity = severity
        self.state = state
        let marks = try reader.byte()
        isRestricted = marks & 1 == 1
        isAdverse = marks & 2 == 2
        lastDay = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        content = try reader.fixed(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Ground {
    /// What a version of a record says.
    ///
    /// Finality is left out of the digest: a decision that goes under review is in doubt, and not another one.
    init(_ version: SanctionInput.Version, policy: PolicyPack) throws(Rejection) {
        let value = version.value
        guard let bureau = value["bureau"]?.string, let kind = value["subjectKind"]?.string.flatMap({ SubjectKind(rawValue: $0) }),
            let severity = value["severity"]?.string.flatMap({ Severity(rawValue: $0) }), let isRestricted = value["restricted"]?.bool
        else { throw Rejection("schema.format", hint: "the ledger wrote a version that cannot be read") }
        recordId = version.recordId
        self.bureau = bureau
        self.kind = kind
        self.severity = severity
        state = version.state
        self.isRestricted = isRestricted
        let item = policy.item(version.catalogItem)
        isAdverse = item?.nature == .adverse
        let decision = value["decision"]
        if let validUntil = value["validUntil"]?.stringBytes.flatMap({ CivilDate(iso: $0) }) {
            lastDay = validUntil
        } else if let day = decision?["date"]?.stringBytes.flatMap({ CivilDate(iso: $0) }) {
            lastDay = try? policy.calendar.lastDay(of: item?.term ?? policy.retention.adverseRecord, after: day)
        } else {
            lastDay = nil
        }
        var parts = Bytes(utf8: "\(version.catalogItem)/\(severity.rawValue)")
        for name in ["documentNo", "date", "authority", "basis", "result"] as [StaticString] {
            parts.append(0)
            if let member = decision?[name] { parts.append(contentsOf: member.bytes) }
        }
        for part in [value["conduct"], value["attributes"]] {
            parts.append(0)
            if let part { parts.append(contentsOf: part.bytes) }
        }
        content = ValueHash(of: parts).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
