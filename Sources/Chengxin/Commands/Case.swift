import CreditModel
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin case ID`.
enum Case {
    static let task = Program.Task(
        command: Command(
            "case", "shows everything about a submission, record, subject or case, across workers, in the order of time",
            discussion: """
                ID is the id of a submission (ce_id), a recordId (bureau/recordNo), a recordNo, a subjectId, or the id of a case. What
                caused a message that is found, and what was caused by it, is shown too. Messages of inbound topics are told without
                their content, for they may name a person; `chengxin read` shows it.
                """,
            operands: [Operand("ID", "what to look for")],
            options: HostOptions.place + HostOptions.setting + [HostOptions.format],
            examples: [
                Example("chengxin case market-regulation/A-2026-1 --data city", "tells the story of one record."),
                Example("chengxin case A-2026-1 --data city --format json", "the same as one JSON object per message."),
                Example("chengxin case A-2026-1 --bootstrap kafka:9092", "looks for it in every topic of a cluster."),
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let log = try Place(arguments).requireReader(console)
        let story = try Story(arguments.operands[0], in: log)
        guard !story.messages.isEmpty else {
            console.note("nothing in the log is about \(arguments.operands[0])")
            return .good
        }
        for message in story.messages {
            switch console.format {
            case .text: console.print(story.line(message))
            case .json: console.print { MessageLine.write(message, to: &$0) }
            }
        }
        return .good
    }

    /// The messages about one thing.
    struct Story {
        private(set) var messages: [Message] = []

        /// A message belongs to the story when it names the id or a record that the id led to, or when it was caused by one that does; its
        /// causes are then looked up by their places.
        init(_ id: String, in log: any LogReader) throws {
            let topics = Set(try log.topics.filter { !$0.name.hasSuffix(".changelog.v1") })
            var (found, order) = try Story.search([Wanted(id)], topics, in: log, knowing: [:])
            // What a submission became has a life of its own: a version that a timer makes names the record, not the submission.
            let records = Set(found.values.compactMap(Story.recordId))
            // Where clocks of several machines give the order, an effect may have come before its cause: now the causes are known.
            if (!records.isEmpty && records != [id]) || (!found.isEmpty && !log.isInOrderOfCommit) {
                (found, order) = try Story.search([Wanted(id)] + records.map(Wanted.init), topics, in: log, knowing: found)
            }
            var before: [Origin] = []
            for origin in order {
                var next = found[origin].flatMap(Story.cause)
                var chain: [Origin] = []
                while let cause = next, found[cause] == nil, topics.contains(cause.topic) {
                    let place = TopicPartition(cause.topic, cause.partition)
                    guard let message = try log.records(place, from: cause.offset, recordsMax: 1).messages.first, message.origin == cause
                    else { break }
                    found[cause] = message
                    chain.append(cause)
                    next = Story.cause(of: message)
                }
                before += chain.reversed()
                before.append(origin)
            }
            messages = before.compactMap { found[$0] }
        }

        /// Reads the log once in the order of commit, or in the one that is nearest to it.
        private static func search(
            _ wanted: [Wanted], _ topics: Set<Topic>, in log: any LogReader, knowing known: [Origin: Message]
        ) throws -> (found: [Origin: Message], order: [Origin]) {
            var found = known
            var order: [Origin] = []
            let walk = try log.walk(topics, from: .beginning)
            while true {
                let page = try walk.next(recordsMax: 1000)
                if page.isEmpty { return (found, order) }
                for message in page {
                    let isNamed = wanted.contains { $0.isNamed(in: message) }
                    guard isNamed || Story.cause(of: message).map({ found[$0] != nil }) ?? false else { continue }
                    found[message.origin] = message
                    order.append(message.origin)
                }
            }
        }

        /// The record that a worker names in what it wrote.
        private static func recordId(of message: Message) -> String? {
            guard message.headers["ce_handler"] != nil, let value = message.value else { return nil }
            return (try? JSONParser.parse(value).root["recordId"]?.string) ?? nil
        }

        private static func cause(of message: Message) -> Origin? {
            (message.headers["dl_origin"] ?? message.headers["ce_origin"]).flatMap { Origin($0.text) }
        }

        func line(_ message: Message) -> String {
            let time = message.headers["ce_time"].flatMap { Instant(rfc3339: $0) } ?? message.timestamp
            let handler = message.headers["ce_handler"]?.text ?? message.headers["ce_source"]?.text ?? ""
            return Console.printable("\(ChinaTime.rfc3339(time))  \(message.origin)  \(handler)  \(Story.summary(of: message))")
        }

        /// What a message says, in words that name no person.
        static func summary(of message: Message) -> String {
            if let letter = DeadLetter(message.headers) { return "dead letter \(letter.reason)" }
            let type = message.headers["ce_type"]?.text ?? ""
            // Without a handler it came from outside, and may say anything.
            guard message.headers["ce_handler"] != nil, let value = message.value, let document = try? JSONParser.parse(value) else {
                return type
            }
            var words = [type]
            if message.headers["ce_origin"]?.text.contains(".timers/") == true { words.append("by a timer") }
            for name in ["status", "state", "action", "recordId", "recordNo", "disputeId", "repairId", "caseId"] as [StaticString] {
                if let text = document.root[name]?.string { words.append("\(name) \(text)") }
            }
            for name in ["version", "revision"] as [StaticString] {
                if let number = document.root[name]?.int64 { words.append("\(name) \(number)") }
            }
            if document.root["restricted"]?.bool == true { words.append("restricted") }
            for reason in document.root["reasons"]?.elements.map({ $0 }) ?? [] {
                words.append(
                    "[\(reason["code"]?.string ?? "?") at \(reason["path"]?.string ?? "") \(reason["message"]?["zh"]?.string ?? "")]")
            }
            if let from = document.root["effectiveFrom"]?.string { words.append("effectiveFrom \(from)") }
            return words.joined(separator: "  ")
        }
    }

    /// An id as it may stand in a message.
    private struct Wanted {
        let text: String
        let bytes: Bytes
        let suffix: Bytes

        init(_ id: String) {
            text = id
            bytes = Bytes(utf8: id)
            suffix = Bytes(utf8: "/" + id)
        }

        private static let members: [StaticString] = [
            "recordId", "recordNo", "subjectId", "caseId", "disputeId", "repairId", "orderId", "grantId", "determinationNo", "deliveryId",
            "noticeId", "listingId",
        ]

        func isNamed(in message: Message) -> Bool {
            for name in ["ce_id", "ce_correlationid", "ce_subject"] as [StaticString] where message.headers[name] == bytes { return true }
            if let key = message.key, key == bytes || key.suffix(suffix.count) == suffix { return true }
            guard let value = message.value, let document = try? JSONParser.parse(value) else { return false }
            for name in Wanted.members where document.root[name]?.string == text { return true }
            return document.root["submission"]?["id"]?.string == text
        }
    }
}
