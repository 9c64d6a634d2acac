import RdKafka
import StreamCore

/// Notices that a transaction which a takeover waits for does not end, and says so to a person.
///
/// A broker aborts what is open longer than `transaction.timeout.ms`. What is open for longer has been lost sight of: Kafka 4.3 on one
/// node does so when it is killed between the end of a transaction and the writing of its markers (it then takes the partitions for
/// deleted). Only an operator can end such a one.
struct HangingTransaction {
    private var since: Int64?
    private var saidAt: Int64?

    mutating func ended() {
        since = nil
        saidAt = nil
    }

    /// Something could not be read because of an open transaction, or because nobody answers.
    mutating func waits(for what: String, _ options: KafkaOptions) {
        let now = Monotonic.milliseconds
        let begun = since ?? now
        since = begun
        guard now - begun > options.transactionMilliseconds + 15_000, now - (saidAt ?? .min / 2) > 60_000 else { return }
        saidAt = now
        options.onLine(
            KafkaLine(
                level: 4, client: options.clientId, facility: "HANGING",
                text: "\(what) cannot be read for \((now - begun) / 1000) s, longer than a transaction may be open: is the broker well? "
                    + "`kafka-transactions.sh --bootstrap-server \(options.bootstrap) find-hanging --broker-id N` finds one that hangs"))
    }
}
