import StreamCore

/// A small worker for tests of the engine: it counts words, waits for words, and rings alarms.
///
/// Its inputs are texts: `count WORD` adds one and says `WORD=N`; `need WORD` says `found WORD`, waits while the word was never counted,
/// and says `missing WORD` once every input has been read or the wait is over; `alarm WORD MILLISECONDS` says `rang WORD` later, and so
/// does `threat WORD MILLISECONDS`, whose timer is adverse; `silence WORD` ends what waits for the word; `die` ends the process, and so do an alarm and a wait for the word `die` when they come
/// back. Anything else cannot be decoded.
public struct TallyWorker: Worker {
    public static let words: Topic = "words.v1"
    public static let wishes: Topic = "wishes.v1"
    public static let tallies: Topic = "tallies.v1"
    public static let counts = Table(1, "counts")
    public static let alarms = Table(2, "alarms")

    public enum Decoded: Hashable, Sendable {
        case count(String)
        case need(String)
        case alarm(String, Int64, isAdverse: Bool)
        case silence(String)
        case die
        case ring(String)
    }

    public var topology: Topology
    public let policyVersion = "none"

    public init(version: Int = 1, isSealed: Bool = false) {
        topology = Topology(
            worker: "tally", version: version, inputs: [Self.words, Self.wishes], tables: [Self.counts, Self.alarms],
            outputs: [Self.tallies],
            isSealed: isSealed)
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        switch input {
        case .timer(let timer): return .ring(timer.key.text)
        case .message(let message):
            let parts = (message.value ?? []).text.split(separator: " ").map(String.init)
            switch (parts.first, parts.count) {
            case ("count", 2): return .count(parts[1])
            case ("need", 2): return .need(parts[1])
            case ("silence", 2): return .silence(parts[1])
            case ("die", 1): return .die
            case ("alarm", 3), ("threat", 3):
                if let span = Int64(parts[2]) { return .alarm(parts[1], span, isAdverse: parts[0] == "threat") }
                throw Rejection("schema.type", at: "/2", hint: "milliseconds")
            default: throw Rejection("schema.format", hint: "count, need, alarm, threat, silence or die")
            }
        }
    }

    public func reads(for decoded: Decoded) -> [Read] {
        switch decoded {
        case .count(let word), .need(let word): return [.row(Self.counts, key: Bytes(utf8: word))]
        case .alarm, .silence, .die, .ring: return []
        }
    }

    public func line(of decoded: Decoded) -> Line? {
        switch decoded {
        case .need(let word): return Line(Bytes(utf8: word))
        case .silence(let word): return Line(Bytes(utf8: word), passes: true)
        case .count, .alarm, .die, .ring: return nil
        }
    }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        var decision = Decision()
        switch decoded {
        case .ring("die"), .die: fatalError("an input that ends the process")
        case .need("die") where moment.attempt > 0: fatalError("an input that ends the process when it is tried again")
        case .count(let word):
            let count = (state.row(Self.counts, Bytes(utf8: word)).flatMap { Int($0.text) } ?? 0) + 1
            decision.put(Self.counts, Bytes(utf8: word), Bytes(utf8: String(count)))
            decision.say(tally(word, "\(word)=\(count)"))
        case .need(let word):
            if state.row(Self.counts, Bytes(utf8: word)) != nil {
                decision.say(tally(word, "found \(word)"))
            } else if moment.waitIsOver || (moment.attempt > 0 && moment.isCaughtUp) {
                decision.say(tally(word, "missing \(word)"))
            } else {
                return .waiting(Wait(in: Line(Bytes(utf8: word)), retryAfter: .seconds(60), code: "state.not-found"))
            }
        case .alarm(let word, let span, let isAdverse):
            decision.set(Timer(due: moment.tick + .milliseconds(span), key: Bytes(utf8: word), isAdverse: isAdverse))
            decision.say(tally(word, "set \(word)"))
        case .silence(let word):
            decision.say(tally(word, "silenced \(word)"))
            decision.endsWaiting = [Line(Bytes(utf8: word))]
        case .ring(let word):
            decision.say(tally(word, "rang \(word)"))
        }
        return decision
    }

    private func tally(_ word: String, _ text: String) -> Output {
        Output(topic: Self.tallies, key: Bytes(utf8: word), type: "tally.said", subject: word, value: Bytes(utf8: text))
    }
}
