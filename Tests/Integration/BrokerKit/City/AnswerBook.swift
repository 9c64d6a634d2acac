import CreditModel
import Foundation
import StreamCore
import StreamEngine
import Synchronization

/// Follows the outcomes of a cluster, committed ones only, on a thread of its own.
public final class AnswerBook: Sendable {
    public struct Answer: Sendable {
        public var status: String
        public var codes: [String]
        public var partition: Int
        public var offset: Int64
        public var seenAt: ContinuousClock.Instant
    }

    private struct State {
        var answers: [String: [Answer]] = [:]
        var places: Set<TopicPartition> = []
        var seen: Set<Origin> = []
        var deadLetters = 0
        var failures: [String] = []
        var ends = false
    }

    private let state: Box
    private final class Box: Sendable { let state = Mutex(State()) }

    public static let outcomes: Topic = "record.outcomes.v1"
    private static let letters: Set<Topic> = ["intake.dead-letters.v1", "identity.dead-letters.v1", "ledger.dead-letters.v1"]

    /// `open` makes a reader; it is made again after whatever goes wrong. It looks for something new after each pause.
    public init(every usual: Duration = .milliseconds(5), open: @escaping @Sendable () throws -> any LogReader) {
        state = Box()
        Thread { [state] in
            var pause = usual
            while !state.state.withLock({ $0.ends }) {
                do {
                    let reader = try open()
                    defer { reader.close() }
                    let walk = try reader.walk(Self.letters.union([Self.outcomes]), from: .beginning)
                    while !state.state.withLock({ $0.ends }) {
                        let messages = try walk.next(recordsMax: 1000)
                        if messages.isEmpty { Wait.nap(pause) } else { Self.note(messages, in: state) }
                    }
                } catch {
                    state.state.withLock { $0.failures.append("\(error)") }
                    pause = .milliseconds(50)
                    Wait.nap(.milliseconds(200))
                }
            }
        }.start()
    }

    deinit { state.state.withLock { $0.ends = true } }

    private static func note(_ messages: [Message], in box: Box) {
        let now = ContinuousClock.now
        var parser = JSONParser()
        for message in messages {
            var id = "?"
            var answer = Answer(status: "UNREADABLE", codes: [], partition: message.partition, offset: message.offset, seenAt: now)
            if message.topic == outcomes, let root = message.value.flatMap({ try? parser.parse($0).root }) {
                id = root["submission"]?["id"]?.string ?? "?"
                answer.status = root["status"]?.string ?? "?"
                answer.codes = root["reasons"]?.elements.compactMap { $0["code"]?.string } ?? []
            }
            box.state.withLock { state in
                // The walk may have begun anew.
                guard state.seen.insert(message.origin).inserted else { return }
                if message.topic == outcomes { state.answers[id, default: []].append(answer) } else { state.deadLetters += 1 }
            }
        }
    }

    public func end() { state.state.withLock { $0.ends = true } }

    public func of(_ id: String) -> [Answer] { state.state.withLock { $0.answers[id] ?? [] } }
    public var ids: [String] { state.state.withLock { Array($0.answers.keys) } }
    public var counts: [String: Int] { state.state.withLock { $0.answers.mapValues(\.count) } }
    public var count: Int { state.state.withLock { $0.answers.values.reduce(0) { $0 + $1.count } } }
    public func count(_ prefix: String) -> Int {
        state.state.withLock { $0.answers.reduce(0) { $1.key.hasPrefix(prefix) ? $0 + $1.value.count : $0 } }
    }
    public var deadLetters: Int { state.state.withLock { $0.deadLetters } }
    public func firstSeen(_ id: String) -> ContinuousClock.Instant? { of(id).map(\.seenAt).min() }
    /// What went wrong with reading, for a failure's message.
    public var failures: [String] { state.state.withLock { $0.failures } }

    /// All answers as `status codes`, by id.
    public var summary: [String: [String]] {
        state.state.withLock {
            $0.answers.mapValues { $0.map { ([$0.status] + $0.codes.sorted()).joined(separator: " ") }.sorted() }
        }
    }
}
