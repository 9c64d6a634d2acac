import CreditModel
import EmbeddedLog
import Files
import StreamCore
import StreamEngine
import WorkerHost

/// Where the log is, as commands find it: in the folder of --data.
enum Place {
    case folder(ClusterFolder)

    init(_ arguments: Arguments) throws {
        self = .folder(try HostOptions.folder(arguments))
    }

    /// The log; nil when nothing has run there yet. Throws when there is no such folder.
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
        }
    }

    /// The log. Throws when nothing has run there yet.
    func requireReader() throws -> any LogReader {
        guard let log = try reader() else {
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

    static func requireTopic(_ topic: Topic, among known: [Topic]) throws {
        guard !known.contains(topic) else { return }
        throw UsageError(
            "there is no topic \(topic)",
            hint: Suggestion.hint(for: topic.name, among: Set(known.map(\.name)).sorted()) ?? "`chengxin topics plan` lists them")
    }
}

extension Place {
    /// What becomes of messages that were handed in.
    var whoTakesIn: String {
        switch self {
        case .folder: return "whoever runs standalone takes them in"
        }
    }
}

extension Place: CustomStringConvertible {
    var description: String {
        switch self {
        case .folder(let folder): return folder.path
        }
    }
}
