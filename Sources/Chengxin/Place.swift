import CreditModel
import EmbeddedLog
import Files
import KafkaLog
import StreamCore
import StreamEngine
import WorkerHost

/// Where the log is, as commands find it: in the folder of --data, or on the Kafka cluster of --bootstrap.
enum Place {
    case folder(ClusterFolder)
    case cluster(KafkaOptions)

    init(_ arguments: Arguments) throws {
        switch try HostOptions.place(arguments) {
        case .folder(let folder): self = .folder(folder)
        case .kafka(let bootstrap):
            self = .cluster(try KafkaAccess.options(bootstrap: bootstrap, clientId: "chengxin", arguments))
        }
    }

    /// A broker that has not answered after so long is not there.
    private static let brokerWait: Instant.Span = .seconds(10)

    /// The connected cluster. Throws when no broker answers.
    static func connect(_ options: KafkaOptions) throws -> KafkaCluster {
        var options = options
        // What goes wrong for good is thrown; who looks for more asks librdkafka for it (kafka.debug).
        if options.properties["debug"] != nil {
            options.onLine = { Console(format: .text).note("\($0.client) \($0.facility) \($0.text)") }
        }
        return try KafkaCluster(options, wait: brokerWait)
    }

    /// The log; nil when nothing has run there yet. Throws when there is no such folder, and when no broker answers.
    func reader() throws -> (any LogReader)? {
        switch self {
        case .folder(let folder):
            guard Files.isFolder(folder.path) else {
                throw ProcessFailure(
                    .configuration, "there is no folder \(folder.path)",
                    hint: "`chengxin submit` or `chengxin standalone` makes it; --data names another")
            }
            guard Files.exists("\(folder.log)/log.sqlite") else { return nil }
            return try EmbeddedLogReader(directory: folder.log)
        case .cluster(let options):
            return try Place.connect(options).reader()
        }
    }

    /// The log of a command that looks at all topics: what may not be seen must not look as if there were nothing. Throws when a right is
    /// missing; topics that are not made yet are named.
    func wholeReader(_ console: Console) throws -> (any LogReader)? {
        let log = try reader()
        guard let log, isKafka else { return log }
        let unseen = Set(TopicCatalogue.all.filter { $0.status == .live }.map(\.topic)).subtracting(try log.topics).sorted()
        let missing = try unseen.filter { try log.partitionCount(of: $0) == nil }
        if let first = missing.first {
            let more = missing.count == 1 ? "is" : "and \(missing.count - 1) more topics are"
            console.note("\(first) \(more) not made yet; `chengxin topics apply` makes what is missing")
        }
        return log
    }

    /// The log. Throws when nothing has run there yet.
    func requireReader(_ console: Console) throws -> any LogReader {
        guard let log = try wholeReader(console) else {
            throw ProcessFailure(
                .configuration, "nothing has run in \(self) yet", hint: "start `chengxin standalone --data \(self) --until-idle`")
        }
        return log
    }

    /// Hands messages in.
    func writer(_ arguments: Arguments) throws -> any LogWriter {
        switch self {
        case .folder(let folder):
            let log = (try? reader()) ?? nil
            let configured = log == nil ? try Place.partitionsEmbedded(arguments) : 0
            return try InboxWriter(directory: folder.log) { topic in
                // What there is not yet is made when somebody runs.
                ((try? log?.partitionCount(of: topic)) ?? nil) ?? (log == nil ? configured : nil)
            }
        case .cluster(let options):
            return try Place.connect(options).writer()
        }
    }

    var isKafka: Bool {
        if case .cluster = self { return true }
        return false
    }

    /// What becomes of messages that were handed in.
    var whoTakesIn: String {
        switch self {
        case .folder: return "whoever runs standalone takes them in"
        case .cluster: return "their workers decide them, as soon as they run"
        }
    }

    /// Where nothing has run yet, as many as the configuration says. Who only hands messages in need not have one: then as built in.
    private static func partitionsEmbedded(_ arguments: Arguments) throws -> Int {
        do {
            return try ClusterSetup(arguments).partitionCount
        } catch  where !HostOptions.setting.contains(where: arguments.has) {
            return HostSettings().partitionsEmbedded
        }
    }

    /// The cluster's keys, for who only reads. On Kafka --data may name a worker's folder, where a copy of the master key may lie.
    func keys(_ arguments: Arguments) throws -> ClusterKeys {
        let setup = try ClusterSetup(arguments)
        switch self {
        case .folder(let folder): return try setup.presentKeys(in: folder)
        case .cluster(let options):
            let folder = try? HostOptions.storesFolder(arguments).path
            return try setup.presentKeys(ofCluster: try Place.connect(options).clusterId, beside: folder)
        }
    }

    static func requireTopic(_ topic: Topic, among known: [Topic]) throws {
        guard !known.contains(topic) else { return }
        throw UsageError(
            "there is no topic \(topic)",
            hint: Suggestion.hint(for: topic.name, among: Set(known.map(\.name)).sorted()) ?? "`chengxin topics plan` lists them")
    }
}

extension Place: CustomStringConvertible {
    var description: String {
        switch self {
        case .folder(let folder): return folder.path
        case .cluster(let options): return options.bootstrap
        }
    }
}
