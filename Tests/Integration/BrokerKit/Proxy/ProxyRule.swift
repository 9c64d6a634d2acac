/// What a proxy does to some of the questions and answers that pass through it.
public struct ProxyRule: Sendable {
    public enum Action: Sendable, Equatable {
        /// The answer, and what follows it on the same connection, comes later.
        case delay(Duration)
        /// The answer, and what follows it on the same connection, waits until it is let go.
        case hold
        /// The answer never comes; the connection stays.
        case swallow
        /// The broker has done what was asked, and the connection ends instead of an answer.
        case cut
        /// The answer to a heartbeat says this error, by Kafka's number; the broker has said otherwise.
        case refuseHeartbeat(Int16)
        /// The connection ends before the broker has seen the question.
        case cutBefore
        /// The connection ends at once, and the broker gets the question later all the same.
        case deliverLate(Duration)
    }

    public enum Choice: Sendable, Equatable {
        case all
        /// The n-th from the making of the rule on, counted from 1, and no other.
        case nth(Int)
        case probability(Double)
    }

    public var apis: Set<KafkaAPI>
    public var action: Action
    public var choice: Choice
    /// Only of clients whose id begins so.
    public var client: String

    public init(_ action: Action, _ apis: KafkaAPI..., choice: Choice = .all, client: String = "") {
        self.init(action, apis: Set(apis), choice: choice, client: client)
    }

    public init(_ action: Action, apis: Set<KafkaAPI>, choice: Choice = .all, client: String = "") {
        self.apis = apis
        self.action = action
        self.choice = choice
        self.client = client
    }
}

/// The rules of a proxy and what came of them. A value: the proxy asks it under its lock.
struct ProxyRules {
    struct Entry {
        var rule: ProxyRule
        var seen = 0
        var applied = 0
    }

    private(set) var entries: [Int: Entry] = [:]
    private var nextId = 1
    private var random: SplitMix
    /// Questions that have passed, by their number.
    private(set) var questions: [Int16: Int] = [:]

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func add(_ rule: ProxyRule) -> Int {
        defer { nextId += 1 }
        entries[nextId] = Entry(rule: rule)
        return nextId
    }

    mutating func remove(_ id: Int) { entries[id] = nil }
    mutating func removeAll() { entries = [:] }

    /// What is to be done with this question and its answer; the oldest rule that wants it has it.
    mutating func action(for api: Int16, of client: String) -> ProxyRule.Action? {
        questions[api, default: 0] += 1
        guard let known = KafkaAPI(rawValue: api) else { return nil }
        for id in entries.keys.sorted() {
            guard let rule = entries[id]?.rule, rule.apis.contains(known), client.hasPrefix(rule.client) else { continue }
            entries[id]!.seen += 1
            let wants: Bool
            switch rule.choice {
            case .all: wants = true
            case .nth(let number): wants = entries[id]!.seen == number
            case .probability(let share): wants = random.fraction() < share
            }
            if wants {
                entries[id]!.applied += 1
                return rule.action
            }
        }
        return nil
    }
}
