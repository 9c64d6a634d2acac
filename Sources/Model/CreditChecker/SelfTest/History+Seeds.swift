import CreditModel
import StreamCore

/// What corruptions are made from.
extension History {
    /// Two versions of a record, one behind the other.
    var versionPair: (first: Place, second: Place)? {
        var last: [String: Place] = [:]
        for place in places(RecordChanged.ledgerTopic) {
            guard let record = self[place].text(after: "\"recordId\":") else { continue }
            if let first = last[record] { return (first, place) }
            last[record] = place
        }
        return nil
    }

    /// The meta records of all changelogs.
    var metas: [Place] { places(ofTopicsEndingIn: ".changelog.v1") { $0.key?.first == MetaRecord.key } }

    /// The newest meta record of a shard's transaction that has outputs as well.
    var metaBesideOutputs: Place? {
        var names: Set<String> = []
        for partition in partitions.values {
            for record in partition.records {
                guard let text = record.message.header("ce_txn"), let colon = text.lastIndex(of: ":"),
                    let cause = record.message.header("ce_origin")?.split(separator: "/"), cause.count > 1
                else { continue }
                names.insert("\(text[..<colon]) \(cause[1])")
            }
        }
        return metas.last { place in
            guard let name = self[place].text(after: "txn="), self[place].text(after: "checksum=") != nil else { return false }
            return names.contains("\(name) \(place.partition.partition)")
        }
    }

    /// A record that is listed because the law orders it.
    var standingListing: Place? {
        let all = places(ListingChanged.topic)
        return all.last { place in
            self[place].text(after: "\"action\":") == "\"LIST\"" && self[place].text(after: "\"reason\":") == "\"ORDERED\""
                && place == all.last { self[$0].key == self[place].key }
        }
    }

    /// A row that no later one replaces.
    var newestRow: Place? {
        let rows = places(ofTopicsEndingIn: ".changelog.v1") { $0.key?.first == 1 && $0.value != nil }
        return rows.last
    }

    func isFollowed(_ meta: Place) -> Bool {
        partitions[meta.partition]?.records[(meta.number + 1)...].contains { $0.message.key?.first == MetaRecord.key } ?? false
    }

    /// A meta record with the position of its first moved input changed, of one for whose offset something holds.
    func shifted(_ meta: Place, by change: Int64, where matches: (String) -> Bool = { _ in true }) -> Message? {
        let message = self[meta]
        for topic in ["record.submissions.v1", VerifiedMessage.topic.name, FiledRecord.topic.name] {
            guard let text = message.text(after: "next:\(topic)="), let position = Int64(text), position > 0,
                matches("\(topic)/\(meta.partition.partition)/\(position)")
            else { continue }
            return message.replacing("next:\(topic)=\(text)", with: "next:\(topic)=\(max(0, position + change))")
        }
        return nil
    }

    /// The causes that outputs name.
    var decided: Set<String> {
        var causes: Set<String> = []
        for partition in partitions.values {
            for record in partition.records {
                if let cause = record.message.header("ce_origin") { causes.insert(cause) }
            }
        }
        return causes
    }

    mutating func moveGroup(by change: Int64) -> Bool {
        for worker in groups.keys.sorted() {
            for (partition, offset) in (groups[worker] ?? [:]).sorted(by: { $0.key < $1.key }) where offset > 0 {
                groups[worker]?[partition] = offset + change
                return true
            }
        }
        return false
    }

    /// A transaction of the ledger under another name, aborted, at the ends of the partitions that it writes. Gives one of its outputs.
    public mutating func addAbortedAttempt() -> Place? {
        guard let first = places(SubmissionAnswered.topic, where: { $0.header("ce_source") == "/workers/ledger" }).first,
            let text = self[first].header("ce_txn"), let colon = text.lastIndex(of: ":")
        else { return nil }
        return repeatTransaction(text[..<colon], as: text[..<colon] + "00", .aborted).first
    }

    /// The same transaction by another process, committed: outputs, rows and meta.
    mutating func addZombie() -> Bool {
        guard let first = places(SubmissionAnswered.topic, where: { $0.header("ce_source") == "/workers/ledger" }).last,
            let text = self[first].header("ce_txn"), let colon = text.lastIndex(of: ":")
        else { return false }
        return !repeatTransaction(text[..<colon], as: "zombie:1.1", .committed).isEmpty
    }

    private mutating func repeatTransaction(_ name: Substring, as other: String, _ standing: Standing) -> [Place] {
        var added: [Place] = []
        for partition in partitions.keys.sorted() {
            var isChangelog = false
            var rows: [Message] = []
            for record in partitions[partition]?.records ?? [] {
                let message = record.message
                if partition.topic.name.hasSuffix(".changelog.v1") {
                    isChangelog = true
                    rows.append(message)
                    guard message.key?.first == MetaRecord.key else { continue }
                    if message.text(after: "txn=") == String(name), partition.topic == "ledger.changelog.v1" {
                        for row in rows { append(row.replacing("txn=\(name)", with: "txn=\(other)") ?? row, standing) }
                    }
                    rows = []
                } else if !isChangelog, let text = message.header("ce_txn"), let colon = text.lastIndex(of: ":"), text[..<colon] == name,
                    message.header("ce_source") == "/workers/ledger"
                {
                    added.append(append(message.with("ce_txn", other + text[colon...]), standing))
                }
            }
        }
        return added.sorted { ($0.partition.topic.name, $0.number) < ($1.partition.topic.name, $1.number) }
    }
}
