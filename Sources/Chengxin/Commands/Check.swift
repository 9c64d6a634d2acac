import CreditChecker
import CreditModel
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin check`.
enum Check {
    static let settled = Option("settled", nil, "demands that nothing is left to be done: no input unread, no line waiting, no timer due")
    static let selfTest = Option("self-test", nil, "seeds every known corruption into a copy of the topics and says whether it is found")

    static let task = Program.Task(
        command: Command(
            "check", "verifies every invariant from the topics alone; exit 1 on findings",
            discussion: """
                Reads every topic from its first record to the end that it has now, and the offsets of the workers' groups: each submission
                has one outcome, versions have no gaps, transactions are whole, changelogs add up, no identity number lies behind identity. Of
                casework: who is disputed is restricted, what was wrong is put right, nobody is sanctioned without a notice, the terms and two
                officers, or on a record in doubt, agencies and lists have what was dispatched last, rewards end beside adverse records, notices
                arrive or are told to a person, nothing is listed that may not be, and no step is taken before its time. How often each was
                judged is printed beside it: a zero says that the topics have no case of the kind.
                Works beside running workers: what is under way is counted as open, and a finding at the edge counts when it is seen again.
                It knows no clock: its now is the newest tick that it reads. One line for each violation, with the places of its records.
                """,
            options: HostOptions.place + HostOptions.setting + [settled, selfTest, HostOptions.format],
            examples: [
                Example("chengxin check --data city", "says what was judged, what is open, and what does not hold."),
                Example("chengxin check --data city --settled", "demands in addition that everything has been done."),
                Example("chengxin check --data city --self-test", "tries the check itself on a copy in memory."),
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        guard let log = try Place(arguments).wholeReader(console) else {
            console.note("nothing has run there yet")
            return .good
        }
        defer { log.close() }
        // Where there is no pack, everything else is judged.
        let topics = TopicsUnderCheck(log, policy: (try? ClusterSetup(arguments))?.policy)
        if arguments.has(selfTest) { return try SelfTest(log: topics, console: console).run() }
        let findings = try topics.findings(mustBeSettled: arguments.has(settled)) { read in
            console.progress("\(read) records read")
        }
        console.endProgress()
        report(findings, console)
        return findings.violationCount == 0 ? .good : .findings
    }

    private static func report(_ findings: Findings, _ console: Console) {
        switch console.format {
        case .text: tell(findings, console)
        case .json:
            for violation in findings.violations {
                console.print {
                    $0.member("invariant", violation.invariant.rawValue)
                    $0.member("places", violation.places.map(\.description))
                    $0.member("expected", violation.expected)
                    $0.member("seen", violation.seen)
                }
            }
            console.print { write(findings, to: &$0) }
        }
    }

    private static func tell(_ findings: Findings, _ console: Console) {
        var topics = Columns("topic", "partitions", "committed", "aborted", "undecided", "gone")
        for topic in findings.topics where topic.committed + topic.aborted + topic.undecided > 0 || topic.gone > 0 {
            topics.add(
                topic.topic.name, String(topic.partitions), String(topic.committed), String(topic.aborted), String(topic.undecided),
                String(topic.gone))
        }
        if !topics.isEmpty { for line in topics.lines { console.print(line) } }
        console.print("")
        var invariants = Columns("invariant", "judged", "violations", "what holds")
        for invariant in Invariant.allCases where invariant != .open {
            invariants.add(
                invariant.rawValue, String(findings.judged[invariant] ?? 0),
                String(findings.violations.count { $0.invariant == invariant }), invariant.sentence)
        }
        for line in invariants.lines { console.print(line) }
        console.print("")
        console.print("now       \(findings.now?.description ?? "no tick was read")")
        if findings.openCount == 0 { console.print("open      nothing") }
        for (kind, count) in findings.open.sorted(by: { $0.key < $1.key }) { console.print("open      \(count) \(kind.rawValue)") }
        for line in findings.notSeen { console.print("not seen  \(Console.printable(line))") }
        for violation in findings.violations { console.print("violation \(Console.printable(violation.description))") }
        if findings.violationCount > findings.violations.count {
            console.print("violation (\(findings.violationCount - findings.violations.count) more)")
        }
        console.note(findings.violationCount == 0 ? "no violations" : "\(findings.violationCount) violations")
    }

    private static func write(_ findings: Findings, to writer: inout JSONWriter) {
        writer.member("summary", true)
        writer.member("violations", findings.violationCount)
        writer.member("now", ifPresent: findings.now?.description)
        writer.member(
            "judged",
            object: { writer in
                for invariant in Invariant.allCases where invariant != .open {
                    writer.name(text: invariant.rawValue)
                    writer.integer(Int64(findings.judged[invariant] ?? 0))
                }
            })
        writer.member(
            "open",
            object: { writer in
                for kind in Findings.Open.allCases {
                    writer.name(text: "\(kind)")
                    writer.integer(Int64(findings.open[kind] ?? 0))
                }
            })
        writer.member("notSeen", findings.notSeen)
        writer.member(
            "topics",
            array: { writer in
                for topic in findings.topics {
                    writer.object {
                        $0.member("topic", topic.topic.name)
                        $0.member("partitions", topic.partitions)
                        $0.member("committed", topic.committed)
                        $0.member("aborted", topic.aborted)
                        $0.member("undecided", topic.undecided)
                        $0.member("gone", topic.gone)
                    }
                }
            })
    }
}
