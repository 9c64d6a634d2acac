import StreamCore
import StreamEngine

/// A pass over one compacted partition: first the keys of what is new, then everything is written again without what they replace.
///
/// It is only in memory: when the process ends, the next one begins a pass anew, and what was already rewritten stays right.
struct Cleaning {
    let part: Int
    /// The pass ends here; behind it lies at least the newest batch.
    var upTo: Int64
    /// Where the keys have been read up to; `upTo` when that is done.
    var mapped: Int64
    /// Where batches have been rewritten up to.
    var rewritten: Int64
    private var last: [KeyPrint: Int64] = [:]

    /// Two hashes of 64 bits stand for a key: a pass over many keys then needs little memory, and two keys that look alike are as likely as
    /// a disk that gives back another block unnoticed.
    private struct KeyPrint: Hashable {
        let left: UInt64
        let right: UInt64
        init(_ key: Bytes) {
            left = RowSum.hash(11, key, [])
            right = RowSum.hash(12, key, [])
        }
        func hash(into hasher: inout Hasher) { hasher.combine(left) }
    }

    /// About 5 MiB.
    static let keysMax = 100_000

    init(part: Int, from cleaned: Int64, upTo: Int64, rewritten: Int64) {
        self.part = part
        self.upTo = upTo
        mapped = cleaned
        self.rewritten = rewritten
    }

    var isFull: Bool { last.count >= Cleaning.keysMax }

    mutating func note(_ key: Bytes, at offset: Int64) { last[KeyPrint(key)] = offset }

    /// Whether something behind it has the same key.
    func isReplaced(_ key: Bytes, at offset: Int64) -> Bool { last[KeyPrint(key)].map { $0 > offset } ?? false }
}
