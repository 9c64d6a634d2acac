import CreditModel
import Crypto
import Foundation
import ReferenceJob
import StreamCore
import StreamEngine

/// The reference job on the embedded log, verified by what its inputs were made to lead to.
enum ReferenceBenchmark {
    static func add(to table: inout FigureTable, count: Int) throws {
        let pipeline = try Pipeline(
            workers: [ReferenceWorker()], digest: { Digest.sha256($0)[...] }, seal: { _ in NoSeal() })
        defer { pipeline.close() }
        var inputs = ReferenceInputs(seed: 1)
        // By the number of the input, a byte each: what is remembered for the check counts as memory of the run.
        var expected: [UInt8] = []
        expected.reserveCapacity(count)
        try pipeline.hand(count) { inbox in
            let input = inputs.next()
            expected.append(Self.code(input.expected))
            try inbox.add(topic: ReferenceWorker.input, key: input.key, headers: input.headers, value: input.value)
        }
        let measurement = try Measurement.of {
            try pipeline.runUntilIdle()
            return count
        }
        try verify(pipeline, expected)
        table.add(
            "reference job, \(count) inputs, embedded log", measurement, floor: "12.1 / 27.6",
            of: "C / Go on a broker, synchronous=NORMAL, another machine")
    }

    /// Exactly one outcome of each input, the right one; the versions of a record without gaps, each knowing the digest before.
    private static func verify(_ pipeline: Pipeline, _ expected: [UInt8]) throws {
        var answered = [Bool](repeating: false, count: expected.count)
        var wrong = 0
        try pipeline.records(of: ReferenceWorker.outcomes) { message in
            let outcome = try JSONParser.parse(message.value ?? []).root
            guard let id = outcome["id"]?.string, let status = outcome["status"]?.string else {
                throw Failure(text: "an outcome without id")
            }
            guard let number = Int(id.dropFirst(2)), expected.indices.contains(number - 1), !answered[number - 1] else {
                throw Failure(text: "a second outcome of \(id)")
            }
            answered[number - 1] = true
            if expected[number - 1] != Self.code(status) { wrong += 1 }
        }
        let silent = answered.filter { !$0 }.count
        guard silent == 0, wrong == 0 else { throw Failure(text: "\(silent) inputs without outcome, \(wrong) wrong ones") }
        var last: [String: (version: Int64, digest: String)] = [:]
        var entries = 0
        try pipeline.records(of: ReferenceWorker.ledger) { message in
            let entry = try JSONParser.parse(message.value ?? []).root
            guard let id = entry["recordId"]?.string, let version = entry["version"]?.int64, let digest = entry["digest"]?.string else {
                throw Failure(text: "an entry without record or version")
            }
            guard version == (last[id]?.version ?? 0) + 1, entry["previousDigest"]?.string == last[id]?.digest else {
                throw Failure(text: "version \(version) of \(id) does not follow the one before")
            }
            last[id] = (version, digest)
            entries += 1
        }
        guard entries == expected.filter({ $0 == Self.code("ACCEPTED") }).count else {
            throw Failure(text: "\(entries) entries are not one per accepted input")
        }
        FileHandle.standardError.write(Data("  verified: \(expected.count) outcomes, \(entries) entries, \(last.count) records\n".utf8))
    }

    /// The first letter tells the four statuses apart.
    private static func code(_ status: String) -> UInt8 { status.utf8.first ?? 0 }

    struct Failure: Error, CustomStringConvertible {
        var text: String
        var description: String { "the reference job is wrong: \(text)" }
    }
}
