import CreditModel
import EmbeddedLog
import Files
import StreamCore
import WorkerHost

/// `chengxin standalone --demo`: the sample city's files through all workers, and what became of them, told from the topics alone.
struct Demo {
    private let folder: ClusterFolder
    private let setup: ClusterSetup
    private let console: Console
    private var outcomes: [Outcome] = []
    private var versions: [Version] = []
    private var walk = EmbeddedLogReader.Walk(topics: [RunSummary.outcomes, ledger])
    private static let ledger: Topic = "record.ledger.v1"

    /// The morning on which the four offices send their files.
    private static let morning = Instant(rfc3339: "2026-05-06T09:00+08:00")

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let setup = try ClusterSetup(arguments)
        guard setup.policy.allowsFixedTime, let morning else {
            throw UsageError("the demo needs a clock that can stand still", hint: "only the development profile has one")
        }
        let path = arguments[HostOptions.data] ?? "\(temporary)/chengxin-demo-\(Files.randomName().prefix(8))"
        guard !Files.exists("\(path)/log.sqlite") else {
            throw UsageError("something has run in \(path) already", hint: "the demo needs a new folder: leave --data out, or name another")
        }
        var demo = Demo(folder: ClusterFolder(path), setup: setup, console: Console(format: .text))
        let samples = "\(arguments[HostOptions.config] ?? "Config")/samples"
        try demo.tell(samples, morning)
        return .good
    }

    private static var temporary: String { Files.isFolder("/tmp") ? "/tmp" : "." }

    private init(folder: ClusterFolder, setup: ClusterSetup, console: Console) {
        self.folder = folder
        self.setup = setup
        self.console = console
    }

    private mutating func tell(_ samples: String, _ morning: Instant) throws {
        title("诚信 · 样例城市", "Chengxin · the sample city", morning)
        try submit(samples, at: morning)
        try run(at: morning)
        tellAnswers(outcomes)
        tellOne("ACCEPTED", "受理入档的一条", "One that became a record")
        tellOne("HELD", "尚未生效、暂不入档的一条", "One that has to wait: the decision is not final yet")
        tellRefusals()
        tellDuplicates()
        tellCorrection()
        try tellTheEndOfATerm()
        say("")
        say("全部数据在 \(folder.path)。接着可以看：", "Everything lies in \(folder.path). To go on:")
        say("  chengxin read record.outcomes.v1 --data \(folder.path)")
        if let record = versions.last { say("  chengxin case '\(record.recordId)' --data \(folder.path)") }
    }

    // MARK: - What is done

    private func submit(_ samples: String, at instant: Instant) throws {
        let names: [String]
        do { names = try Files.names(samples) } catch {
            throw HostFailure("the sample files cannot be read: \(error)", hint: "run it where Config/ is, or name it by --config")
        }
        let inbox = try InboxWriter(directory: folder.log)
        say("各单位报送的文件：", "Files that the offices send:")
        for name in names where name.hasSuffix(".csv") || name.hasSuffix(".jsonl") {
            let bureau = name.hasSuffix(".csv") ? name.split(separator: ".").first.map(String.init) : nil
            var file = try SubmissionFile(path: "\(samples)/\(name)", bureau: bureau, at: instant)
            var sent = 0
            while let next = try file.next() {
                switch next {
                case .success(let message):
                    try inbox.add(topic: message.topic, key: message.key, headers: message.headers, value: message.value)
                    sent += 1
                case .failure(let failure): say("  \(name) 第 \(failure.line) 行读不出 line \(failure.line): \(failure.reason)")
                }
            }
            say("  \(name)  \(sent) 条 messages")
        }
        try inbox.finish()
    }

    private mutating func run(at instant: Instant) throws {
        _ = try StandaloneRun.run(.at(instant), folder, setup, WorkerList.makers, console)
        let log = try EmbeddedLogReader(directory: folder.log)
        defer { log.close() }
        while true {
            let page = try log.next(&walk, recordsMax: 1000)
            if page.isEmpty { return }
            for message in page {
                guard let value = message.value, let root = try? JSONParser.parse(value).root else { continue }
                if message.topic == Demo.ledger { versions.append(Version(root)) } else { outcomes.append(Outcome(root)) }
            }
        }
    }

    // MARK: - What is told

    private static let words: [(status: String, zh: String, en: String)] = [
        ("ACCEPTED", "受理，已生效", "accepted: a record in force"), ("HELD", "受理，待生效", "held: not final yet"),
        ("REJECTED", "退回", "refused, with every reason"), ("DUPLICATE", "重复报送", "sent before, nothing changed"),
        ("SUPERSEDED", "已有更新的修订", "a newer revision is known"), ("WITHDRAWN", "撤回", "withdrawn by its bureau"),
    ]

    private func tellAnswers(_ outcomes: [Outcome]) {
        say("")
        say("每条报送都有且只有一个答复：", "Each submission has exactly one answer:")
        for word in Demo.words {
            let count = outcomes.count { $0.status == word.status }
            if count > 0 { say("  \(pad(count))  \(word.zh)  \(word.en)") }
        }
        say("  \(pad(outcomes.count))  合计  in all")
    }

    private func tellOne(_ status: String, _ zh: String, _ en: String) {
        guard let outcome = outcomes.first(where: { $0.status == status && $0.recordId != nil }), let id = outcome.recordId else { return }
        say("")
        say("\(zh)：", "\(en):")
        say("  记录 record    \(id)")
        if let version = versions.last(where: { $0.recordId == id }) { tell(version) }
        if let from = outcome.effectiveFrom { say("  生效 in force  \(from)") }
        for reason in outcome.reasons { tell(reason) }
        if let appeal = outcome.appeal { say("  救济 appeal    \(appeal)") }
    }

    private func tell(_ version: Version) {
        say("  版本 version   \(version.version)（修订 revision \(version.revision)）  状态 state \(version.state)")
        say("  主体 subject   \(version.subjectId)  （编号，不含身份信息 an id without identity data）")
        say("  事项 item      \(version.catalogItem)  \(version.severity)")
        if let result = version.result { say("  决定 decision  \(version.decided ?? "")  \(result)") }
        if let facts = version.facts { say("  事实 facts     \(facts)") }
    }

    private func tell(_ reason: Reason) {
        say("  原因 reason    \(reason.code.rawValue)  \(reason.code.message.zh)  \(reason.code.message.en)")
        if !reason.path.isEmpty { say("  位置 at        \(reason.path)") }
        if !reason.hint.isEmpty { say("  怎么办 to do   \(reason.hint)") }
    }

    private func tellRefusals() {
        let refused = outcomes.filter { $0.status == "REJECTED" }
        guard !refused.isEmpty else { return }
        say("")
        say("退回的原因（一条可有多个）：", "Why messages were refused (one may have several reasons):")
        var groups: [String: (count: Int, first: Reason, recordNo: String)] = [:]
        for outcome in refused {
            for reason in outcome.reasons {
                groups[reason.code.rawValue, default: (0, reason, outcome.recordNo ?? "?")].count += 1
            }
        }
        for (code, group) in groups.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            say("  \(pad(group.count))  \(code)  \(group.first.code.message.zh)  \(group.first.code.message.en)")
            say("        例 e.g. \(group.recordNo)  \(group.first.path)  → \(group.first.hint)")
        }
    }

    private func tellDuplicates() {
        let repeated = outcomes.filter { $0.status == "DUPLICATE" }
        guard let first = repeated.first else { return }
        say("")
        say("重复报送 \(repeated.count) 条，档案没有变化，例如 \(first.recordNo ?? "?")。", "\(repeated.count) were sent before and changed nothing.")
    }

    private func tellCorrection() {
        guard let corrected = versions.last(where: { $0.revision > 1 && $0.version > 1 }) else { return }
        say("")
        say("一条更正，产生了新版本，旧版本保留：", "A correction made a new version, the old one stays:")
        for version in versions where version.recordId == corrected.recordId {
            say("  第 \(version.version) 版 version \(version.version)  修订 revision \(version.revision)  \(version.state)  \(version.result ?? "")")
        }
    }

    private mutating func tellTheEndOfATerm() throws {
        let waiting = outcomes.filter { $0.status == "HELD" }.compactMap { outcome in
            outcome.effectiveFrom.flatMap { Instant(rfc3339: $0) }.map { (outcome, $0) }
        }
        guard let (outcome, due) = waiting.min(by: { $0.1 < $1.1 }) else { return }
        let known = versions.count
        try run(at: due)
        let changed = versions[known...]
        say("")
        title("期限届满", "A term has run out", due)
        say("钟拨到此刻，\(changed.count) 条档案有了新版本。", "The clock was moved there: \(changed.count) new versions of records.")
        if let version = changed.last(where: { $0.recordId == outcome.recordId }) ?? changed.last {
            say("  记录 record    \(version.recordId)")
            tell(version)
        }
    }

    private func title(_ zh: String, _ en: String, _ instant: Instant) {
        say("== \(zh)  \(en)  \(ChinaTime.rfc3339(instant)) ==")
    }

    private func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, 5 - String(count).count)) + String(count) }

    private func say(_ zh: String, _ en: String = "") { console.print(Console.printable(en.isEmpty ? zh : "\(zh)  \(en)")) }

    /// What the demo tells of an answer.
    private struct Outcome {
        var status: String
        var recordNo: String?
        var recordId: String?
        var effectiveFrom: String?
        var appeal: String?
        var reasons: [Reason]

        init(_ root: JSONValue) {
            status = root["status"]?.string ?? "?"
            recordNo = root["recordNo"]?.string
            recordId = root["recordId"]?.string
            effectiveFrom = root["effectiveFrom"]?.string
            appeal = root["appeal"].flatMap { appeal in
                appeal["how"].map { ($0.string ?? $0["zh"]?.string ?? "") + (appeal["until"]?.string.map { "  \($0)" } ?? "") }
            }
            reasons = root["reasons"]?.elements.compactMap { Reason($0) } ?? []
        }
    }

    /// What the demo tells of a version of a record.
    private struct Version {
        var recordId: String
        var subjectId: String
        var version: Int64
        var revision: Int64
        var state: String
        var catalogItem: String
        var severity: String
        var decided: String?
        var result: String?
        var facts: String?

        init(_ root: JSONValue) {
            recordId = root["recordId"]?.string ?? "?"
            subjectId = root["subjectId"]?.string ?? "?"
            version = root["version"]?.int64 ?? 0
            revision = root["revision"]?.int64 ?? 0
            state = root["state"]?.string ?? "?"
            catalogItem = root["catalogItem"]?.string ?? "?"
            severity = root["severity"]?.string ?? ""
            decided = root["decision"]?["date"]?.string
            result = root["decision"]?["result"]?.string
            facts = root["conduct"]?["facts"]?.string
        }
    }
}
