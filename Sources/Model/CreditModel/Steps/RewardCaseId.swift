import StreamCore

/// How a case of a reward is called: `reward/PARTITION-SUBJECT-SERIAL`.
///
/// It begins with the partition of its case, so that the objection of anybody finds it without the subject's id; then comes a mark of the
/// subject, which leads to the row and does not lead back; then a mark of the nomination. Marks are letters only: nobody can take them for
/// an identity number.
public struct RewardCaseId: Hashable, Sendable, CustomStringConvertible {
    public var partition: Int
    /// Of the subject.
    public var mark: String
    /// Of the nomination.
    public var serial: String

    private static let prefix = "reward/"
    private static let markBytes = 10
    private static let serialBytes = 5

    /// The case that a nomination opens. No two messages make the same one.
    public init(subjectId: String, partition: Int, cause: Cause) {
        self.partition = partition
        mark = RewardCaseId.mark(of: subjectId)
        serial = RewardCaseId.letters(ValueHash(of: cause.text).bytes.prefix(RewardCaseId.serialBytes))
    }

    /// Nil for an id that was never given out in this form.
    public init?(_ id: String) {
        guard id.hasPrefix(RewardCaseId.prefix) else { return nil }
        let parts = id.dropFirst(RewardCaseId.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let partition = Int(parts[0]), partition >= 0, parts[1].utf8.count == RewardCaseId.markBytes * 2,
            parts[2].utf8.count == RewardCaseId.serialBytes * 2
        else { return nil }
        self.partition = partition
        mark = String(parts[1])
        serial = String(parts[2])
        guard description == id else { return nil }
    }

    public var description: String { "\(RewardCaseId.prefix)\(partition)-\(mark)-\(serial)" }

    /// The mark of a subject.
    public static func mark(of subjectId: String) -> String { letters(ValueHash(of: Bytes(utf8: subjectId)).bytes.prefix(markBytes)) }

    /// Two letters from a to p for each byte.
    private static func letters(_ bytes: Bytes) -> String {
        var letters: [UInt8] = []
        for byte in bytes {
            letters.append(UInt8(ascii: "a") + (byte >> 4))
            letters.append(UInt8(ascii: "a") + (byte & 15))
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
