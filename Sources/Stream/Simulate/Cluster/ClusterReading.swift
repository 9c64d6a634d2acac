import CreditModel
import StreamCore
import StreamSimulation

/// How a checker reads the messages of the whole cluster: every inbound message has one answer, on the topic of its case or among the answers.
enum ClusterReading {
    private static let inbound = Set(InboundType.allCases.flatMap(\.topics))
    private static let answering: Set<Topic> = [
        "record.outcomes.v1", "dispute.outcomes.v1", "repair.outcomes.v1", "sanction.outcomes.v1", "reward.outcomes.v1",
        "intake.answers.v1",
    ]

    static let reading = Reading(
        asked: { message in
            guard inbound.contains(message.topic), let source = message.headers["ce_source"], let id = message.headers["ce_id"] else {
                return nil
            }
            return "\(source.text) \(id.text)"
        },
        answered: { message in
            guard answering.contains(message.topic), let value = message.value, let document = try? JSONParser.parse(value),
                let source = document.root["submission"]?["source"]?.string, let id = document.root["submission"]?["id"]?.string,
                let status = document.root["status"]?.string
            else { return nil }
            return ("\(source) \(id)", "\(message.topic.name.prefix { $0 != "." }) \(status)")
        },
        version: CityStory.reading.version)
}
