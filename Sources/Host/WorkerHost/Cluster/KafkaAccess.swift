import Files
import KafkaLog
import YAML

/// How a command reaches a cluster.
public enum KafkaAccess {
    /// As configured. Who only hands messages in or looks at them need not have a configuration: where nobody names one, and there is none
    /// in the working directory, what --set and the environment say of `kafka.` holds alone.
    public static func options(bootstrap: String, clientId: String, _ arguments: Arguments) throws -> KafkaOptions {
        let variables = Environment.variables
        let isNamed =
            arguments.has(HostOptions.config) || arguments.has(HostOptions.profile) || variables["CHENGXIN_CONFIG"] != nil
            || variables["CHENGXIN_PROFILE"] != nil
        guard isNamed || Files.isFolder("Config") else {
            return try alone(try ClusterSetup.overrides(arguments), variables).options(bootstrap: bootstrap, clientId: clientId)
        }
        return try ClusterSetup(arguments).kafka(bootstrap: bootstrap, clientId: clientId)
    }

    static func alone(_ overrides: [String: String], _ variables: [String: String]) throws -> KafkaSettings {
        if let key = overrides.keys.sorted().first(where: { !$0.hasPrefix("kafka.") }) {
            throw UsageError(
                "--set \(key) needs a configuration", hint: "run in the folder that holds Config/, or name it with --config DIR")
        }
        let recorder = SettingsRecorder(environment: variables, flags: overrides)
        let nothing = YAMLNode(place: YAMLPlace(file: "", line: 1, column: 1), content: .mapping([]))
        let settings = KafkaSettings.read(SettingsReader(root: nothing, recorder: recorder).table("kafka"))
        guard recorder.problems.isEmpty else { throw ConfigurationFailure(recorder.problems) }
        return settings
    }
}
