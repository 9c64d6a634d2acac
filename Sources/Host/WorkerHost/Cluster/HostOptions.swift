/// Options that several commands have, each declared once.
public enum HostOptions {
    public static let data = Option("data", "DIR", "the folder of the embedded log and the stores")
    public static let bootstrap = Option("bootstrap", "HOST:PORT", "the Kafka cluster, instead of the embedded log (not in this build yet)")
    public static let instance = Option("instance", "ID", "the process's place in its group, the same after a restart")
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

    /// The folder that --data names. Throws when it is not given, or a Kafka cluster is.
    public static func folder(_ arguments: Arguments) throws -> ClusterFolder {
        if arguments.has(bootstrap) {
            throw HostFailure(
                "Kafka is not in this build yet", hint: "use --data DIR alone: the embedded log has the same topics and commands")
        }
        guard let directory = arguments[data] ?? Environment.variables["CHENGXIN_DATA"] else {
            throw UsageError("--data is missing", hint: "--data DIR: \(data.summary)")
        }
        return ClusterFolder(directory)
    }

    public static func console(_ arguments: Arguments) -> Console {
        Console(format: arguments[format].flatMap(Console.Format.init) ?? .text)
    }
}
