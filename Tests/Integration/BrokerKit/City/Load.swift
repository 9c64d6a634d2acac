import CreditModel
import StreamCore
import StreamEngine

/// A message of a load, and what has to be answered.
public struct LoadMessage: Sendable {
    public var message: HandedIn
    /// The submission that it is; nil when its sender cannot be answered, and a dead letter is the answer.
    public var id: String?
    /// The record that it is about.
    public var record: Int
    /// The status of its outcome.
    public var expected: String
}

/// Submissions about people and organisations who do not exist, endless and the same for the same seed: new records, revisions, the same
/// again, too late, wrong, not final yet, withdrawn, about somebody else than before, with a wrong key, from nobody.
///
/// All about one record is sent under one key, so it meets in order, and each answer is known beforehand.
public struct Load: Sendable {
    public enum Kind: Sendable, CaseIterable {
        case new, revision, repeated, tooLate, wrong, held, withdrawn, moved, strayed, nameless
    }

    private struct Record {
        /// Its place among all records.
        let place: Int
        let number: String
        var party: Int
        var revision: Int
        /// The last message that was accepted: what is sent again is this.
        var last: (message: HandedIn, id: String)
    }

    /// Of so many records, the newest ones, something more is said.
    private static let openMax = 200

    private var random: SplitMix
    private let prefix: String
    private var parties: [(isPerson: Bool, number: String, name: String)] = []
    /// Of which something more may be said.
    private var open: [Record] = []
    private var places = 0
    private var count = 0
    /// How many of each kind were made.
    public private(set) var made: [Kind: Int] = [:]
    private let shares: [(Kind, Int)]

    public static let source = "/bureaus/market-regulation"
    public static let mixed: [(Kind, Int)] = [
        (.new, 52), (.revision, 12), (.repeated, 8), (.tooLate, 4), (.wrong, 6), (.held, 6), (.withdrawn, 5), (.moved, 2), (.strayed, 4),
        (.nameless, 1),
    ]

    /// `prefix` begins every submission's id and every record's number.
    public init(seed: UInt64, prefix: String, parties count: Int = 400, shares: [(Kind, Int)] = Load.mixed) {
        random = SplitMix(seed: seed)
        self.prefix = prefix
        self.shares = shares
        for index in 0..<count {
            if index.isMultiple(of: 2) {
                parties.append((true, SyntheticIdentity.residentId(using: &random), "测试人\(index)"))
            } else {
                parties.append((false, SyntheticIdentity.uscc(using: &random), "测试\(index)有限公司"))
            }
        }
    }

    public mutating func next() -> LoadMessage {
        count += 1
        let id = "\(prefix)-\(count)"
        let kind = chosen()
        let known = open.indices.randomElement(using: &random)
        switch kind {
        case .revision, .moved, .repeated, .tooLate, .withdrawn:
            // Nothing to be about yet.
            guard let known, kind != .tooLate || open[known].revision > 1 else { return begin(.new, id) }
            return goOn(kind, id, known)
        case .new, .strayed, .held, .wrong, .nameless: return begin(kind, id)
        }
    }

    private mutating func chosen() -> Kind {
        var ticket = Int.random(in: 0..<shares.reduce(0) { $0 + $1.1 }, using: &random)
        for (kind, share) in shares {
            if ticket < share { return kind }
            ticket -= share
        }
        return .new
    }

    /// A message about a record that was not heard of before. Only of a usual one more is said: what strays might come before that.
    private mutating func begin(_ kind: Kind, _ id: String) -> LoadMessage {
        made[kind, default: 0] += 1
        let place = places
        places += 1
        let party = Int.random(in: parties.indices, using: &random)
        let number = "\(prefix)〔2026〕\(count)号"
        let key = kind == .strayed ? "stray-\(count)" : "market-regulation/\(number)"
        let finality = kind == .held ? #"{"state":"APPEALABLE","until":"2099-12-31"}"# : #"{"state":"FINAL"}"#
        let data = submitted(number, 1, party, id, finality: finality, checks: kind != .wrong)
        let name = kind == .nameless ? nil : id
        let message = event(name, "submitted", key, data)
        if kind == .new {
            open.append(Record(place: place, number: number, party: party, revision: 1, last: (message, id)))
            if open.count > Load.openMax { open.removeFirst() }
        }
        return LoadMessage(message: message, id: name, record: place, expected: Load.answers[kind]!)
    }

    private static let answers: [Kind: String] = [
        .new: "ACCEPTED", .strayed: "ACCEPTED", .held: "HELD", .wrong: "REJECTED", .nameless: "DEAD", .revision: "ACCEPTED",
        .moved: "ACCEPTED", .repeated: "DUPLICATE", .tooLate: "SUPERSEDED", .withdrawn: "WITHDRAWN",
    ]

    /// A further message about a record.
    private mutating func goOn(_ kind: Kind, _ id: String, _ known: Int) -> LoadMessage {
        made[kind, default: 0] += 1
        let record = open[known]
        let key = "market-regulation/\(record.number)"
        var sent = (message: record.last.message, id: id)
        switch kind {
        case .repeated: sent.id = record.last.id
        case .tooLate: sent.message = event(id, "submitted", key, submitted(record.number, record.revision - 1, record.party, id))
        case .withdrawn:
            open.remove(at: known)
            let data = #"{"recordNo":"\#(record.number)","reason":"经复核，原处罚决定已撤销。","basis":"《中华人民共和国行政处罚法》第七十五条"}"#
            sent.message = event(id, "withdrawn", key, data)
        default:
            if kind == .moved { open[known].party = (record.party + 2) % parties.count }
            open[known].revision += 1
            sent.message = event(id, "submitted", key, submitted(record.number, open[known].revision, open[known].party, id))
            open[known].last = sent
        }
        return LoadMessage(message: sent.message, id: sent.id, record: record.place, expected: Load.answers[kind]!)
    }

    private func submitted(
        _ number: String, _ revision: Int, _ party: Int, _ id: String, finality: String = #"{"state":"FINAL"}"#, checks: Bool = true
    ) -> String {
        let (isPerson, right, name) = parties[party]
        let identity = checks ? right : SyntheticIdentity.withWrongCheck(right)
        return """
            {"recordNo":"\(number)","revision":\(revision),"catalogItem":"penalty.administrative","subject":{"kind":\
            "\(isPerson ? "person" : "organization")","idType":"\(isPerson ? "RESIDENT_ID" : "USCC")","idNumber":"\(identity)","name":"\(name)"},\
            "conduct":{"date":"2025-07-02","facts":"\(name)未按规定办理登记，经责令改正后仍未改正（\(id)）。"},\
            "decision":{"documentNo":"\(number)","date":"2026-01-22","authority":"示例市场监督管理局",\
            "basis":"《中华人民共和国行政处罚法》第三十二条","result":"罚款人民币壹万贰仟元整","finality":\(finality)},\
            "severity":"GENERAL","attributes":{"fine":"12000.00"}}
            """
    }

    private func event(_ id: String?, _ verb: String, _ key: String, _ data: String) -> HandedIn {
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        if let id { headers.append("ce_id", text: id) }
        headers.append("ce_source", text: Load.source)
        headers.append("ce_type", text: "chengxin.record.\(verb).v1")
        headers.append("ce_time", text: "2026-05-06T01:00:00Z")
        headers.append("content-type", text: "application/json")
        return HandedIn(topic: "record.submissions.v1", key: Bytes(key.utf8), headers: headers, value: Bytes(data.utf8))
    }
}
