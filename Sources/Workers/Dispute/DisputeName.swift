import CreditModel
import StreamCore

/// How a case is called, and where what is kept of its record lies.
///
/// `dispute/TAG-N` is the n-th dispute of one subject about one record; the tag is made from both. So a finding, which names only the
/// case and the subject, finds the record's row without a second table, and one row knows all that decides about a new request.
struct DisputeName: Hashable, Sendable {
    var tag: String
    /// From 1; 0 stands for a request that became no case.
    var number: UInt64

    private static let prefix = "dispute/"
    private static let tagBytes = 12

    init(subjectId: String, recordId: String, number: UInt64 = 0) {
        let digest = ContentDigest.sha256(Bytes(utf8: "\(subjectId)/\(recordId)"))
        tag = Cause.hexadecimal(digest.prefix(DisputeName.tagBytes))
        self.number = number
    }

    /// Nil for an id that was never given out in this form.
    init?(_ id: String) {
        guard id.hasPrefix(DisputeName.prefix) else { return nil }
        let parts = id.dropFirst(DisputeName.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == DisputeName.tagBytes * 2, let number = UInt64(parts[1]), number > 0
        else { return nil }
        tag = String(parts[0])
        self.number = number
        guard id == self.id else { return nil }
    }

    var id: String { "\(DisputeName.prefix)\(tag)-\(number)" }

    /// The key of the row of its record.
    func fileKey(subjectId: String) -> Bytes { Bytes(utf8: "\(subjectId)/\(tag)") }

    /// The key of its timers.
    func timerKey(subjectId: String) -> Bytes { Bytes(utf8: "\(subjectId)/\(tag)-\(number)") }

    /// The inverse of `timerKey`: a subject id holds no slash.
    static func names(inTimer key: Bytes) -> (subjectId: String, name: DisputeName)? {
        guard let slash = key.firstIndex(of: UInt8(ascii: "/")), let name = DisputeName(prefix + key[(slash + 1)...].text)
        else { return nil }
        return (key[..<slash].text, name)
    }
}
