import CreditModel
import StreamCore

/// What sanction keeps of a subject: its cases that are not over. What it keeps of records lies beside it, in a row for each (`Ground`),
/// and each case has a copy of those that it rests on.
struct SanctionRow: Hashable, Sendable {
    /// Of a person; as long as no profile has said otherwise, of age, because no adverse record of a minor is ever filed.
    var capacity: SubjectProfile.Capacity = .adult
    var cases: [SanctionCase] = []
    /// Ids of the newest cases that are over, so that who names one is told so at once.
    var closed: [String] = []

    static let table = Table(1, "subjects")
    private static let layout: UInt8 = 1
    private static let closedMax = 16

    static func key(_ subjectId: String) -> Bytes { Bytes(utf8: subjectId) }

    var isEmpty: Bool { capacity == .adult && cases.isEmpty && closed.isEmpty }

    /// Takes out the cases in which nothing more can happen.
    mutating func close() {
        for file in cases where file.isSettled { closed.append(file.id) }
        cases.removeAll(where: \.isSettled)
        closed.removeFirst(max(0, closed.count - SanctionRow.closedMax))
    }

    // MARK: Encoding

    init() {}

    var encoded: Bytes {
        var writer = RowWriter(layout: SanctionRow.layout)
        writer.text(capacity.rawValue)
        writer.list(cases) { $1.encode(into: &$0) }
        writer.list(closed) { $0.text($1) }
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == SanctionRow.layout, let capacity = SubjectProfile.Capacity(rawValue: try reader.text()) else {
            throw RowDamage()
        }
        self.capacity = capacity
        cases = try reader.list { reader throws(RowDamage) in try SanctionCase(&reader) }
        closed = try reader.list { reader throws(RowDamage) in try reader.text() }
        guard reader.isAtEnd else { throw RowDamage() }
    }
}
