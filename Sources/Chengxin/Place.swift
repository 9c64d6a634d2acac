import EmbeddedLog
import Files
import StreamCore
import StreamEngine
import WorkerHost

/// The folder in which a cluster lives, as commands that only read find it.
enum Place {
    /// The log of the folder; nil when nothing has run there yet. Throws when there is no such folder.
    static func reader(_ directory: String) throws -> EmbeddedLogReader? {
        guard Files.isFolder(directory) else {
            throw ProcessFailure(
                .configuration, "there is no folder \(directory)",
                hint: "`chengxin submit` or `chengxin standalone` makes it; --data names another")
        }
        guard Files.exists("\(directory)/log.sqlite") else { return nil }
        return try EmbeddedLogReader(directory: directory)
    }

    /// The log of the folder. Throws when nothing has run there yet.
    static func requireReader(_ directory: String) throws -> EmbeddedLogReader {
        guard let log = try reader(directory) else {
            throw ProcessFailure(
                .configuration, "nothing has run in \(directory) yet", hint: "start `chengxin standalone --data \(directory) --until-idle`")
        }
        return log
    }

    static func requireTopic(_ topic: Topic, among known: [Topic]) throws {
        guard !known.contains(topic) else { return }
        throw UsageError(
            "there is no topic \(topic)",
            hint: Suggestion.hint(for: topic.name, among: Set(known.map(\.name)).sorted()) ?? "`chengxin topics plan` lists them")
    }
}
