import CreditModel
import Foundation
import StreamCore
import StreamEngine

extension City {
    /// Hands in events, one line each, by `chengxin submit`.
    public func submit(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        let path = try KitFolder.make("events") + "/events.jsonl"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let sent = try run(["submit", "--quiet", path])
        guard sent.isGood else { throw WaitedTooLong(description: "submit on Kafka: \(sent.end) \(sent.errors)") }
    }

    /// Returns when nothing is unread and no timer is due.
    public func settle(within limit: Duration = .seconds(120)) throws {
        try Wait.until("nothing is left to do", within: limit, every: .milliseconds(50)) { try run("check", "--settled").isGood }
    }

    /// Starts these workers at a clock that stands still, and waits until all of them serve.
    public func start(_ names: [String], at instant: Instant, instance: String) throws -> [RunningWorker] {
        let workers = try names.map { try start($0, instance: instance, arguments: ["--at", ChinaTime.rfc3339(instant)]) }
        for worker in workers { try worker.waitUntilReady(within: .seconds(60)) }
        return workers
    }
}

/// What is new on some topics of a city, committed messages only.
public struct CityNews: Sendable {
    private let city: City
    private let topics: Set<Topic>
    private var heard: Set<Origin> = []

    public init(of city: City, _ topics: Set<Topic>) {
        self.city = city
        self.topics = topics
    }

    /// Everything up to the end as of now that was not given before. Read from the beginning by a reader of its own: one that waits at the
    /// end may have nothing in hand yet of what was committed a moment ago.
    public mutating func next() throws -> [Message] {
        let reader = try city.cluster().reader()
        defer { reader.close() }
        let walk = try reader.walk(topics, from: .beginning)
        var news: [Message] = []
        while true {
            let page = try walk.next(recordsMax: 1000)
            if page.isEmpty { return news }
            news += page.filter { heard.insert($0.origin).inserted }
        }
    }
}
