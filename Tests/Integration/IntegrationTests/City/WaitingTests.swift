import BrokerKit
import CreditModel
import Foundation
import StreamCore
import StreamEngine
import Testing

extension CityTests {
    /// What waits, and what was given up and is tried again, outlives the process that decided so.
    @Suite struct WaitingTests {
        @Test func aRulingWaitsForItsRecordAlsoWhenTheLedgerIsKilledMeanwhile() async throws {
            let annotated = try await LiveCity.use { city in
                // One person, so that what is said about the second record goes where the first lies.
                var load = Load(seed: 21, prefix: "waits", parties: 1, shares: [(.new, 1)])
                let book = city.book("waits")
                try city.send(&load, 1, to: book)
                try city.expectAnswers(to: book)
                let first = try #require(try city.versions("waits〔2026〕1号").last)
                let subjectId = try #require(first["subjectId"] as? String)
                let recordId = try #require(first["recordId"] as? String)
                let missing = recordId.replacingOccurrences(of: "〔2026〕1号", with: "〔2026〕2号")

                var value = JSONWriter()
                RecordRuling(.annotate, subjectId: subjectId, recordId: missing, caseId: "dispute/1").encode(into: &value)
                var headers = Headers()
                for (name, text) in [
                    ("ce_specversion", "1.0"), ("ce_id", "ruling-1"), ("ce_source", "/workers/dispute"), ("ce_type", RecordRuling.type),
                    ("ce_time", "2026-05-06T01:00:00Z"), ("content-type", "application/json"),
                ] { headers.append(named: Bytes(name.utf8), Bytes(text.utf8)) }
                let changes = try city.committed("ledger")
                try city.hand(
                    HandedIn(topic: RecordRuling.topic, key: Bytes(subjectId.utf8), headers: headers, value: value.bytes))
                try Wait.until("the ledger has taken it") { try city.committed("ledger") > changes }
                city["ledger"]!.kill()
                try city.start("ledger")
                try city.send(&load, 1, to: book)
                try city.expectAnswers(to: book)
                // The term is three seconds here; then the ruling is tried again.
                var annotated: [[String: Any]] = []
                try Wait.until("the ruling has found its record", within: .seconds(30), every: .milliseconds(300)) {
                    annotated = try city.versions("waits〔2026〕2号").filter { $0["restricted"] as? Bool == true }
                    return !annotated.isEmpty
                }
                return annotated.compactMap { $0["version"] as? Int }
            }
            #expect(annotated == [2])
        }

        @Test func aDeadLetterIsRedrivenAndCounted() async throws {
            let redrives = try await LiveCity.use { city in
                var load = Load(seed: 22, prefix: "nameless", shares: [(.nameless, 1)])
                let book = city.book("nameless")
                let before = try city.letters().count
                try city.send(&load, 2, to: book)
                try city.expectAnswers(to: book)
                let letters = try city.letters().suffix(from: before)
                let origin = try #require(letters.last?["origin"] as? String)
                let redriven = try city.city.run("dead-letters", "redrive", origin)
                guard redriven.isGood else { throw WrongResult("redrive: \(redriven.end) \(redriven.output)\(redriven.errors)") }
                var again: [[String: Any]] = []
                try Wait.until("it is a dead letter again", every: .milliseconds(200)) {
                    again = try city.letters().filter { $0["origin"] as? String == origin }
                    return again.count == 2
                }
                return again.compactMap { $0["redrives"] as? Int }.sorted()
            }
            #expect(redrives == [0, 1])
        }

        /// After everything that the others have done to it.
        @Test func theTopicsAndTheStoresOfTheCityKeepTheirPromises() async throws {
            let findings = try await LiveCity.use { city in
                var load = Load(seed: 23, prefix: "last")
                let book = city.book("last")
                try city.send(&load, 100, to: book)
                try city.expectAnswers(to: book)
                return try city.findings()
            }
            #expect(findings == "")
        }
    }
}

extension LiveCity {
    /// The versions of a record, by its number.
    func versions(_ recordNo: String) throws -> [[String: Any]] {
        try objects("read", "record.ledger.v1", "--format", "json").compactMap { $0["value"] as? [String: Any] }
            .filter { $0["recordNo"] as? String == recordNo }
    }

    func letters() throws -> [[String: Any]] { try objects("dead-letters", "list", "--format", "json") }

    private func objects(_ words: String...) throws -> [[String: Any]] {
        let run = try city.run(words)
        guard run.isGood else { throw WrongResult("\(words): \(run.end) \(run.errors)") }
        return run.lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }

    /// The sum of a group's committed offsets.
    func committed(_ group: String) throws -> Int64 {
        try city.cluster().committedOffsets(of: group).values.reduce(0, +)
    }

    func hand(_ message: HandedIn) throws {
        let writer = try city.cluster().writer()
        try writer.add(message)
        for case .failed(let failure) in writer.finish().map(\.result) { throw failure }
    }
}
