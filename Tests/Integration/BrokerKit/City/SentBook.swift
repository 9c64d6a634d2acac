import Foundation
import Synchronization

/// What was sent, when, and what has to come of it.
public final class SentBook: Sendable {
    public struct Entry: Sendable {
        public var expected: [String]
        public var sentAt: ContinuousClock.Instant
        /// How many of its messages the log may or may not have.
        public var doubtful = 0
        var record: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var nameless = 0
        /// Records of which a message may be missing: what is answered about them later is not certain either.
        var tainted: Set<Int> = []
        var count = 0
    }

    private let state = Mutex(State())
    private let prefix: String
    private let deadLettersBefore: Int

    /// `prefix` is that of the load: the outcomes of others are none of its business. Neither are dead letters that were there before.
    public init(prefix: String = "", deadLettersBefore: Int = 0) {
        self.prefix = prefix
        self.deadLettersBefore = deadLettersBefore
    }

    public func sent(_ message: LoadMessage) {
        state.withLock { state in
            state.count += 1
            guard let id = message.id else {
                state.nameless += 1
                return
            }
            state.entries[id, default: Entry(expected: [], sentAt: .now, record: message.record)].expected.append(message.expected)
        }
    }

    /// The log did not say that it has this message.
    public func doubted(_ message: LoadMessage) {
        state.withLock { state in
            state.tainted.insert(message.record)
            if let id = message.id { state.entries[id]?.doubtful += 1 } else { state.nameless -= 1 }
        }
    }

    public var count: Int { state.withLock { $0.count } }
    public var doubtful: Int { state.withLock { $0.tainted.count } }

    /// What is still to be answered: each submission needs as many outcomes as messages that are surely in the log.
    public func unanswered(_ answers: AnswerBook) -> [String] {
        let counts = answers.counts
        let (entries, nameless) = state.withLock { ($0.entries, $0.nameless) }
        var missing = entries.filter { counts[$0.key, default: 0] < $0.value.expected.count - $0.value.doubtful }.map(\.key)
        let letters = answers.deadLetters - deadLettersBefore
        if letters < nameless { missing.append("a dead letter (\(letters) of \(nameless))") }
        return missing
    }

    /// The longest that an answer took of what was sent in these moments; nil when nothing was sent then.
    public func longestWait(_ answers: AnswerBook, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Duration? {
        let entries = state.withLock { $0.entries.filter { $0.value.sentAt >= start && $0.value.sentAt < end && $0.value.doubtful == 0 } }
        return entries.compactMap { id, _ in answers.firstSeen(id).map { $0 - start } }.max()
    }

    /// What was answered otherwise than it had to be, a line for each.
    public func complaints(_ answers: AnswerBook) -> [String] {
        let (entries, tainted, nameless) = state.withLock { ($0.entries, $0.tainted, $0.nameless) }
        var complaints: [String] = []
        for (id, entry) in entries {
            let got = answers.of(id)
            let statuses = got.map(\.status).sorted()
            let isCertain = !tainted.contains(entry.record)
            let fits =
                isCertain
                ? statuses == entry.expected.sorted()
                : got.count <= entry.expected.count && got.count >= entry.expected.count - entry.doubtful
            if !fits {
                let places = got.map { "\($0.status) at \($0.partition)/\($0.offset) \($0.codes.joined(separator: ","))" }
                complaints.append("\(id): expected \(entry.expected), got \(places)\(isCertain ? "" : " (doubtful)")")
            }
        }
        for id in answers.ids where id.hasPrefix(prefix) && entries[id] == nil {
            complaints.append("\(id): an outcome of a submission that nobody sent")
        }
        let letters = answers.deadLetters - deadLettersBefore
        if tainted.isEmpty, letters != nameless {
            complaints.append("\(letters) dead letters, expected \(nameless)")
        }
        return complaints.sorted()
    }
}
