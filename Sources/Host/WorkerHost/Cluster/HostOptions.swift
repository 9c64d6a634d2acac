import StreamCore

/// Options that several commands have, each declared once.
public enum HostOptions {
    public static let data = Option("data", "DIR", "the folder of the embedded log and the stores")
    public static let bootstrap = Option(
        "bootstrap", "HOST:PORT", "the Kafka cluster, several brokers by commas; instead of the embedded log")
    public static let instance = Option(
        "instance", "ID", "the process's place in its worker's group on Kafka: its own there, and the same after a restart")
    public static let config = Option("config", "DIR", "the folder of the configuration; Config in the working directory unless given")
    public static let profile = Option("profile", "NAME", "the profile; development, the sample city, unless given")
    public static let set = Option("set", "KEY=VALUE", "sets one value of the configuration for this run", isRepeatable: true)
    public static let format = Option("format", "FORMAT", "text for people, json for programs", choices: ["text", "json"])
    public static let at = Option(
        "at", "INSTANT", "the clock stands still at this instant, as 2026-05-06T09:00+08:00 (development profile only)")
    public static let untilIdle = Option("until-idle", nil, "ends when nothing is left to do")

    /// Where the log is.
    public static let place = [data, bootstrap]
    /// Where the configuration comes from.
    public static let setting = [config, profile, set]

    /// The log of a command: the embedded one of a folder, or a Kafka cluster.
    public enum Place: Sendable {
        case folder(ClusterFolder)
        case kafka(bootstrap: String)
    }

    /// Where the log is. A flag wins over the environment, and a Kafka cluster over a folder, which then holds stores alone. Throws when
    /// neither is named.
    public static func place(_ arguments: Arguments) throws -> Place {
        let variables = Environment.variables
        if let servers = arguments[bootstrap] { return .kafka(bootstrap: servers) }
        if let directory = arguments[data] { return .folder(ClusterFolder(directory)) }
        if let servers = variables["CHENGXIN_BOOTSTRAP"] { return .kafka(bootstrap: servers) }
        if let directory = variables["CHENGXIN_DATA"] { return .folder(ClusterFolder(directory)) }
        throw UsageError(
            "neither --data nor --bootstrap is given", hint: "--data DIR: \(data.summary); --bootstrap HOST:PORT: \(bootstrap.summary)")
    }

    /// The log of a worker's process: a Kafka cluster wherever one is named, beside which --data names the folder of the stores.
    static func workerPlace(_ arguments: Arguments) throws -> Place {
        if let servers = arguments[bootstrap] ?? Environment.variables["CHENGXIN_BOOTSTRAP"] { return .kafka(bootstrap: servers) }
        return .folder(try storesFolder(arguments))
    }

    /// The instant of --at, where the profile allows it.
    static func standingClock(_ arguments: Arguments, _ setup: ClusterSetup) throws -> LaneClock {
        guard let text = arguments[at] else { return .wall }
        guard let instant = Instant(rfc3339: text) else {
            throw UsageError("--at cannot be \(text)", hint: "an instant with its offset, as 2026-05-06T09:00+08:00")
        }
        guard setup.policy.allowsFixedTime else {
            throw UsageError("--at is for the development profile only", hint: "leave it out: production goes by the machine's clock")
        }
        return .standing(instant)
    }

    /// The folder that --data names, for a command that works on the embedded log alone. Throws when there is none, or a Kafka cluster is
    /// named as well.
    public static func folder(_ arguments: Arguments) throws -> ClusterFolder {
        if arguments.has(bootstrap) {
            throw UsageError(
                "this command does not work on Kafka",
                hint: "leave out --bootstrap: with --data DIR alone the embedded log has the same topics and commands")
        }
        return try storesFolder(arguments)
    }

    /// The folder that --data names, whatever log stands beside it: of a worker on Kafka it holds the stores. Throws when there is none.
    public static func storesFolder(_ arguments: Arguments) throws -> ClusterFolder {
        guard let directory = arguments[data] ?? Environment.variables["CHENGXIN_DATA"] else {
            throw UsageError("--data is missing", hint: "--data DIR: \(data.summary)")
        }
        return ClusterFolder(directory)
    }

    public static func console(_ arguments: Arguments) -> Console {
        Console(format: arguments[format].flatMap(Console.Format.init) ?? .text)
    }
}
