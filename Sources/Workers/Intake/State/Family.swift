import CreditModel
import StreamCore

/// What intake remembers of one record number with all its parties, or of one case: one row of its store.
///
/// It holds digests, revisions and lookup keys, never the content of a message. Only what passed the gates is remembered; what was
/// refused is judged again when it comes again.
struct Family: Equatable, Sendable {
    /// The messages that passed, in the order in which they came.
    var seen: [Seen] = []
    /// The parties of a record number; empty for a case.
    var parties: [Party] = []

    /// A message that passed.
    struct Seen: Equatable, Sendable {
        /// Digest of source and id.
        var sender: Fingerprint
        /// Digest of the message's bytes.
        var content: Fingerprint
        var at: Instant
    }

    /// One party of a decision: the record number with its `#n`.
    struct Party: Equatable, Sendable {
        /// Empty, or `#2` and so on.
        var suffix: Bytes
        /// 1, and one more each time a revision names another subject: written as `~2` and so on.
        var generation: Int
        var isWithdrawn: Bool
        /// The key by which identity finds the subject.
        var lookupKey: Bytes
        var revisions: [Revision]

        /// The highest revision that passed.
        var revision: UInt64 { revisions.last?.number ?? 0 }
    }

    struct Revision: Equatable, Sendable {
        var number: UInt64
        /// Digest of what the record says, without number and revision.
        var content: Fingerprint
    }

    var isEmpty: Bool { seen.isEmpty && parties.isEmpty }

    /// How a message stands to those that passed before.
    enum Acquaintance: Equatable, Sendable {
        case new, same, reused
    }

    func acquaintance(of message: Seen, remembered term: Instant.Span) -> Acquaintance {
        guard let known = seen.last(where: { $0.sender == message.sender && $0.at + term > message.at }) else { return .new }
        return known.content == message.content ? .same : .reused
    }

    /// Keeps a message, and drops those whose term is over.
    mutating func remember(_ message: Seen, for term: Instant.Span) {
        dropSeen(before: message.at, remembered: term)
        seen.append(message)
    }

    mutating func dropSeen(before now: Instant, remembered term: Instant.Span) {
        seen.removeAll { $0.at + term <= now }
    }

    func party(_ suffix: Bytes) -> Int? {
        parties.firstIndex { $0.suffix.elementsEqual(suffix) }
    }
}

extension Family {
    private static let layout: UInt8 = 1

    /// Messages, then parties.
    var encoded: Bytes {
        var row = RowWriter(
            layout: Family.layout,
            reserving: 3 + seen.count * 40 + parties.reduce(0) { $0 + 48 + $1.suffix.count + $1.revisions.count * 18 })
        row.list(seen) {
            $0.fixed($1.sender)
            $0.fixed($1.content)
            $0.instant($1.at)
        }
        row.list(parties) {
            $0.run($1.suffix)
            $0.number(UInt64($1.generation))
            $0.byte($1.isWithdrawn ? 1 : 0)
            $0.run($1.lookupKey)
            $0.list($1.revisions) {
                $0.number($1.number)
                $0.fixed($1.content)
            }
        }
        return row.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var row = RowReader(encoded)
        guard try row.byte() == Family.layout else { throw RowDamage() }
        seen = try row.list { row throws(RowDamage) in
            Seen(sender: try row.fingerprint(), content: try row.fingerprint(), at: try row.instant())
        }
        parties = try row.list { row throws(RowDamage) in
            Party(
                suffix: try row.run(), generation: Int(clamping: try row.number()), isWithdrawn: try row.byte() == 1,
                lookupKey: try row.run(),
                revisions: try row.list { row throws(RowDamage) in
                    Revision(number: try row.number(), content: try row.fingerprint())
                })
        }
        guard row.isAtEnd else { throw RowDamage() }
    }
}
