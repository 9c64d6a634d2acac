import CreditModel
import EmbeddedLog
import Files
import SampleStory
import StreamCore
import WorkerHost

/// `chengxin standalone --demo`: the sample city's files through all workers, and what became of them, told from the topics alone.
struct Demo {
    private let folder: ClusterFolder
    private let setup: ClusterSetup
    private let console: Console
    private var outcomes: [Outcome] = []
    private var versions: [Version] = []
    private var walk = EmbeddedLogReader.Walk(topics: [RunSummary.outcomes, answers, ledger])
    private var story = SampleStory()
    private static let ledger: Topic = "record.ledger.v1"
    private static let answers: Topic = "intake.answers.v1"
    /// In the order of their names, each with what it sent.
    private var files: [(name: String, sent: Int)] = []
    /// Which file a message came in, by its id.
    private var fileOf: [String: String] = [:]

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

    /// The clock does not go back.
    private var lastScene: Instant { story.scenes.map(\.at).max() ?? Instant(milliseconds: 0) }

    private static var temporary: String { Files.isFolder("/tmp") ? "/tmp" : "." }

    private init(folder: ClusterFolder, setup: ClusterSetup, console: Console) {
        self.folder = folder
        self.setup = setup
        self.console = console
    }

    private mutating func tell(_ samples: String, _ morning: Instant) throws {
        title("诚信 · 样例城市", "Chengxin, the sample city", morning)
        try submit(samples, at: morning)
        try run(at: morning)
        tellAnswers()
        tellAccepted()
        let waiting = tellHeld()
        tellRefusals()
        tellDuplicates()
        tellCorrection()
        tellWithdrawal()
        try tellCases()
        if let waiting { try tellTheEndOfTheTerm(of: waiting) }
        let command = CommandLine.arguments[0]
        heading("接着可以看", "To go on (everything lies in \(folder.path))")
        if let record = versions.last { say("  \(command) case '\(record.recordId)' --data \(folder.path)") }
        say("  \(command) read record.outcomes.v1 --data \(folder.path)")
        say("  \(command) validate 贵单位的文件.csv --bureau market-regulation")
    }

    // MARK: - What is done

