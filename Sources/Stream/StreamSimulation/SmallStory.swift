import StreamCore
import StreamEngine
import StreamRuntime

/// The smallest story that needs everything an engine does: two workers in a row, duplicates, revisions, holds that a timer ends,
/// requests that have to wait for what they are about, refusals and dead letters.
///
/// It stands in for the real workers where those are not wanted: in tests of the engine, and when somebody looks for the cause of a
/// violation in fewer lines.
public enum SmallStory {
    static let requests: Topic = "requests.v1"
    static let rulings: Topic = "rulings.v1"
    static let steps: Topic = "steps.v1"
    static let outcomes: Topic = "outcomes.v1"
    static let versions: Topic = "versions.v1"

    /// `submissions` messages in three chapters, days apart.
    public static func make(seed: UInt64, submissions: Int = 120, partitionCount: Int = 4) -> Story {
        var random = Randomness(seed: seed ^ 0x5ca1_ab1e)
        var chapters: [Chapter] = []
        var sent: [(id: String, text: String, key: String)] = []
        var number = 0
        let shares = [submissions / 2, submissions * 3 / 10, submissions - submissions / 2 - submissions * 3 / 10]
        for (index, share) in shares.enumerated() {
            var sendings: [Sending] = []
            var at: Int64 = 200
            for _ in 0..<share {
                at += random.span(5...350)
                let message = next(&random, &number, &sent)
                sendings.append(sending(at, requests, message.key, message.text, id: message.id, partitionCount))
            }
            for _ in 0..<(share / 10) {
                let record = "r\(random.number(in: 1...max(1, number)))"
                let text = "ruling-\(index)-\(record)-\(at)|\(record)|annotate|0"
                sendings.append(sending(random.span(0...Int(at)), rulings, record, text, id: text, partitionCount))
            }
            // Two rulings may be about the same record at the same time: their order is that of the list.
            chapters.append(Chapter(jump: index == 0 ? .milliseconds(0) : .seconds(86_400 * 2), sendings: sendings))
        }
        let topics =
            [requests, rulings, steps, outcomes, versions].map { SimulatedTopic($0) }
            + ["gate", "book"].flatMap { name in
                [
                    SimulatedTopic(Topic("\(name).dead-letters.v1")), SimulatedTopic(Topic("\(name).redrive.v1")),
                    SimulatedTopic(Topic("\(name).changelog.v1"), isCompacted: true),
                ]
            }
        return Story(
            start: Instant(milliseconds: 1_780_000_000_000), partitionCount: partitionCount, topics: topics,
            workers: [Gate(), Book()], chapters: chapters, epilogue: [.seconds(172_800), .seconds(259_200)], reading: reading,
            digest: { Bytes(utf8: hash($0)) })
    }

    private static func next(
        _ random: inout Randomness, _ number: inout Int, _ sent: inout [(id: String, text: String, key: String)]
    ) -> (id: String, text: String, key: String) {
        let draw = random.number(below: 100)
        if draw < 12, let old = sent.isEmpty ? nil : random.pick(sent) { return old }
        number += 1
        let id = "m\(number)"
        var message = (id: id, text: "", key: "r\(number)")
        switch draw {
        case ..<50:
            let hold = random.pick([0, 0, 3_600_000 * 30, 3_600_000 * 70, 3_600_000 * 100])
            message.text = "\(id)|\(message.key)|submit|\(hold)"
        case ..<68:
            message.key = "r\(random.number(in: 1...number))"
            message.text = "\(id)|\(message.key)|submit|0"
        case ..<80:
            message.key = "r\(random.number(in: 1...number))"
            message.text = "\(id)|\(message.key)|withdraw|0"
        case ..<86: message.text = "\(id)|\(message.key)|sing|0"
        case ..<90: message.text = "\(id)|\(message.key)|poison|0"
        case ..<94 where !sent.isEmpty:
            // Somebody else's id with another content, about the same record.
            let old = random.pick(sent)
            return (old.id, "\(old.id)|\(old.key)|submit|\(number)", old.key)
        default: message.text = "\(id)|r\(number)|withdraw|0"
        }
        sent.append(message)
        return message
    }

    private static func sending(
        _ at: Int64, _ topic: Topic, _ key: String, _ text: String, id: String, _ partitionCount: Int
    ) -> Sending {
        var headers = Headers()
        headers.append("ce_id", text: id)
        headers.append("ce_source", text: "/sender")
        let bytes = Bytes(utf8: key)
        return Sending(
            after: .milliseconds(at), to: TopicPartition(topic, Partitioner.partition(of: bytes, count: partitionCount)), key: bytes,
            value: Bytes(utf8: text), headers: headers, label: text)
    }

    static let reading = Reading(
        asked: { message in message.topic == requests ? message.value.flatMap { Fields($0)?.id } : nil },
        answered: { message in
            guard message.topic == outcomes, let value = message.value else { return nil }
            let parts = value.text.split(separator: "|").map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        },
        version: { message in
            guard message.topic == versions, let value = message.value else { return nil }
            let parts = value.text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 5, let number = Int(parts[1]) else { return nil }
            return Reading.Version(
                record: parts[0], number: number, previousHash: parts[2].isEmpty ? nil : parts[2], hash: hash(value), cause: parts[4])
        })

    static func hash(_ value: Bytes) -> String { String(RowSum.hash(0, [], value), radix: 16) }

    /// `id|record|verb|number`
    struct Fields {
        var id: String
        var record: String
        var verb: String
        var number: Int64

