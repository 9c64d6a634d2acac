import BrokerKit
import Foundation
import Testing

/// What is tried with the shared city, one thing after the other.
@Suite(.needsKafka, .serialized) struct CityTests {}

extension CityTests {
    /// What happens to processes and brokers, and that the answers are the same all the same: each submission one outcome, the one that it
    /// has to have.
    @Suite struct FaultTests {
        @Test func answersEachSubmissionOnceThroughThreeProcesses() async throws {
            try await LiveCity.use { city in
                var load = Load(seed: 1, prefix: "plain")
                let book = city.book("plain")
                try city.send(&load, 600, to: book)
                try city.expectAnswers(to: book)
            }
        }

        @Test(arguments: City.workers) func saysTheSameWhenAWorkerIsKilledInTheMiddle(name: String) async throws {
            try await LiveCity.use { city in
                let prefix = "kill-\(name)"
                var load = Load(seed: 2, prefix: prefix)
                let book = city.book(prefix)
                for kill in 1...3 {
                    try city.send(&load, 150, to: book)
                    // From the start into the middle of the work, by what is answered, not by the clock of a slow machine.
                    try Wait.until("\(kill * 40) are answered", every: .milliseconds(1)) { city.answers.count(prefix) >= kill * 40 }
                    city[name]!.kill()
                    try city.start(name)
                }
                try city.expectAnswers(to: book)
            }
        }

        @Test func drainsAndEndsWithZeroWhenItIsToldTo() async throws {
            let ends = try await LiveCity.use { city in
                var load = Load(seed: 3, prefix: "drain")
                let book = city.book("drain")
                var ends: [String] = []
                for name in City.workers {
                    try city.send(&load, 200, to: book)
                    let (end, took) = try city[name]!.terminate()
                    ends.append(took < .seconds(10) ? "\(end)" : "\(end) after \(took)")
                    if city[name]!.isReady { ends.append("\(name) still says that it is ready") }
                    try city.start(name)
                }
                try city.expectAnswers(to: book)
                return ends
            }
            #expect(ends == ["exit 0", "exit 0", "exit 0"])
        }

        @Test func aSecondProcessTakesPartOfTheWorkAndGivesItBack() async throws {
            let shards = try await LiveCity.use { city in
                var load = Load(seed: 4, prefix: "scale")
                let book = city.book("scale")
                let second = try city.city.start("ledger", instance: "second", bootstrap: city.broker.proxiedBootstrap)
                try second.waitUntilReady()
                try city.send(&load, 200, to: book)
                try city.expectAnswers(to: book)
                let shards = second.shards
                let (end, _) = try second.terminate()
                guard end == .code(0) else { throw WrongResult("the second ended with \(end): \(second.child.tail())") }
                try city.send(&load, 100, to: book)
                try city.expectAnswers(to: book)
                return shards
            }
            #expect(shards == 2)
        }

        @Test func writesNothingAfterItsPlaceWasTaken() async throws {
            try await LiveCity.use { city in
                var load = Load(seed: 5, prefix: "zombie")
                let book = city.book("zombie")
                let second = try city.city.start("ledger", instance: "heir", bootstrap: city.broker.proxiedBootstrap)
                try second.waitUntilReady()
                let shards = second.shards
                try city.send(&load, 200, to: book)
                city["ledger"]!.pause()
                try city.send(&load, 200, to: book)
                // Its partitions go to the other when its session is over.
                try Wait.until("the other has all partitions") { second.shards > shards }
                try city.expectAnswers(to: book)
                city["ledger"]!.resume()
                try city.send(&load, 200, to: book)
                try city.expectAnswers(to: book)
                _ = try second.terminate()
                // It comes back as what it is, or has ended and is started again.
                if !city["ledger"]!.child.isRunning { try city.start("ledger") }
                try city.send(&load, 100, to: book)
                try city.expectAnswers(to: book)
            }
        }