    private mutating func submit(_ samples: String, at instant: Instant) throws {
        let names: [String]
        do { names = try Files.names(samples) } catch {
            throw HostFailure("the sample files cannot be read: \(error)", hint: "run it where Config/ is, or name it by --config")
        }
        let inbox = try InboxWriter(directory: folder.log)
        for name in names.sorted() where name.hasSuffix(".csv") || name.hasSuffix(".jsonl") {
            let bureau = name.hasSuffix(".csv") ? name.split(separator: ".").first.map(String.init) : nil
            var file = try SubmissionFile(path: "\(samples)/\(name)", bureau: bureau, at: instant)
            var sent = 0
            while let next = try file.next() {
                switch next {
                case .success(let message):
                    try inbox.add(topic: message.topic, key: message.key, headers: message.headers, value: message.value)
                    fileOf[message.id] = name
                    sent += 1
                case .failure(let failure): say("  \(name) 第 \(failure.line) 行读不出，其余照常  line \(failure.line): \(failure.reason)")
                }
            }
            files.append((name, sent))
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

    private mutating func tellCases() throws {
        var stage = Stage(folder: folder, setup: setup, console: console)
        try story.play(on: &stage)
        say("")
        guard let first = story.scenes.first, let last = story.scenes.last else { return }
        say("== 六个案件，\(CivilDate(first.at)) 至 \(CivilDate(last.at))  Six cases, told from the topics ==")
        for plot in Plot.allCases {
            heading(plot.title.zh, plot.title.en)
            for line in story.lines(of: plot) {
                say("  \(ChinaTime.rfc3339(line.at).dropFirst(5).prefix(11).replacing("T", with: " "))  \(line.who)  \(line.words)")
            }
        }
    }

    private func tellAnswers() {
        heading("各单位报送的文件，每条有且只有一个答复", "The files of the offices; each message has exactly one answer")
        let statuses = DemoWords.statuses.filter { word in outcomes.contains { $0.status == word.status } }
        var table = Columns(["文件 file", "报送 sent"] + statuses.map { "\($0.zh) \($0.en)" })
        for file in files {
            let answers = outcomes.filter { fileOf[$0.id] == file.name }
            table.add([file.name, String(file.sent)] + statuses.map { word in String(answers.count { $0.status == word.status }) })
        }
        table.add(
            ["合计 in all", String(files.reduce(0) { $0 + $1.sent })]
                + statuses.map { word in String(outcomes.count { $0.status == word.status }) })
        for line in table.lines { say("  " + line) }
    }

    private func tellAccepted() {
        let accepted = outcomes.first { $0.status == "ACCEPTED" && $0.recordId?.hasPrefix("market-regulation/") == true }
        guard let accepted, let version = versions.last(where: { $0.recordId == accepted.recordId }) else { return }
        heading("受理入档的一条", "One that became a record")
        tell(version)
    }

    /// The one whose term runs out first, so that its end can be shown later.
    private func tellHeld() -> Outcome? {
        let held = outcomes.filter { $0.status == "HELD" }.compactMap { outcome in
            outcome.effectiveFrom.flatMap { Instant(rfc3339: $0) }.map { (outcome, $0) }
        }.filter { $0.1 > lastScene }
        guard let (outcome, due) = held.min(by: { $0.1 < $1.1 }) else { return nil }
        heading("待生效的一条：处罚决定还可以申请复议或起诉，暂不产生任何后果", "One that is held: the decision can still be appealed, so nothing follows from it yet")
        if let version = versions.last(where: { $0.recordId == outcome.recordId }) { tell(version) }
        say("  生效 in force    \(ChinaTime.rfc3339(due))，届时自动生效，无需再报  by itself; there is nothing to send")
        return outcome
    }

    private func tellRefusals() {
        let refused = outcomes.filter { $0.status == "REJECTED" }
        func show(_ zh: String, _ en: String, _ choose: (Outcome) -> Bool) {
            guard let outcome = refused.first(where: choose) else { return }
            heading(zh, en)
            say("  文号 number     \(outcome.recordNo ?? "（未填 not given）")  （\(fileOf[outcome.id] ?? "?")）")
            for reason in outcome.reasons { tell(reason) }
        }
        func only(_ code: String) -> (Outcome) -> Bool { { $0.reasons.map(\.code.rawValue) == [code] } }
        show("退回的一条：代码录错了一位", "One that is refused: a slip in a code", only("subject.check-digit"))
        show("退回的一条：罚款金额的单位不对", "One that is refused: a fine in another unit", only("schema.range"))
        show("退回的一条：几处错误一次说清", "One that is refused: several mistakes, all told at once") { $0.reasons.count > 2 }
        show("退回的一条：行为发生时是未成年人", "One that is refused: a minor", only("capacity.minor"))
        show("退回的一条：治安处罚已依法封存", "One that is refused: a public-security penalty, sealed by law", only("prohibited.sealed"))
        heading("退回的原因一览（一条可有多个）", "All reasons of refusals (a message may have several)")
        var groups: [ReasonCode: Int] = [:]
        for reason in refused.flatMap(\.reasons) { groups[reason.code, default: 0] += 1 }
        var table = Columns("条 n", "代码 code", "原因", "reason")
        for (code, count) in groups.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }) {
            table.add(String(count), code.rawValue, code.message.zh, code.message.en)
        }
        for line in table.lines { say("  " + line) }
    }

    private func tellDuplicates() {
        let repeated = outcomes.filter { $0.status == "DUPLICATE" }
        guard let first = repeated.first else { return }
        heading("重复报送 \(repeated.count) 条，档案没有变化", "\(repeated.count) were sent twice and changed nothing")
        say("  例 e.g.         \(first.recordNo ?? "?")")
    }

    private func tellCorrection() {
        let corrected = versions.filter { $0.revision > 1 && $0.version > 1 && $0.state != "WITHDRAWN" }
        // Best one whose change can be seen in the decision itself.
        let visible = corrected.last { new in versions.contains { $0.recordId == new.recordId && $0.result != new.result } }
        guard let chosen = visible ?? corrected.last else { return }
        heading("一条更正：产生新版本，旧版本保留", "A correction: a new version, and the old one stays")
        say("  记录 record     \(chosen.recordId)")
        history(of: chosen.recordId)
    }

    private func tellWithdrawal() {
        guard let withdrawn = versions.last(where: { $0.state == "WITHDRAWN" }) else { return }
        heading("一条撤回：报送单位撤销了决定，记录不再有效", "A withdrawal: the office revoked its decision, the record counts no longer")
        say("  记录 record     \(withdrawn.recordId)")
        history(of: withdrawn.recordId)
    }

