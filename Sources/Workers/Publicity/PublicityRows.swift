import CreditModel
import StreamCore

/// What publicity keeps of a subject. Key: the subject id.
enum SubjectRow {
    static let table = Table(1, "subjects")
    private static let layout: UInt8 = 1

    static func key(_ subjectId: String) -> Bytes { Bytes(utf8: subjectId) }

    static func encode(_ facts: SubjectFacts) -> Bytes {
        var writer = RowWriter(layout: layout, reserving: 64)
        writer.text(facts.capacity.rawValue)
        writer.text(facts.displayName)
        return writer.bytes
    }

    static func decode(_ row: Bytes) throws(RowDamage) -> SubjectFacts {
        var reader = RowReader(row)
        guard try reader.byte() == layout, let capacity = SubjectProfile.Capacity(rawValue: try reader.text()) else { throw RowDamage() }
        let facts = SubjectFacts(capacity: capacity, displayName: try reader.text())
        guard reader.isAtEnd else { throw RowDamage() }
        return facts
    }
}

/// What publicity keeps of a record, up to its archiving. Key: subject and record, so that a subject's records lie together and a release
/// that names a record of somebody else finds nothing.
enum PublicRecordRow {
    static let table = Table(2, "records")
    private static let layout: UInt8 = 1

    static func key(subjectId: String, recordId: String) -> Bytes { prefix(subjectId) + Bytes(utf8: recordId) }

    /// With what the keys of a subject's records begin.
    static func prefix(_ subjectId: String) -> Bytes { Bytes(utf8: subjectId + "/") }

    /// The subject of a key: its id holds no slash.
    static func subjectId(of key: Bytes) -> String { key.prefix { $0 != UInt8(ascii: "/") }.text }

    static func encode(_ record: PublicRecord) -> Bytes {
        let facts = record.facts
        var writer = RowWriter(layout: layout, reserving: 160 + facts.decision.count)
        writer.text(facts.recordId)
        writer.text(facts.bureau)
        writer.text(facts.catalogItem)
        writer.byte(facts.kind == .person ? 0 : 1)
        writer.text(facts.severity.rawValue)
        writer.text(facts.state.rawValue)
        writer.byte((facts.isRestricted ? 1 : 0) | (facts.hasConsent ? 2 : 0) | (record.isReleased ? 4 : 0))
        writer.optional(facts.decisionDate) { $0.signed(Int64($1.dayNumber)) }
        writer.optional(facts.publicUntil) { $0.signed(Int64($1.dayNumber)) }
        writer.run(facts.decision)
        writer.optional(record.listing) { $1.encode(into: &$0) }
        return writer.bytes
    }

    static func decode(_ row: Bytes) throws(RowDamage) -> PublicRecord {
        var reader = RowReader(row)
        guard try reader.byte() == layout else { throw RowDamage() }
        let (recordId, bureau, catalogItem) = (try reader.text(), try reader.text(), try reader.text())
        let kind: SubjectKind = try reader.byte() == 0 ? .person : .organization
        guard let severity = Severity(rawValue: try reader.text()), let state = RecordState(rawValue: try reader.text()) else {
            throw RowDamage()
        }
        let flags = try reader.byte()
        let facts = RecordFacts(
            recordId: recordId, bureau: bureau, catalogItem: catalogItem, kind: kind, severity: severity, state: state,
            isRestricted: flags & 1 != 0,
            decisionDate: try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) },
            publicUntil: try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) },
            hasConsent: flags & 2 != 0, decision: try reader.run())
        let listing = try reader.optional { reader throws(RowDamage) in try Listing(&reader) }
        guard reader.isAtEnd else { throw RowDamage() }
        return PublicRecord(facts, isReleased: flags & 4 != 0, listing: listing)
    }
}