        @Test func restoresAStoreThatIsGone() async throws {
            try await LiveCity.use { city in
                var load = Load(seed: 6, prefix: "wiped")
                let book = city.book("wiped")
                try city.send(&load, 200, to: book)
                try city.expectAnswers(to: book)
                for name in City.workers {
                    city[name]!.kill()
                    try FileManager.default.removeItem(atPath: city[name]!.data)
                    try city.start(name)
                }
                // Duplicates, revisions and withdrawals of what was there before.
                try city.send(&load, 200, to: book)
                try city.expectAnswers(to: book)
            }
        }

        @Test func findsAFlippedByteAndRebuildsThatStore() async throws {
            let log = try await LiveCity.use { city in
                var load = Load(seed: 7, prefix: "flipped")
                let book = city.book("flipped")
                try city.send(&load, 200, to: book)
                try city.expectAnswers(to: book)
                city["ledger"]!.kill()
                let before = city["ledger"]!.child.textSize
                for file in city["ledger"]!.storeFiles { try flipInTheMiddle(file) }
                let worker = try city.start("ledger")
                try worker.waitUntilReady()
                try city.send(&load, 100, to: book)
                try city.expectAnswers(to: book)
                return worker.child.text(from: before)
            }
            #expect(log.contains("thrown away"), "\(log)")
        }

        /// In the middle of a page that holds something.
        private func flipInTheMiddle(_ path: String) throws {
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let size = try file.seekToEnd()
            for place in stride(from: UInt64(4096 + 3000), to: size, by: 4096) {
                try file.seek(toOffset: place)
                let byte = try file.read(upToCount: 1)?.first ?? 0
                try file.seek(toOffset: place)
                try file.write(contentsOf: Data([byte ^ 0x10]))
            }
        }

        @Test func goesOnWhenTheBrokerWasKilledAndCameBack() async throws {
            try await LiveCity.use { city in
                var load = Load(seed: 8, prefix: "broker")
                let book = city.book("broker")
                try city.send(&load, 200, to: book)
                city.broker.kill()
                try city.broker.restart()
                try city.send(&load, 200, to: book)
                try city.expectAnswers(to: book)
            }
        }

        @Test(arguments: ProxyCases.all) func answersOnceWhateverBecomesOfTheBrokersAnswers(name: String) async throws {
            let applied = try await LiveCity.use { city in
                let prefix = "proxy-\(name)"
                var load = Load(seed: 9, prefix: prefix)
                let book = city.book(prefix)
                let numbers = ProxyCases.rules(name).map { city.proxies[0].add($0) }
                for _ in 0..<8 { try city.send(&load, 40, to: book) }
                try city.expectAnswers(to: book, within: .seconds(60))
                let applied = numbers.reduce(0) { $0 + city.proxies[0].applied($1) }
                city.proxies[0].removeRules()
                city.proxies[0].release()
                return applied
            }
            #expect(applied > 0)
        }
    }
}

/// What a proxy does in one case.
enum ProxyCases {
    static let all = ["end-cut", "end-not-seen", "end-late", "end-slow", "offsets-cut", "fetch-cut", "produce-cut"]

    static func rules(_ name: String) -> [ProxyRule] {
        switch name {
        case "end-cut": [ProxyRule(.cut, .endTxn, choice: .nth(2)), ProxyRule(.cut, .endTxn, choice: .nth(7))]
        case "end-not-seen": [ProxyRule(.cutBefore, .endTxn, choice: .nth(2)), ProxyRule(.cutBefore, .endTxn, choice: .nth(7))]
        case "end-late": [ProxyRule(.deliverLate(.milliseconds(300)), .endTxn, choice: .nth(3))]
        case "end-slow": [ProxyRule(.delay(.seconds(4)), .endTxn, choice: .nth(3))]
        case "offsets-cut": [ProxyRule(.cut, .addOffsetsToTxn, .txnOffsetCommit, choice: .nth(3))]
        case "fetch-cut": [ProxyRule(.cut, .fetch, choice: .nth(5))]
        case "produce-cut": [ProxyRule(.cut, .produce, choice: .nth(3))]
        default: []
        }
    }
}
