import CreditModel
import StreamCore

/// The names of a subject under the mark of its id, for messages that know only the id, or a case's id with the mark in it. Identity tells
/// itself by its announcements, since both lead to another partition than the number.
struct NamesRow: Hashable, Sendable {
    /// Of the announcement that it has taken in last.
    var version: UInt64
    var kind: SubjectKind
    /// Also those it had before: texts may still use them.
    var names: [String]

    static let table = Table(2, "names")
    private static let layout: UInt8 = 1

    /// The mark that the ids of the subject's rewards hold as well.
    static func key(subjectId: String) -> Bytes { Bytes(utf8: RewardCaseId.mark(of: subjectId)) }

    init(version: UInt64, kind: SubjectKind, names: [String]) {
        self.version = version
        self.kind = kind
        self.names = names
    }

    var encoded: Bytes {
        var writer = RowWriter(layout: NamesRow.layout)
        writer.number(version)
        writer.byte(kind == .person ? 0 : 1)
        writer.list(names) { $0.text($1) }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == NamesRow.layout else { throw RowDamage() }
        version = try reader.number()
        kind = try reader.byte() == 0 ? .person : .organization
        names = try reader.list { reader throws(RowDamage) in try reader.text() }
        guard reader.isAtEnd else { throw RowDamage() }
    }
}
