import CreditModel
import EmbeddedLog
import KafkaLog
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin topics plan|apply|check`.
enum TopicsCommand {
    private static let options = HostOptions.place + HostOptions.setting

    static let task = Program.Task(
        command: Command(
            "topics", "compares the topics of the contract with those of the log",
            subcommands: [
                Command(
                    "plan", "lists every topic of the contract and what would be changed in the log",
                    options: options + [HostOptions.format],
                    examples: [
                        Example("chengxin topics plan --data city", "shows topics, partitions and what is missing."),
                        Example("chengxin topics plan --bootstrap kafka:9092", "the same of a cluster."),
                    ]),
                Command(
                    "apply", "makes what is missing; asks before it does",
                    discussion: """
                        On the embedded log `standalone` does the same at its start. On Kafka a topic gets the copies, retention and compaction
                        that Config/ says, and it is made only when somebody writes or reads it. What is there already is not touched: what
                        differs is said, partitions stay for life, and nothing is ever deleted. Several may apply at once.
                        """,
                    options: options + [yes, HostOptions.format],
                    examples: [
                        Example("chengxin topics apply --data city --yes", "makes the topics of the contract without asking."),
                        Example("chengxin topics apply --bootstrap kafka:9092", "makes what a cluster lacks, after a question."),
                    ]),
                Command(
                    "check", "says where the log differs from the contract; exit 1 when it does",
                    options: options + [HostOptions.format],
                    examples: [Example("chengxin topics check --data city", "is good when everything is as it has to be.")]),
            ])
    ) { arguments in
        let setup = try ClusterSetup(arguments)
        let console = HostOptions.console(arguments)
        let comparison: TopicComparison
        let make: ([Topic]) throws -> Void
        let place = try Place(arguments)
        switch place {
        case .folder(let folder):
            comparison = TopicComparison(embedded: setup.topics, try place.reader()?.specs() ?? [])
            make = { _ in
                try folder.make()
                try EmbeddedLog(directory: folder.log, topics: setup.topics).close()
            }
        case .cluster(let options):
            let cluster = try Place.connect(options)
            let wanted = setup.kafkaTopics(brokers: try cluster.layout().brokers)
            comparison = try TopicComparison(kafka: wanted, cluster)
            make = { topics in
                try refuseOtherCounts(comparison, setup)
                let failed = try cluster.make(wanted.filter { topics.contains($0.topic) })
                for (topic, failure) in failed.sorted(by: { $0.key < $1.key }) { console.note("\(topic) could not be made: \(failure)") }
                guard failed.isEmpty else {
                    throw ProcessFailure(
                        .configuration, "\(failed.count) of \(topics.count) topics could not be made",
                        hint: "what was made stays; apply again when the reason is gone")
                }
            }
        }
        comparison.print(to: console, onlyDifferences: arguments.path[2] == "check")
        if case .cluster(let options) = place {
            let commands = comparison.commands(bootstrap: options.bootstrap)
            if !commands.isEmpty {
                console.flush()
                console.note("topics that are there are not changed by this command; what changes them, when you are sure:")
                for command in commands { console.note("  " + command) }
            }
        }
        switch arguments.path[2] {
        case "check": return comparison.differences > 0 ? .findings : .good
        case "apply": return try apply(comparison.missing, to: place, arguments.has(yes), console, make)
        default: return .good
        }
    }

    static let yes = Option("yes", nil, "does it without asking")

    /// Makes the missing topics; what lies in the log is not touched.
    private static func apply(
        _ missing: [Topic], to place: Place, _ isSure: Bool, _ console: Console, _ make: ([Topic]) throws -> Void
    ) throws -> ExitCode {
        guard !missing.isEmpty else { return .good }
        console.flush()
        if !isSure {
            console.note("make \(missing.count) topics in \(place)? y/N")
            guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
                console.note("nothing was made; --yes makes them without asking")
                return .findings
            }
        }
        try make(missing)
        console.note("\(missing.count) topics made")
        return .good
    }

    /// A cluster whose topics had different numbers of partitions could not run: those of an input are taken together.
    private static func refuseOtherCounts(_ comparison: TopicComparison, _ setup: ClusterSetup) throws {
        let others = Set(comparison.rows.compactMap { $0.partitionsInLog }).subtracting([setup.settings.partitionsKafka])
        guard let other = others.first else { return }
        throw ProcessFailure(
            .configuration, "the cluster's topics have \(other) partitions, the configuration says \(setup.settings.partitionsKafka)",
            hint: "they are fixed for life and the same for all: set host.partitionsKafka to \(other); nothing was made")
    }
}
