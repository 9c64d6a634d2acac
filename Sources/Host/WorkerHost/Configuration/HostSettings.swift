import CreditModel
import StreamCore

/// How the processes of a place run. Nothing here decides about a record, so it is no part of the policy's version.
public struct HostSettings: Sendable {
    /// What one worker takes at once.
    public struct WorkerSettings: Hashable, Sendable {
        public var batchMessagesMax: Int
        public var batchBytesMax: Int

        public init(batchMessagesMax: Int = 2000, batchBytesMax: Int = 8 << 20) {
            self.batchMessagesMax = batchMessagesMax
            self.batchBytesMax = batchBytesMax
        }
    }

    public enum LogFormat: String, Sendable, CaseIterable {
        case text
        case json
    }

    public enum LogLevel: String, Sendable, CaseIterable {
        case debug
        case info
        case notice
        case warning
        case error
    }

    /// Partitions of a cluster on the embedded log, for its life.
    public var partitionsEmbedded = 4
    /// Partitions of a cluster on Kafka, for its life.
    public var partitionsKafka = 24
    /// Below the data directory where it is relative.
    public var masterKeyFile = "keys/master.key"
    /// Whether a missing master key is made.
    public var createsMasterKey = false
    public var clockJumpMax: Instant.Span = .seconds(3600)
    public var deathsMax = 3
    public var logLevel: LogLevel = .notice
    public var logFormat: LogFormat = .text
    public var inboxPollEvery: Instant.Span = .seconds(1)
    public var storeCacheBytes = 2 << 20
    public var storeOverwritesDeleted = true
    /// How long a worker waits for a broker at its start.
    public var brokerWaitMax: Instant.Span = .seconds(600)
    /// What is not done so long after SIGTERM is left undone.
    public var drainMax: Instant.Span = .milliseconds(9500)
    public var kafka = KafkaSettings()
    public var workers: [String: WorkerSettings] = [:]
    public var topics = TopicSettings()

    public init() {}

    /// The settings of a worker, or the defaults where it has no file.
    public func worker(_ name: String) -> WorkerSettings { workers[name] ?? WorkerSettings() }

    static func read(_ root: SettingsReader) -> HostSettings {
        var settings = HostSettings()
        func span(_ table: SettingsReader, _ key: String, _ meaning: String, default fallback: Term) -> Instant.Span {
            table.span(key, meaning, default: fallback).span ?? .seconds(0)
        }
        let host = root.table("host")
        settings.partitionsEmbedded = host.integer(
            "partitionsEmbedded", "Partitions of a cluster on the embedded log, fixed for its life.", in: 1...1024, default: 4)
        settings.partitionsKafka = host.integer(
            "partitionsKafka", "Partitions of a cluster on Kafka, fixed for its life.", in: 1...1024, default: 24)
        settings.masterKeyFile = host.text(
            "masterKeyFile", "The file of the cluster's master key; a relative path is below the data directory.",
            default: "keys/master.key")
        settings.createsMasterKey = host.boolean("createsMasterKey", "Whether a missing master key is made.", default: false)
        settings.clockJumpMax = span(
            host, "clockJumpMax", "When wall clock and boot clock part by more, timers with adverse effect wait.", default: Term(1, .hours))
        settings.deathsMax = host.integer(
            "deathsMax", "A record that killed the process so often is a dead letter.", in: 1...100, default: 3)
        let log = host.table("log")
        settings.logLevel = log.choice("level", "The least that is logged.", of: LogLevel.self, default: .notice)
        settings.logFormat = log.choice("format", "How log lines look.", of: LogFormat.self, default: .text)
        log.finish()
        let inbox = host.table("inbox")
        settings.inboxPollEvery = span(
            inbox, "pollEvery", "How often the inbox folder is looked at, if nothing calls before.", default: Term(1, .seconds))
        inbox.finish()
        let store = host.table("store")
        settings.storeCacheBytes = store.integer(
            "cacheBytes", "SQLite's cache of one store, in bytes.", in: 1 << 16...1 << 32, default: 2 << 20)
        settings.storeOverwritesDeleted = store.boolean("overwritesDeleted", "Whether deleted rows are overwritten.", default: true)
        store.finish()
        settings.brokerWaitMax = span(
            host, "brokerWaitMax", "How long a worker waits for a broker at its start before it gives up.", default: Term(10, .minutes))
        settings.drainMax = span(
            host, "drainMax", "What a worker has not ended so long after SIGTERM is left undone.", default: Term(9500, .milliseconds))
        host.finish()
        settings.topics = TopicSettings.read(root.table("topics"))
        settings.kafka = KafkaSettings.read(root.table("kafka"))
        for (name, table) in root.tables("workers") {
            settings.workers[name] = WorkerSettings(
                batchMessagesMax: table.integer("batchMessagesMax", "The most messages in one commit.", in: 1...1_000_000, default: 2000),
                batchBytesMax: table.integer("batchBytesMax", "The most bytes in one commit.", in: 65_536...1 << 30, default: 8 << 20))
            table.finish()
        }
        return settings
    }
}
