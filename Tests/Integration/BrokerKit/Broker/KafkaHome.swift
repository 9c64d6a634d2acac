import Foundation

/// An unpacked Kafka to start brokers from.
public struct KafkaHome: Sendable {
    public let path: String

    /// `KAFKA_HOME`, or `../shared/kafka` beside the package; nil when neither is there, or no Java runtime.
    public static func find() -> KafkaHome? { try? search.get() }

    /// Why there is none, for the line that says what was skipped.
    public static var reason: String {
        switch search {
        case .success(let home): return "Kafka is at \(home.path)"
        case .failure(let missing): return missing.description
        }
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    private static let search = search(
        environment: ProcessInfo.processInfo.environment, packageRoot: BuiltProducts.root,
        exists: { FileManager.default.isExecutableFile(atPath: $0) })

    static func search(environment: [String: String], packageRoot: String, exists: (String) -> Bool) -> Result<KafkaHome, Missing> {
        let java = environment["JAVA_HOME"].map { [$0 + "/bin/java"] } ?? []
        let inPath = (environment["PATH"] ?? "").split(separator: ":").map { String($0) + "/java" }
        let home: String
        if let named = environment["KAFKA_HOME"], !named.isEmpty {
            guard exists(named + "/bin/kafka-server-start.sh") else {
                return .failure(Missing(description: "no Kafka: KAFKA_HOME has no bin/kafka-server-start.sh"))
            }
            home = named
        } else {
            home = URL(fileURLWithPath: packageRoot).deletingLastPathComponent().appendingPathComponent("shared/kafka").path
            guard exists(home + "/bin/kafka-server-start.sh") else {
                return .failure(
                    Missing(description: "no Kafka: KAFKA_HOME is not set and there is no ../shared/kafka; unpack one and set KAFKA_HOME"))
            }
        }
        guard (java + inPath).contains(where: exists) else {
            return .failure(Missing(description: "no Java for Kafka: install a runtime, 17 or newer (default-jre-headless)"))
        }
        return .success(KafkaHome(path: home))
    }
}
