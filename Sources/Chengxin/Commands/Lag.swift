import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin lag`.
enum LagCommand {
    static let task = Program.Task(
        command: Command(
            "lag", "shows how far each worker has read its topics",
            discussion: "Works beside a running standalone and without one.",
            options: HostOptions.place + [HostOptions.format],
            examples: [Example("chengxin lag --data city", "shows what is still to be done, by worker and partition.")])
    ) { arguments in
        let console = HostOptions.console(arguments)
        guard let log = try Place(arguments).reader() else { return .good }
        var columns = Columns("worker", "topic", "partition", "committed", "end", "behind")
        var total: Int64 = 0
        for group in try log.groups().sorted() {
            for lag in try log.lag(group: group) {
                total += lag.behind
                switch console.format {
                case .text:
                    columns.add(
                        group, lag.partition.topic.name, String(lag.partition.partition), String(lag.committed), String(lag.end),
                        String(lag.behind))
                case .json:
                    console.print {
                        $0.member("worker", group)
                        $0.member("topic", lag.partition.topic.name)
                        $0.member("partition", lag.partition.partition)
                        $0.member("committed", lag.committed)
                        $0.member("end", lag.end)
                        $0.member("behind", lag.behind)
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
