import BrokerKit
import Foundation
import KafkaLog
import StreamCore
import StreamEngine

/// A known mistake: a run that does not find it is worth nothing.
enum Canary: String, CaseIterable {
    /// An outcome is there twice.
    case doubled
    /// Of a transaction of two outputs only one is there.
    case torn
    /// A submission's outcome is not there.
    case lost
    /// A worker that commits its outputs before, and apart from, its offsets.
    case outcomeOutside = "outcome-outside"

    /// Written by the harness into a clean history, not made by a wrong worker.
    var isForged: Bool { self != .outcomeOutside }

    var workerArguments: [String] { isForged ? [] : ["--set", "host.mistake=\(rawValue)"] }
}

extension Chaos {
    /// Makes the mistake and gives back what was found.
    func forge(_ canary: Canary) throws -> [String] {
        let cluster = try city.cluster()
        let reader = cluster.reader()
        defer { reader.close() }
        let walk = try reader.walk([AnswerBook.outcomes], from: .beginning)
        guard let message = try walk.next(recordsMax: 1).first else { return [] }
        switch canary {
        case .doubled, .torn:
            var headers = message.headers
            if canary == .torn {
                headers = Headers()
                headers.append("ce_txn", text: "forged:1:1/2")
            }
            let writer = try cluster.writer()
            try writer.add(HandedIn(topic: message.topic, key: message.key, headers: headers, value: message.value))
            _ = writer.finish()
            let before = answers.count
            try fleet.wait("the forged outcome is seen", within: .seconds(20)) { self.answers.count > before - 1 }
        case .lost:
            var load = Load(seed: 1, prefix: "never-sent")
            traffic.book.sent(load.next())
            return traffic.book.unanswered(answers)
        case .outcomeOutside: return []
        }
        return try check()
    }
}
