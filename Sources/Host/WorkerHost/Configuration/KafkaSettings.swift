import KafkaLog
import YAML

/// The properties of librdkafka that a place has set: `kafka.NAME` in `Config/`, on the command line, or `CHENGXIN_KAFKA_NAME`.
///
/// `NAME.file` gives the file that holds the value, so that a secret stands in no configuration; it is read when it is needed.
public struct KafkaSettings: Sendable {
    /// Given as they are.
    public var properties: [String: String] = [:]
    /// Properties whose values lie in files.
    public var files: [String: String] = [:]

    public init() {}

    private static let fileSuffix = ".file"

    /// Whether a value is never shown.
    public static func isSecret(_ property: String) -> Bool {
        if property == "sasl.username" || property.hasSuffix(".location") || property.hasSuffix(".url") { return false }
        return ["password", "secret", "pem", "token", "oauthbearer.config", "ssl.key"].contains { property.contains($0) }
    }

    static func read(_ table: SettingsReader) -> KafkaSettings {
        var settings = KafkaSettings()
        let values = table.properties()
        for (key, text, origin) in values {
            let isFile = key.hasSuffix(fileSuffix)
            let property = isFile ? String(key.dropLast(fileSuffix.count)) : key
            if let reason = KafkaOptions.refusal(of: property) {
                table.recorder.report(
                    ConfigurationProblem(
                        at: origin.description, key: "kafka." + key, "cannot be set: \(reason)", hint: "take it out of the configuration"))
                continue
            }
            if isFile, values.contains(where: { $0.key == property }) {
                table.recorder.report(
                    ConfigurationProblem(
                        at: origin.description, key: "kafka." + key, "the value is given as well as its file", hint: "keep one of them"))
            }
            let meaning = isFile ? "The file that holds kafka.\(property)." : "librdkafka's property \(property)."
            let shown = isSecret(property) && !isFile ? "\"(secret)\"" : YAMLWriter.scalar(text)
            table.recorder.record(table.path + [key], shown, meaning, origin)
            if isFile { settings.files[property] = text } else { settings.properties[property] = text }
        }
        return settings
    }

    /// All properties with their values. Throws when a file cannot be read, or holds nothing.
    public func resolved() throws(ConfigurationFailure) -> [String: String] {
        var all = properties
        var problems: [ConfigurationProblem] = []
        for (property, path) in files.sorted(by: { $0.key < $1.key }) {
            func problem(_ reason: String, _ hint: String) {
                problems.append(ConfigurationProblem(at: path, key: "kafka.\(property).file", reason, hint: hint))
            }
            do throws(FileAccess.Failure) {
                var bytes = try FileAccess.read(path, bytesMax: 1 << 20)
                // An editor ends the line; a password does not end so.
                while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
                guard !bytes.isEmpty else {
                    problem("the file is empty", "put the value of \(property) into it")
                    continue
                }
                let text = String(decoding: bytes, as: UTF8.self)
                guard text.utf8.elementsEqual(bytes) else {
                    problem("the file holds no text", "put the value of \(property) into it, in UTF-8")
                    continue
                }
                all[property] = text
            } catch {
                problem(error.reason, error.hint)
            }
        }
        guard problems.isEmpty else { throw ConfigurationFailure(problems) }
        return all
    }

    /// What the command line and the configuration say about the cluster.
    public func options(bootstrap: String, clientId: String) throws(ConfigurationFailure) -> KafkaOptions {
        var options = KafkaOptions(bootstrap: bootstrap, clientId: clientId)
        options.properties = try resolved()
        return options
    }
}
