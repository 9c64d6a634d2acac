import CreditModel
import EmbeddedLog
import StreamCore
import StreamEngine

/// What came of the submissions of one run, counted from the topic of their answers.
public struct RunSummary: Sendable {
    public static let outcomes: Topic = "record.outcomes.v1"

    /// Answers by status.
    public private(set) var statuses: [String: Int] = [:]
    public var takenIn = 0
    public var decided = 0
    public var timers = 0
    public var deadLetters = 0

    /// Where the topic ended before the run.
    public struct Start: Sendable {
        var ends: [Int: Int64] = [:]

        public init(_ folder: ClusterFolder) {
            guard let log = try? EmbeddedLogReader(directory: folder.log) else { return }
            for partition in 0..<(log.partitionCount(of: RunSummary.outcomes) ?? 0) {
                ends[partition] = log.bounds(of: TopicPartition(RunSummary.outcomes, partition))?.end
            }
            log.close()
        }
    }

    /// Counts what was answered since `start`.
    public init(_ folder: ClusterFolder, since start: Start) throws {
        let log = try EmbeddedLogReader(directory: folder.log)
        defer { log.close() }
        var parser = JSONParser()
        for partition in 0..<(log.partitionCount(of: RunSummary.outcomes) ?? 0) {
            let place = TopicPartition(RunSummary.outcomes, partition)
            var next = start.ends[partition] ?? 0
            while true {
                let page = try log.records(place, from: next, recordsMax: 2000)
                for message in page.messages {
                    let status = message.value.flatMap { try? parser.parse($0).root["status"]?.string } ?? "UNREADABLE"
                    statuses[status, default: 0] += 1
                }
                guard page.next > next else { break }
                next = page.next
            }
        }
    }

    private static let order = ["ACCEPTED", "HELD", "DUPLICATE", "SUPERSEDED", "REJECTED", "WITHDRAWN"]

    public func print(to console: Console) {
        let known = RunSummary.order.filter { statuses[$0] != nil }
        let names = known + statuses.keys.filter { !RunSummary.order.contains($0) }.sorted()
        switch console.format {
        case .text:
            console.print("taken in \(takenIn), timers fired \(timers), dead letters \(deadLetters)")
            var columns = Columns("answer", "count")
            for name in names { columns.add(name, String(statuses[name] ?? 0)) }
            for line in columns.isEmpty ? ["no submission was answered"] : columns.lines { console.print(line) }
        case .json:
            console.print {
                $0.member("takenIn", takenIn)
                $0.member("timers", timers)
                $0.member("deadLetters", deadLetters)
                $0.member(
                    "outcomes",
                    object: { writer in
                        for name in names {
                            writer.name(text: name)
                            writer.integer(Int64(statuses[name] ?? 0))
                        }
                    })
            }
        }
    }
}
