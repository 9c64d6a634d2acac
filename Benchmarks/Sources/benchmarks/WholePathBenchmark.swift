import AllWorkers
import CreditModel
import Crypto
import Foundation
import StreamCore
import StreamEngine
import WorkerHost

/// The way of a submission through every worker that there is, with the sample city's policy, on the embedded log.
enum WholePathBenchmark {
    private static let outcomes: Topic = "record.outcomes.v1"

    static func add(to table: inout FigureTable, count: Int) throws {
        let policy = try ConfigurationLoader.load(directory: configuration).policy
        let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
        let workers = AllWorkers.made(policy: policy, keys: keys, partitionCount: Pipeline.partitions)
        for (name, isRow) in [("submissions", false), ("rows of 双公示", true)] {
            let pipeline = try Pipeline(
                workers: workers, digest: { Digest.sha256($0)[...] },
                seal: { $0.topology.isSealed ? AESPayloadSeal(keys: keys) as any PayloadSeal : NoSeal() })
            defer { pipeline.close() }
            var submissions = Submissions(seed: 1, parties: count / 5)
            try pipeline.hand(count) { inbox in
                let (key, headers, value) = isRow ? submissions.row() : submissions.message()
                try inbox.add(topic: "record.submissions.v1", key: key, headers: headers, value: value)
            }
            let measurement = try Measurement.of {
                try pipeline.runUntilIdle()
                return count
            }
            var statuses: [String: Int] = [:]
            try pipeline.records(of: outcomes) { message in
                statuses[try JSONParser.parse(message.value ?? []).root["status"]?.string ?? "none", default: 0] += 1
            }
            guard statuses.values.reduce(0, +) == count, statuses["ACCEPTED"] == count else {
                throw WrongAnswers(statuses: statuses, count: count)
            }
            table.add(
                "whole path, \(count) \(name), unsigned", measurement, floor: "200",
                of: "the most that the first issue allows for three workers")
        }
    }

    struct WrongAnswers: Error, CustomStringConvertible {
        var statuses: [String: Int]
        var count: Int
        var description: String { "the whole path is wrong: \(count) submissions, each to be accepted, were answered \(statuses)" }
    }

    /// `Config/` of the repository, wherever the program is started.
    private static var configuration: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Config").standardized.path
    }
}

/// Submissions that all are accepted, half of them about people, each about one of `parties`.
struct Submissions {
    private var numbers: SeededNumbers
    private var parties: [(kind: SubjectKind, number: String, name: String)] = []
    private var count = 0

    init(seed: UInt64, parties: Int) {
        numbers = SeededNumbers(seed: seed)
        for index in 0..<max(1, parties) {
            if index.isMultiple(of: 2) {
                self.parties.append((.person, SyntheticIdentity.residentId(using: &numbers), "测试人\(index)"))
            } else {
                self.parties.append((.organization, SyntheticIdentity.uscc(using: &numbers), "测试\(index)有限公司"))
            }
        }
    }

    typealias Parts = (key: Bytes, headers: Headers, value: Bytes)

    /// A message of `record.submitted`.
    mutating func message() -> Parts {
        let (party, decision) = next()
        let value = """
            {"recordNo":"\(decision)","revision":1,"catalogItem":"penalty.administrative","subject":{"kind":"\(party.kind.rawValue)",\
            "idType":"\(party.kind == .person ? "RESIDENT_ID" : "USCC")","idNumber":"\(party.number)","name":"\(party.name)"},\
            "conduct":{"date":"2025-07-02","facts":"\(party.name)未按规定办理登记，经责令改正后仍未改正，情节一般。"},\
            "decision":{"documentNo":"\(decision)","date":"2025-08-22","authority":"示例市场监督管理局",\
            "basis":"《中华人民共和国行政处罚法》第三十二条","result":"罚款人民币壹万贰仟元整","finality":{"state":"FINAL"}},\
            "severity":"GENERAL","attributes":{"fine":"12000.00"}}
            """
        return parts(decision, Bytes(utf8: value))
    }

    /// The same as a row of 双公示.
    mutating func row() -> Parts {
        let (party, decision) = next()
        let isPerson = party.kind == .person
        let value = """
            {"CF_XDR_MC":"\(party.name)","CF_XDR_LB":"\(isPerson ? "自然人" : "法人及非法人组织")",\
            "CF_XDR_SHXYM":"\(isPerson ? "" : party.number)","CF_XDR_ZJLX":"\(isPerson ? "身份证" : "")",\
            "CF_XDR_ZJHM":"\(isPerson ? party.number : "")","CF_WSH":"\(decision)","CF_WFXW":"未按规定办理登记",\
            "CF_SY":"\(party.name)未按规定办理登记，经责令改正后仍未改正。","CF_YJ":"《中华人民共和国行政处罚法》第三十二条",\
            "CF_CFLB":"罚款","CF_NR":"罚款人民币壹万贰仟元整","CF_NR_FK":"1.2","CF_JDRQ":"2025/8/22","CF_CFJG":"示例市场监督管理局"}
            """
        return parts(decision, Bytes(utf8: value))
    }

    private mutating func next() -> (party: (kind: SubjectKind, number: String, name: String), decision: String) {
        count += 1
        return (numbers.one(of: parties), "测市监罚决〔2025〕\(count)号")
    }

    private func parts(_ decision: String, _ value: Bytes) -> Parts {
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: "b-\(count)")
        headers.append("ce_source", text: "/bureaus/market-regulation")
        headers.append("ce_type", text: "chengxin.record.submitted.v1")
        headers.append("ce_time", text: "2026-05-06T01:00:00Z")
        headers.append("content-type", text: "application/json")
        return (Bytes(utf8: "market-regulation/\(decision)"), headers, value)
    }
}
