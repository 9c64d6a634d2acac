import CreditModel
import EmbeddedLog
import StreamCore
import StreamEngine
import StreamRuntime
import Telemetry

/// What a process needs besides its folder: the configuration of the place, and from it keys, topics, workers and the log.
public struct ClusterSetup: Sendable {
    public let configuration: Configuration

    public var policy: PolicyPack { configuration.policy }
    public var settings: HostSettings { configuration.settings }

    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Reads the configuration that the command line and the environment name. Throws with everything that is wrong with it.
    public init(_ arguments: Arguments) throws {
        let overrides = try ClusterSetup.overrides(arguments)
        let variables = Environment.variables
        configuration = try ConfigurationLoader.read(
            directory: arguments[HostOptions.config] ?? variables["CHENGXIN_CONFIG"] ?? "Config",
            profile: arguments[HostOptions.profile] ?? variables["CHENGXIN_PROFILE"] ?? "development", environment: variables,
            overrides: overrides)
    }

    /// What --set says, by key.
    static func overrides(_ arguments: Arguments) throws(UsageError) -> [String: String] {
        var overrides: [String: String] = [:]
        for text in arguments.all(HostOptions.set) {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw UsageError("--set needs KEY=VALUE, not \(text)", hint: "`chengxin config print` lists the keys")
            }
            overrides[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return overrides
    }

    /// The keys of the cluster in this folder; made at the first start where the profile allows it.
    public func keys(in folder: ClusterFolder) throws -> ClusterKeys {
        try MasterKeyFile.keys(at: masterKeyFile(in: folder), mayMake: settings.createsMasterKey)
    }

    /// The keys of the cluster in this folder, for who only reads. Throws when they are missing, or this user may not read them.
    public func presentKeys(in folder: ClusterFolder) throws -> ClusterKeys {
        try MasterKeyFile.keys(at: masterKeyFile(in: folder), mayMake: false)
    }

    private func masterKeyFile(in folder: ClusterFolder) -> String {
        let file = settings.masterKeyFile
        return file.hasPrefix("/") ? file : "\(folder.path)/\(file)"
    }

    public var partitionCount: Int { settings.partitionsEmbedded }

    /// Every topic of the catalogue as the embedded log has to have it.
    public var topics: [TopicSpec] {
        TopicCatalogue.all.map { entry in
            TopicSpec(
                entry.topic, partitions: partitionCount, isCompacted: entry.isCompacted, retention: retention(entry.retention))
        }
    }

    private func retention(_ retention: TopicEntry.Retention) -> Instant.Span? {
        switch retention {
        case .inbound: return policy.retention.inboundTopics.span
        case .step: return policy.retention.stepTopics.span
        case .whole, .compacted: return nil
        }
    }

    /// Log lines of the process, as the configuration wants them.
    public func log() -> Log {
        Log(
            to: LogWriter(format: LogWriter.Format(rawValue: settings.logFormat.rawValue) ?? .text),
            level: LogLevel(name: settings.logLevel.rawValue) ?? .notice)
    }

    /// The options of a worker's lane.
    public func configure(_ options: inout LaneOptions, _ worker: String) {
        let worker = settings.worker(worker)
        options.recordsMax = worker.batchMessagesMax
        options.bytesMax = worker.batchBytesMax
        options.deathsMax = settings.deathsMax
    }
}

/// How a worker is made from what a cluster has; each worker's process and `standalone` name it once.
public struct WorkerMaker: Sendable {
    public struct Materials: Sendable {
        public var policy: PolicyPack
        public var keys: ClusterKeys
        public var partitionCount: Int
    }

    public let name: String
    public let make: @Sendable (Materials) -> any Worker

    public init(_ name: String, make: @escaping @Sendable (Materials) -> any Worker) {
        self.name = name
        self.make = make
    }
}
