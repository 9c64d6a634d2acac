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
                var (onKafka, embedded) = (SampleStory(), SampleStory())
                var (broker, folder) = (OnKafka(city), Embedded(try KitFolder.make("story") + "/city"))
                try onKafka.play(on: &broker)
                try embedded.play(on: &folder)
                return (onKafka, embedded)
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

private struct OnKafka: SampleStory.Stage {
    private let city: City
    private var latest: CityNews
    private var workers: [RunningWorker] = []

    init(_ city: City) {
        self.city = city
        latest = CityNews(of: city, SampleStory.topics)
    }

    mutating func begin(at instant: Instant) throws {
        workers = try city.start(AllWorkers.entries.map(\.name), at: instant, instance: "story")
    }

    func work(on events: [SampleStory.Event], at instant: Instant) throws {
        try city.submit(events.map { $0.line(at: instant) })
        try city.settle()
    }

    mutating func news() throws -> [Message] { try latest.next() }

    func end() throws {
        for worker in workers {
            let (end, _) = try worker.terminate()
            guard end == .code(0) else { throw WrongResult("\(worker.name): \(end) \(worker.child.tail())") }
        }
    }
}

private struct Embedded: SampleStory.Stage {
    private let folder: ClusterFolder
    private let place: [String]
    private var walk = EmbeddedLogReader.Walk(topics: SampleStory.topics)

    init(_ path: String) {
        folder = ClusterFolder(path)
        place = ["--data", path]
    }

    func begin(at instant: Instant) {}
    func end() {}

    func work(on events: [SampleStory.Event], at instant: Instant) throws {
        if !events.isEmpty {
            let file = try KitFolder.make("events") + "/events.jsonl"
            try Data(events.map { $0.line(at: instant) + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
            let sent = try ProgramRun("chengxin", ["submit", "--quiet", file] + place)
            guard sent.isGood else { throw WrongResult("submit: \(sent.end) \(sent.errors)") }
        }
        let run = try ProgramRun("chengxin", ["standalone", "--at", ChinaTime.rfc3339(instant)] + place)
        guard run.isGood else { throw WrongResult("standalone: \(run.end) \(run.errors)") }
    }

    mutating func news() throws -> [Message] {
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
