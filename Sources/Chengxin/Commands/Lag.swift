import CreditModel
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin lag`.
enum LagCommand {
    static let task = Program.Task(
        command: Command(
            "lag", "shows how far each worker has read its topics",
            discussion: """
                Works beside running workers and without any. On Kafka it shows every group that has read topics of the contract, others' too,
                and which instance reads a partition now; - where none does.
                """,
            options: HostOptions.place + HostOptions.setting + [HostOptions.format],
            examples: [
                Example("chengxin lag --data city", "shows what is still to be done, by worker and partition."),
                Example("chengxin lag --bootstrap kafka:9092", "the same of a cluster, with who reads what."),
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let place = try Place(arguments)
        guard let log = try place.wholeReader(console) else { return .good }
        let knowsOwners = place.isKafka
        var columns = Columns(
            ["worker", "topic", "partition", "committed", "end", "behind"] + (knowsOwners ? ["read by"] : []))
        var total: Int64 = 0
        let topics = Set(TopicCatalogue.all.map(\.topic))
        // Groups that may not be seen are not listed: the workers' own are asked for by their names, and a missing right is told.
        for group in Set(try log.groups() + (knowsOwners ? WorkerList.makers.map(\.name) : [])).sorted() {
            let lags = try log.lag(group: group).filter { topics.contains($0.partition.topic) || !knowsOwners }
            let owners = lags.isEmpty ? [:] : try log.owners(group: group)
            for lag in lags {
                total += lag.behind
                switch console.format {
                case .text:
                    columns.add(
                        [
                            group, lag.partition.topic.name, String(lag.partition.partition), String(lag.committed), String(lag.end),
                            String(lag.behind),
                        ] + (knowsOwners ? [owners[lag.partition] ?? "-"] : []))
                case .json:
                    console.print {
                        $0.member("worker", group)
                        $0.member("topic", lag.partition.topic.name)
                        $0.member("partition", lag.partition.partition)
                        $0.member("committed", lag.committed)
                        $0.member("end", lag.end)
                        $0.member("behind", lag.behind)
                        if knowsOwners { $0.member("instance", ifPresent: owners[lag.partition]) }
                    }
                }
            }
        }
        if console.format == .text {
            for line in columns.lines { console.print(line) }
            console.print("behind in all: \(total)")
        }
        return .good
    }
}
