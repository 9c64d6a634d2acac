import Foundation
import Testing
import WorkerHost

@Suite struct KafkaSettingsTests {
    private final class Place {
        let folder = NSTemporaryDirectory() + "/kafka-" + UUID().uuidString

        init(kafka: String = "") throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: Repository.path("Config")) where name != "samples" {
                try FileManager.default.copyItem(atPath: Repository.path("Config/" + name), toPath: folder + "/" + name)
            }
            if !kafka.isEmpty { try write("kafka.yaml", kafka) }
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func write(_ name: String, _ text: String) throws { try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8) }

        func read(_ environment: [String: String] = [:], _ flags: [String: String] = [:]) throws -> Configuration {
            try ConfigurationLoader.read(directory: folder, environment: environment, overrides: flags)
        }

        func problems(_ environment: [String: String] = [:], _ flags: [String: String] = [:]) -> [String] {
            do {
                _ = try read(environment, flags)
                return []
            } catch {
                return (error as? ConfigurationFailure)?.problems.map { $0.description } ?? ["\(error)"]
            }
        }
    }

    @Test func takesAnyPropertyByItsOwnNameFromFilesVariablesAndFlags() throws {
        let place = try Place(
            kafka: """
                kafka:
                  security.protocol: SSL
                  ssl:
                    ca.location: /etc/ca.pem
                  statistics.interval.ms: 1000
                  socket.keepalive.enable: true
                """)
        #expect(
            try place.read().settings.kafka.properties == [
                "security.protocol": "SSL", "ssl.ca.location": "/etc/ca.pem", "statistics.interval.ms": "1000",
                "socket.keepalive.enable": "true",
            ])
        let over = try place.read(
            ["CHENGXIN_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "CHENGXIN_KAFKA_SASL_MECHANISM": "PLAIN"],
            ["kafka.security.protocol": "SASL_PLAINTEXT"]
        ).settings.kafka.properties
        #expect(over["security.protocol"] == "SASL_PLAINTEXT")
        #expect(over["sasl.mechanism"] == "PLAIN")
    }

    @Test(arguments: ["group.id", "enable.idempotence", "isolation.level", "transactional.id", "auto.offset.reset"])
    func refusesWhatHasToBeAsItIsAndSaysWhy(property: String) throws {
        let place = try Place()
        let problem = try #require(place.problems([:], ["kafka." + property: "x"]).first)
        #expect(problem.hasPrefix("--set kafka.\(property): kafka.\(property): cannot be set: "))
        #expect(problem.hasSuffix("; take it out of the configuration"))
    }

    @Test(arguments: ["sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.oauthbearer.client.secret"])
    func neverShowsASecret(property: String) throws {
        let place = try Place()
        let variable = "CHENGXIN_KAFKA_" + property.uppercased().replacingOccurrences(of: ".", with: "_")
        for configuration in [try place.read([variable: "hush-7"]), try place.read([:], ["kafka." + property: "hush-7"])] {
            #expect(configuration.settings.kafka.properties[property] == "hush-7")
            #expect(configuration.printed().contains("\(property): \"(secret)\""))
            for text in [configuration.printed(), configuration.printedLines().joined(), configuration.explained("kafka") ?? ""] {
                #expect(!text.contains("hush-7"))
            }
        }
    }

    @Test func readsASecretFromItsFileOnlyWhenItIsNeeded() throws {
        let place = try Place(kafka: "kafka:\n  sasl.password.file: \(NSTemporaryDirectory())/nowhere-\(UUID().uuidString)\n")
        let settings = try place.read().settings.kafka
        #expect(throws: ConfigurationFailure.self) { _ = try settings.resolved() }
        try place.write("password", "right one\r\n")
        let found = try place.read([:], ["kafka.sasl.password.file": place.folder + "/password"])
        #expect(try found.settings.kafka.resolved()["sasl.password"] == "right one")
        #expect(found.printed().contains("sasl.password.file: \(place.folder)/password"))
        #expect(!found.printed().contains("right one"))
        try place.write("password", "\n")
        #expect(throws: ConfigurationFailure.self) { _ = try found.settings.kafka.resolved() }
    }

    @Test func refusesAValueBesideItsFile() throws {
        let place = try Place()
        let problems = place.problems(["CHENGXIN_KAFKA_SASL_PASSWORD": "x", "CHENGXIN_KAFKA_SASL_PASSWORD_FILE": "/y"])
        #expect(problems.count == 1 && problems[0].contains("the value is given as well as its file"))
    }

    @Test func refusesAList() throws {
        let place = try Place(kafka: "kafka:\n  debug: [broker, topic]\n")
        #expect(place.problems().first?.contains("kafka.debug: a single value belongs here") == true)
    }
}
