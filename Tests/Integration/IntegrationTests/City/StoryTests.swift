import AllWorkers
import BrokerKit
import CreditModel
import EmbeddedLog
import Foundation
import SampleStory
import StreamCore
import StreamEngine
import Testing
import WorkerHost

extension CityTests {
    /// The demo's story on a real broker: every worker a process of its own, gateways and agencies answering what they are sent.
    @Suite struct StoryTests {
        // plan: 11a
        @Test func tellsTheSameStoryOnKafkaAsTheDemo() async throws {
            let (onKafka, embedded) = try await Wait.onOwnThread {
                // Of its own: its clock begins before that of the others.
                let city = try City(on: TestBroker())
                return (try OnKafka(city).play(), try Embedded(KitFolder.make("story") + "/city").play())
            }
            for plot in Plot.allCases {
                #expect(Self.facts(onKafka, plot) == Self.facts(embedded, plot), "\(plot)")
            }
            #expect(Self.facts(onKafka, .wrong).contains { $0.contains("LIFT") })
        }

        /// What came to pass, without what two clusters say differently: ids made of places, the order within one moment, and when a step
        /// was taken that another worker's timer has caused: processes that are started at a later instant have no common clock before it.
        private static func facts(_ story: SampleStory, _ plot: Plot) -> [String] {
            story.lines(of: plot).map { line in
                line.who + " " + line.words.replacing(/(sanction|reward|dispute|repair)\/[0-9a-z-]+/, with: "CASE")
            }.sorted()
        }
    }
}

/// A place where the story can be played.
private protocol Stage {
    func submit(_ lines: [String]) throws
    func begin(at instant: Instant) throws
    /// Returns once nothing is left to do.
    func settle(at instant: Instant) throws
    func end() throws
    /// What is new.
    func news() throws -> [Message]
}

extension Stage {
    func play() throws -> SampleStory {
        var story = SampleStory()
        for scene in story.scenes {
            var events = story.begin(scene)
            try begin(at: scene.at)
            repeat {
                if !events.isEmpty { try submit(events.map { $0.line(at: scene.at) }) }
                try settle(at: scene.at)
                story.hear(try news())
                events = story.replies()
            } while !events.isEmpty
            try end()
        }
        return story
    }

    static func file(_ lines: [String]) throws -> String {
        let path = try KitFolder.make("events") + "/events.jsonl"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

private final class OnKafka: Stage {
    private let city: City
    private var heard: Set<Origin> = []
    private var workers: [RunningWorker] = []

    init(_ city: City) { self.city = city }

    func begin(at instant: Instant) throws {
        workers = try AllWorkers.entries.map {
            try city.start($0.name, instance: "story", arguments: ["--at", ChinaTime.rfc3339(instant)])
        }
    }

    func submit(_ lines: [String]) throws {
        let sent = try city.run(["submit", "--quiet", Self.file(lines)])
        guard sent.isGood else { throw WrongResult("submit on Kafka: \(sent.end) \(sent.errors)") }
    }

    func settle(at instant: Instant) throws {
        try Wait.until("all is done at \(ChinaTime.rfc3339(instant))", within: .seconds(120), every: .milliseconds(50)) {
            try workers.allSatisfy(\.isReady) && city.run("check", "--settled").isGood
        }
    }

    func end() throws {
        for worker in workers {
            let (end, _) = try worker.terminate()
            guard end == .code(0) else { throw WrongResult("\(worker.name): \(end) \(worker.child.tail())") }
        }
    }

    func news() throws -> [Message] {
        let reader = try city.cluster().reader()
        defer { reader.close() }
        let walk = try reader.walk(SampleStory.topics, from: .beginning)
        var news: [Message] = []
        while true {
            let page = try walk.next(recordsMax: 1000)
            if page.isEmpty { return news }
            news += page.filter { heard.insert($0.origin).inserted }
        }
    }
}

private final class Embedded: Stage {
    private let folder: ClusterFolder
    private let place: [String]
    private var walk = EmbeddedLogReader.Walk(topics: SampleStory.topics)

    init(_ path: String) {
        folder = ClusterFolder(path)
        place = ["--data", path]
    }

    func begin(at instant: Instant) throws {}
    func end() throws {}

    func submit(_ lines: [String]) throws {
        let sent = try ProgramRun("chengxin", ["submit", "--quiet", Self.file(lines)] + place)
        guard sent.isGood else { throw WrongResult("submit: \(sent.end) \(sent.errors)") }
    }

    func settle(at instant: Instant) throws {
        let run = try ProgramRun("chengxin", ["standalone", "--at", ChinaTime.rfc3339(instant)] + place)
        guard run.isGood else { throw WrongResult("standalone: \(run.end) \(run.errors)") }
    }

    func news() throws -> [Message] {
        let log = try EmbeddedLogReader(directory: folder.log)
        defer { log.close() }
        var news: [Message] = []
        while true {
            let page = try log.next(&walk, recordsMax: 1000)
            if page.isEmpty { return news }
            news += page
        }
    }
}
