import CreditModel
import Crypto
import StreamCore

/// Reads `Config/`: flags win over the environment, that over the profile's overlay, that over the files, those over defaults.
public enum ConfigurationLoader {
    /// Variables that are flags of the command line, not keys of a file.
    public static let reservedVariables: Set<String> = [
        "CHENGXIN_PROFILE", "CHENGXIN_CONFIG", "CHENGXIN_DATA", "CHENGXIN_BOOTSTRAP", "CHENGXIN_INSTANCE", "CHENGXIN_FORMAT", "CHENGXIN_AT",
    ]

    /// The policy and the settings of a place. Throws with everything that is wrong.
    ///
    /// `environment` is the process's; only variables that begin with `CHENGXIN_` count. `overrides` are keys with dots, from flags.
    public static func load(
        directory: String, profile: String = "development", environment: [String: String] = [:], overrides: [String: String] = [:]
    ) throws(ConfigurationFailure) -> (policy: PolicyPack, settings: HostSettings) {
        let configuration = try read(directory: directory, profile: profile, environment: environment, overrides: overrides)
        return (configuration.policy, configuration.settings)
    }

    /// The same with what `config print`, `check` and `explain` tell.
    public static func read(
        directory: String, profile: String = "development", environment: [String: String] = [:], overrides: [String: String] = [:]
    ) throws(ConfigurationFailure) -> Configuration {
        let files = try ConfigurationFiles.read(directory: directory, profile: profile)
        let recorder = SettingsRecorder(environment: environment, flags: overrides)
        let root = SettingsReader(root: files.root, recorder: recorder)
        var policy = PolicyReader(root, profile: profile).read()
        let policySettings = recorder.settings
        let settings = HostSettings.read(root)
        root.finish()
        recorder.reportUnused(reserved: reservedVariables)
        if profile != "development" {
            let forDevelopment = [
                ("unsignedSourcesAllowed", policy.takesUnsigned), ("fixedTimeAllowed", policy.allowsFixedTime),
                ("recipientKeysDerived", policy.derivesRecipientKeys),
            ]
            for (key, isOn) in forDevelopment where isOn {
                let origin = recorder.settings.first { $0.key == key }?.origin ?? .builtIn
                recorder.report(
                    ConfigurationProblem(
                        at: origin.description, key: key, "only the profile development may say true here", hint: "set it to false"))
            }
        }
        let problems = recorder.problems + PackChecker.problems(of: policy, in: root)
        if !problems.isEmpty { throw ConfigurationFailure(problems) }
        policy.version += "+" + digest(policySettings)
        return Configuration(
            policy: policy, settings: settings, profile: profile, all: recorder.settings, unconfirmed: recorder.unconfirmed)
    }

    /// Eight digits that change with every value of the policy, wherever it was set.
    private static func digest(_ settings: [Setting]) -> String {
        var text: Bytes = []
        for setting in settings.sorted(by: { $0.path.lexicographicallyPrecedes($1.path) }) {
            text.append(contentsOf: (setting.key + "=" + setting.value + "\n").utf8)
        }
        return String(Digest.sha256Text(text).prefix(8))
    }
}

/// A configuration that was read, with where each value came from.
public struct Configuration: Sendable {
    public var policy: PolicyPack
    public var settings: HostSettings
    public var profile: String
    /// Every value, in the order in which it was read.
    public var all: [Setting]
    public var unconfirmed: [UnconfirmedRule]
}
