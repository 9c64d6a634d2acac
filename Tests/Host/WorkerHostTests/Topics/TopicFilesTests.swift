import CreditModel
import Foundation
import StreamCore
import Testing
import WorkerHost
import YAML

/// `topics/` is read by the build as by any other reader of YAML, and what is made from it is new.
@Suite struct TopicFilesTests {
    private func document(_ path: String) throws -> YAMLNode {
        try YAMLParser.parse(Array(try Data(contentsOf: URL(fileURLWithPath: Repository.path(path)))), file: path)
    }

    private func texts(_ node: YAMLNode?) throws -> [String] { try node?.sequence().map { try $0.text() } ?? [] }

    @Test(arguments: TopicCatalogue.all)
    func describesEveryTopicInAFile(_ entry: TopicEntry) throws {
        let path = "topics/\(entry.topic).yaml"
        guard FileManager.default.fileExists(atPath: Repository.path(path)) else {
            Issue.record("\(path) is missing: `make topics` writes those that a worker has for itself")
            return
        }
        let file = try document(path)
        #expect(
            try file.mapping().map(\.key) == [
                "name", "kind", "status", "zh", "en", "key", "producers", "consumers", "retention", "compacted", "types",
            ])
        #expect(try file["name"]?.text() == entry.topic.name)
        #expect(try file["kind"]?.text() == entry.kind.rawValue)
        #expect(try file["status"]?.text() == entry.status.rawValue)
        #expect(try file["key"]?.text() == entry.key)
        #expect(try texts(file["producers"]) == entry.producers)
        #expect(try texts(file["consumers"]) == entry.consumers)
        #expect(try file["retention"]?.text() == entry.retention.rawValue)
        #expect(try file["compacted"]?.boolean() == entry.isCompacted)
        let types = try #require(file["types"]).mapping()
        #expect(types.map(\.key) == entry.types)
        for type in types {
            guard let schema = try type.value["schema"]?.text() else { continue }
            #expect(FileManager.default.fileExists(atPath: Repository.path("topics/" + schema)), "\(schema)")
        }
    }

    @Test func hasNoFileOfAnUnknownTopic() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Repository.path("topics"))
        let names = files.filter { $0.hasSuffix(".yaml") && $0 != "asyncapi.yaml" }.map { String($0.dropLast(5)) }
        let known = Set(TopicCatalogue.all.map(\.topic.name))
        for name in names {
            #expect(known.contains(name), "the build has not seen topics/\(name).yaml: build again after `touch Package.swift`")
        }
    }

    @Test func listsEveryTopicInTheAsyncAPIDocument() throws {
        let document = try document("topics/asyncapi.yaml")
        #expect(try document["asyncapi"]?.text() == "3.0.0")
        let channels = try #require(document["channels"]).mapping()
        #expect(channels.map(\.key) == TopicCatalogue.all.map(\.topic.name), "topics/asyncapi.yaml is old: `make topics` writes it")
        let messages = try #require(document["components"]?["messages"]).mapping().map(\.key)
        for (channel, entry) in zip(channels, TopicCatalogue.all) {
            #expect(try channel.value["messages"]?.mapping().map(\.key) ?? [] == entry.types)
            for type in entry.types { #expect(messages.contains(type)) }
        }
    }

    @Test func letsEveryInboundTypeLieWhereTheContractSays() {
        for type in InboundType.allCases {
            for topic in type.topics {
                let entry = TopicCatalogue.entry(topic)
                #expect(entry?.kind == .inbound)
                #expect(entry?.types.contains(type.rawValue) == true, "\(type.rawValue) on \(topic)")
            }
        }
        let known = Set(InboundType.allCases.map(\.rawValue))
        for entry in TopicCatalogue.contract where entry.kind == .inbound && entry.status == .live {
            #expect(Set(entry.types).isSubset(of: known), "\(entry.topic)")
        }
    }

    @Test func letsEveryInboundTypeBeSentBySomebody() throws {
        let pack = try ConfigurationLoader.load(directory: Repository.path("Config")).policy
        for type in InboundType.allCases {
            #expect(pack.sourceRights.contains(id: type.rawValue), "\(type.rawValue)")
        }
        for right in pack.sourceRights { #expect(InboundType(rawValue: right.type) != nil, "\(right.type)") }
    }

    /// The schemas of inbound messages are made of their shapes: `WRITE_SCHEMAS=1 swift test --filter TopicFilesTests` writes them.
    @Test(arguments: InboundType.allCases)
    func describesEveryInboundMessageByItsShape(_ type: InboundType) throws {
        let url = URL(fileURLWithPath: Repository.path("topics/schemas/\(type.rawValue).json"))
        let schema = type.shape.jsonSchema(id: "https://chengxin.example/schemas/\(type.rawValue).json", title: type.eventType)
        if ProcessInfo.processInfo.environment["WRITE_SCHEMAS"] == "1" { try Data(schema.utf8).write(to: url) }
        #expect(try String(contentsOf: url, encoding: .utf8) == schema)
    }

    @Test func hasSchemasThatAreJSON() throws {
        let folder = Repository.path("topics/schemas")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".json") {
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            let document = try JSONParser.parse(bytes[...])
            #expect(document.root["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema", "\(name)")
        }
    }

    @Test func keepsTopicsAsLongAsThePolicySays() throws {
        let pack = try ConfigurationLoader.load(directory: Repository.path("Config")).policy
        let day: Int64 = 86_400
        #expect(TopicCatalogue.entry("record.submissions.v1")?.span(under: pack) == .seconds(14 * day))
        #expect(TopicCatalogue.entry("intake.verified.v1")?.span(under: pack) == .seconds(14 * day))
        #expect(TopicCatalogue.entry("record.ledger.v1")?.span(under: pack) == nil)
        #expect(TopicCatalogue.entry("record.ledger.v1")?.isCompacted == false)
        #expect(TopicCatalogue.entry("record.current.v1")?.isCompacted == true)
        #expect(TopicCatalogue.entry("intake.changelog.v1")?.isCompacted == true)
        #expect(TopicCatalogue.entry("nothing.v1") == nil)
    }
}
