import CreditModel
import EmbeddedLog
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin topics plan|apply|check`.
enum TopicsCommand {
    static let task = Program.Task(
        command: Command(
            "topics", "compares the topics of the contract with those of the log",
            subcommands: [
                Command(
                    "plan", "lists every topic of the contract and what would be changed in the log",
                    options: HostOptions.place + HostOptions.setting + [HostOptions.format],
                    examples: [Example("chengxin topics plan --data city", "shows topics, partitions and what is missing.")]),
                Command(
                    "apply", "makes what is missing; asks before it does",
                    discussion:
                        "On the embedded log `standalone` does the same at its start. What a topic already has of partitions stays for life.",
                    options: HostOptions.place + HostOptions.setting + [yes, HostOptions.format],
                    examples: [Example("chengxin topics apply --data city --yes", "makes the topics of the contract without asking.")]),
                Command(
                    "check", "says where the log differs from the contract; exit 1 when it does",
                    options: HostOptions.place + HostOptions.setting + [HostOptions.format],
                    examples: [Example("chengxin topics check --data city", "is good when everything is as it has to be.")]),
            ])
    ) { arguments in
        let setup = try ClusterSetup(arguments)
        let console = HostOptions.console(arguments)
        let folder = try HostOptions.folder(arguments)
        let found = try Place(arguments).reader()?.specs() ?? []
        var differences = 0
        var columns = Columns("topic", "partitions", "compacted", "kept", "in the log")
        let wanted = setup.topics
        for spec in wanted {
            let state = difference(spec, found.first { $0.topic == spec.topic })
            if state != "as wanted" { differences += 1 }
            add(spec, state, &columns, console, onlyDifferences: arguments.path[2] == "check")
        }
        for spec in found where !wanted.contains(where: { $0.topic == spec.topic }) {
            differences += 1
            add(spec, "not in the contract", &columns, console, onlyDifferences: false)
        }
        if console.format == .text {
            if !columns.isEmpty { columns.lines.forEach(console.print) }
            console.print("\(wanted.count) topics, \(differences) differ from the contract")
        }
        if arguments.path[2] == "apply" { return try apply(wanted, found, in: folder, arguments.has(yes), console) }
        return differences > 0 && arguments.path[2] == "check" ? .findings : .good
    }

    static let yes = Option("yes", nil, "does it without asking")

    /// Makes the missing topics; what lies in the log is not touched.
    private static func apply(
        _ wanted: [TopicSpec], _ found: [TopicSpec], in folder: ClusterFolder, _ isSure: Bool, _ console: Console
    ) throws -> ExitCode {
        let missing = wanted.filter { spec in !found.contains { $0.topic == spec.topic } }
        guard !missing.isEmpty else { return .good }
        if !isSure {
            console.note("make \(missing.count) topics in \(folder.path)? y/N")
            guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
                console.note("nothing was made; --yes makes them without asking")
                return .findings
            }
        }
        try folder.make()
        try EmbeddedLog(directory: folder.log, topics: wanted).close()
        console.note("\(missing.count) topics made")
        return .good
    }

    private static func difference(_ wanted: TopicSpec, _ found: TopicSpec?) -> String {
        guard let found else { return "missing; standalone makes it" }
        if found.partitions != wanted.partitions { return "\(found.partitions) partitions, fixed for the life of the cluster" }
        if found.isCompacted != wanted.isCompacted { return found.isCompacted ? "is compacted" : "is not compacted" }
        if found.retention != wanted.retention { return "kept \(kept(found.retention))" }
        return "as wanted"
    }

    private static func kept(_ span: Instant.Span?) -> String { span.map { "\($0.milliseconds / 86_400_000) days" } ?? "always" }

    private static func add(
        _ spec: TopicSpec, _ state: String, _ columns: inout Columns, _ console: Console, onlyDifferences: Bool
    ) {
        if onlyDifferences && state == "as wanted" { return }
        switch console.format {
        case .text: columns.add(spec.topic.name, String(spec.partitions), spec.isCompacted ? "yes" : "no", kept(spec.retention), state)
        case .json:
            console.print {
                $0.member("topic", spec.topic.name)
                $0.member("partitions", spec.partitions)
                $0.member("compacted", spec.isCompacted)
                $0.name("retentionDays")
                if let retention = spec.retention { $0.integer(retention.milliseconds / 86_400_000) } else { $0.null() }
                $0.member("state", state)
            }
        }
    }
}