    private func history(of recordId: String) {
        for version in versions where version.recordId == recordId {
            say("  第 \(version.version) 版 version \(version.version)  \(DemoWords.state(version.state))  \(version.result ?? "")")
        }
    }

    private mutating func tellTheEndOfTheTerm(of held: Outcome) throws {
        guard let due = held.effectiveFrom.flatMap({ Instant(rfc3339: $0) }) else { return }
        let known = versions.count
        try run(at: due)
        say("")
        title("把钟拨到复议、起诉期限届满之时", "The clock is moved to the end of that term", due)
        guard let version = versions[known...].last(where: { $0.recordId == held.recordId }) else { return }
        heading("待生效的那条已自动生效，产生新版本", "The one that was held is in force now, by itself, as a new version")
        say("  记录 record     \(version.recordId)")
        history(of: version.recordId)
    }

    private func tell(_ version: Version) {
        say("  记录 record     \(version.recordId)  第 \(version.version) 版 version \(version.version)")
        say("  状态 state      \(DemoWords.state(version.state))")
        say("  主体 subject    \(version.subjectId)  （随机编号，不含身份信息 an id that says nothing about who it is）")
        let name = setup.policy.item(version.catalogItem)?.name
        say("  事项 item       \(name.map { "\($0.zh) \($0.en)" } ?? version.catalogItem)  \(DemoWords.severity(version.severity))")
        if let result = version.result { say("  决定 decision   \(version.decided ?? "")  \(result)") }
        if let facts = version.facts { say("  事实 facts      \(facts)") }
    }

    private func tell(_ reason: Reason) {
        say("  原因 reason     \(reason.code.message.zh)  \(reason.code.message.en)  [\(reason.code.rawValue)]")
        if !reason.path.isEmpty { say("  位置 at         \(reason.path)") }
        let advice = DemoWords.advice[reason.code.rawValue].map { $0 + "  " } ?? ""
        if !reason.hint.isEmpty { say("  怎么办 to do    \(advice)\(reason.hint)") }
    }

    private func title(_ zh: String, _ en: String, _ instant: Instant) {
        say("== \(zh)  \(en)  \(ChinaTime.rfc3339(instant)) ==")
    }

    private func heading(_ zh: String, _ en: String) {
        say("")
        say("\(zh)  \(en)：")
    }

    private func say(_ text: String) { console.print(Console.printable(text)) }

    /// The story is played on the demo's own folder: all workers in this process, one run after the other.
    private struct Stage: SampleStory.Stage {
        let folder: ClusterFolder
        let setup: ClusterSetup
        let console: Console
        private var walk = EmbeddedLogReader.Walk(topics: SampleStory.topics)

        init(folder: ClusterFolder, setup: ClusterSetup, console: Console) {
            self.folder = folder
            self.setup = setup
            self.console = console
        }

        func begin(at instant: Instant) {}
        func end() {}

        func work(on events: [SampleStory.Event], at instant: Instant) throws {
            let inbox = try InboxWriter(directory: folder.log)
            var converter = EventConverter()
            for event in events {
                guard case .success(let message) = converter.submission(Bytes(utf8: event.line(at: instant)), line: 1) else {
                    throw HostFailure("the story's message \(event.id) cannot be read", hint: "please report this")
                }
                try inbox.add(topic: message.topic, key: message.key, headers: message.headers, value: message.value)
            }
            try inbox.finish()
            _ = try StandaloneRun.run(.at(instant), folder, setup, WorkerList.makers, console)
        }

        mutating func news() throws -> [Message] {
            let log = try EmbeddedLogReader(directory: folder.log)
            defer { log.close() }
            var news: [Message] = []
            while true {
                let page = try log.next(&walk, recordsMax: 1000)
                if page.isEmpty { return news }
                news += page
            }
        }
    }

    /// What the demo tells of an answer.
    private struct Outcome {
        var id: String
        var status: String
        var recordNo: String?
        var recordId: String?
        var effectiveFrom: String?
        var reasons: [Reason]

        init(_ root: JSONValue) {
            id = root["submission"]?["id"]?.string ?? "?"
            status = root["status"]?.string ?? "?"
            recordNo = root["recordNo"]?.string
            recordId = root["recordId"]?.string
            effectiveFrom = root["effectiveFrom"]?.string
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
