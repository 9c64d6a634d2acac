import StreamEngine
import Synchronization

/// What a broker can do, as librdkafka writes it into its log at every connection (`debug=feature`): it keeps it to itself otherwise.
///
/// A broker that is too old would not refuse us: it would take offsets without looking at who commits them, and give out offsets that an
/// open transaction may still change. Where nothing was written, nothing is refused.
final class BrokerFeatures: Sendable {
    /// The questions that exactly once rests on, by their numbers, with the version that does it.
    private static let needed: [(api: Int, name: String, version: Int)] = [
        (9, "OffsetFetch", 7), (11, "JoinGroup", 5), (22, "InitProducerId", 0), (24, "AddPartitionsToTxn", 0), (25, "AddOffsetsToTxn", 0),
        (26, "EndTxn", 0), (28, "TxnOffsetCommit", 3),
    ]

    /// The highest version of each question.
    private let versions = Mutex<[Int: Int]>([:])

    /// Takes a line of the facility APIVERSION, as `… ApiKey EndTxn (26) Versions 0..5`.
    func note(_ text: String) {
        guard let start = text.firstRange(of: "ApiKey "), let open = text[start.upperBound...].firstRange(of: " ("),
            let close = text[open.upperBound...].firstRange(of: ") Versions "),
            let dots = text[close.upperBound...].firstRange(of: ".."), let api = Int(text[open.upperBound..<close.lowerBound]),
            let version = Int(text[dots.upperBound...].prefix { $0.isNumber })
        else { return }
        versions.withLock { $0[api] = version }
    }

    /// Why the cluster cannot be used; nil when it can, or nobody knows.
    var refusal: LogFailure? {
        let versions = versions.withLock { $0 }
        guard !versions.isEmpty else { return nil }
        let lacking = BrokerFeatures.needed.filter { versions[$0.api] ?? -1 < $0.version }
        guard !lacking.isEmpty else { return nil }
        let names = lacking.map { "\($0.name) version \($0.version)" }.joined(separator: ", ")
        return LogFailure(
            .fatal, "the broker is too old: it does not know \(names)",
            hint: "the cluster has to be Apache Kafka 2.5 or newer, with transactions")
    }
}