        init?(_ bytes: Bytes) {
            let parts = bytes.text.split(separator: "|").map(String.init)
            guard parts.count == 4, let number = Int64(parts[3]) else { return nil }
            id = parts[0]
            record = parts[1]
            verb = parts[2]
            self.number = number
        }
    }

    /// Knows what it has seen: passes on what is new, answers the rest itself.
    struct Gate: Worker {
        static let seen = Table(1, "seen")
        let topology = Topology(worker: "gate", inputs: [requests], tables: [seen], outputs: [steps, outcomes])
        let policyVersion = "1"

        func decode(_ input: Input) throws(Rejection) -> (fields: Fields, value: Bytes) {
            guard case .message(let message) = input, let value = message.value, let fields = Fields(value) else {
                throw Rejection("gate.form", hint: "id|record|verb|number")
            }
            guard fields.verb != "poison" else { throw Rejection("gate.poison", hint: "send something else") }
            return (fields, value)
        }

        func reads(for decoded: (fields: Fields, value: Bytes)) -> [Read] { [.row(Gate.seen, key: Bytes(utf8: decoded.fields.id))] }

        func decide(_ state: State, _ decoded: (fields: Fields, value: Bytes), at moment: Moment) throws(Rejection) -> Decision {
            let fields = decoded.fields
            let key = Bytes(utf8: fields.id)
            var decision = Decision()
            func answer(_ status: String) {
                decision.say(
                    Output(topic: outcomes, key: Bytes(utf8: fields.record), type: "answered", value: Bytes(utf8: "\(fields.id)|\(status)"))
                )
            }
            if let before = state.row(Gate.seen, key) {
                answer(before.elementsEqual(decoded.value) ? "DUPLICATE" : "REUSED")
            } else {
                decision.put(Gate.seen, key, decoded.value)
                if fields.verb == "submit" || fields.verb == "withdraw" {
                    decision.say(Output(topic: steps, key: Bytes(utf8: fields.record), type: "filed", value: decoded.value))
                } else {
                    answer("REJECTED")
                }
            }
            return decision
        }
    }

    /// Keeps records in versions: held until a timer, effective, withdrawn; annotated by rulings.
    struct Book: Worker {
        static let records = Table(1, "records")
        let topology = Topology(worker: "book", inputs: [steps, rulings], tables: [records], outputs: [versions, outcomes])
        let policyVersion = "1"

        struct Request {
            var fields: Fields
            var answers: Bool
            var isTimer: Bool
        }

        func decode(_ input: Input) throws(Rejection) -> Request {
            switch input {
            case .timer(let timer):
                let record = timer.key.text
                guard let fields = Fields(Bytes(utf8: "timer|\(record)|release|0")) else { throw Rejection("book.form", hint: "") }
                return Request(fields: fields, answers: false, isTimer: true)
            case .message(let message):
                guard let value = message.value, let fields = Fields(value) else {
                    throw Rejection("book.form", hint: "id|record|verb|number")
                }
                return Request(fields: fields, answers: message.topic == steps, isTimer: false)
            }
        }

        func reads(for request: Request) -> [Read] { [.row(Book.records, key: Bytes(utf8: request.fields.record))] }

        func line(of request: Request) -> Line? { Line(Bytes(utf8: request.fields.record), passes: request.isTimer) }

        /// A row: `number|hash|state|due`.
        func decide(_ state: State, _ request: Request, at moment: Moment) throws(Rejection) -> Decision {
            let fields = request.fields
            let key = Bytes(utf8: fields.record)
            var decision = Decision()
            let row = state.row(Book.records, key)?.text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            var number = row.flatMap { Int($0[0]) } ?? 0
            var due = row.flatMap { Int64($0[3]) } ?? 0
            let before = row?[2]

            func answer(_ status: String) {
                guard request.answers else { return }
                decision.say(Output(topic: outcomes, key: key, type: "answered", value: Bytes(utf8: "\(fields.id)|\(status)")))
            }
            func change(to state: String) {
                number += 1
                let value = Bytes(utf8: "\(fields.record)|\(number)|\(row?[1] ?? "")|\(state)|\(moment.cause)")
                decision.say(Output(topic: versions, key: key, type: "changed", value: value))
                decision.put(Book.records, key, Bytes(utf8: "\(number)|\(SmallStory.hash(value))|\(state)|\(due)"))
            }
            switch fields.verb {
            case "submit":
                if before == "HELD" {
                    decision.clear(timer: key, due: Instant(milliseconds: due))
                    due = 0
                }
                if fields.number > 0, before == nil {
                    due = moment.tick.milliseconds + fields.number
                    decision.set(Timer(due: Instant(milliseconds: due), key: key))
                    change(to: "HELD")
                    answer("HELD")
                } else {
                    change(to: "EFFECTIVE")
                    answer("ACCEPTED")
                }
            case "release":
                due = 0
                change(to: "EFFECTIVE")
            case "withdraw", "annotate":
                guard let before else {
                    if moment.attempt > 0, moment.isCaughtUp {
                        answer("REJECTED")
                        return decision
                    }
                    return .waiting(Wait(in: Line(key), retryAfter: .seconds(3), code: "book.not-found"))
                }
                if fields.verb == "withdraw" {
                    if before == "HELD" { decision.clear(timer: key, due: Instant(milliseconds: due)) }
                    due = 0
                    change(to: "WITHDRAWN")
                    answer("WITHDRAWN")
                } else {
                    change(to: before)
                }
            default: throw Rejection("book.verb", hint: "submit, withdraw or annotate")
            }
            return decision
        }
    }
}
