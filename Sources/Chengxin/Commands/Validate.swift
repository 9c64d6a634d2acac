import CreditModel
import Intake
import StreamCore
import WorkerHost

/// `chengxin validate FILE…`.
enum Validate {
    static let task = Program.Task(
        command: Command(
            "validate", "says what intake would answer, offline and by intake's own code",
            discussion: """
                Takes the same files as submit and sends nothing. Every finding has its line, code, place in the message, reason and what to
                do. What intake knows of earlier messages (duplicates, revisions) is not looked at. Exit 1 on findings.
                """,
            operands: [Operand("FILE", "JSON lines, a JSON array or CSV; - is standard input", count: .oneOrMore)],
            options: HostOptions.setting + [Options.bureau, HostOptions.at, HostOptions.format],
            examples: [
                Example("chengxin validate events.jsonl", "checks CloudEvents."),
                Example("chengxin validate 行政处罚.csv --bureau market-regulation", "checks the rows of a bureau's file."),
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let setup = try ClusterSetup(arguments)
        let bureau = try Submit.bureau(arguments)
        var now = WallClock.now
        if let text = arguments[HostOptions.at] {
            guard let instant = Instant(rfc3339: text) else {
                throw UsageError("--at cannot be \(text)", hint: "an instant with its offset, as 2026-05-06T09:00+08:00")
            }
            now = instant
        }
        // Judging needs no secrets: no id that is derived here leaves the process.
        let intake = Intake(
            policy: setup.policy, keys: ClusterKeys(master: [UInt8](repeating: 0, count: ClusterKeys.masterLength)),
            partitionCount: setup.partitionCount)
        var count = Count()
        for path in arguments.operands {
            do {
                var file = try SubmissionFile(path: path, bureau: bureau, at: now)
                while let next = try file.next() {
                    switch next {
                    case .failure(let failure):
                        count.unreadable += 1
                        tell(file.name, failure, console)
                    case .success(let message): judge(message, file.name, intake, now, &count, console)
                    }
                    if count.all % 1000 == 0 { console.progress(Submit.progress(file.source, count.all)) }
                }
            } catch let failure as FileFailure {
                count.unreadable += 1
                console.note("\(failure)")
            }
        }
        console.endProgress()
        if console.format == .text {
            console.print(
                "\(count.accepted) in order, \(count.held) would be held, \(count.refused) would be refused, \(count.unreadable) unreadable"
            )
        }
        return count.refused + count.unreadable > 0 ? .findings : .good
    }

    private struct Count {
        var accepted = 0
        var held = 0
        var refused = 0
        var unreadable = 0
        var all: Int { accepted + held + refused + unreadable }
    }

    private static func judge(
        _ submission: Submission, _ file: String, _ intake: Intake, _ now: Instant, _ count: inout Count, _ console: Console
    ) {
        let message = Message(
            topic: submission.topic, partition: 0, offset: 0, timestamp: now, key: submission.key, value: submission.value,
            headers: submission.headers)
        let status: String
        var reasons: [Reason] = []
        do {
            let judgement = try intake.judge(message, at: now)
            status = judgement.status.rawValue
            reasons = judgement.reasons
            switch judgement.status {
            case .rejected: count.refused += 1
            case .held: count.held += 1
            default: count.accepted += 1
            }
        } catch {
            count.refused += 1
            status = "DEAD_LETTER"
            reasons = []
            if console.format == .text {
                console.print("\(file):\(submission.line): \(error.code) \(error.path): \(error.hint)")
            }
        }
        switch console.format {
        case .text:
            for reason in reasons {
                console.print(Console.printable(Validate.line(reason, "\(file):\(submission.line)")))
            }
        case .json:
            console.print { writer in
                writer.member("file", file)
                writer.member("line", submission.line)
                writer.member("id", submission.id)
                writer.member("status", status)
                writer.member("reasons", array: { writer in for reason in reasons { reason.write(to: &writer) } })
            }
        }
    }

    private static func line(_ reason: Reason, _ place: String) -> String {
        "\(place): \(reason.code.rawValue) \(reason.path)  \(reason.code.message.zh) \(reason.code.message.en)"
            + (reason.hint.isEmpty ? "" : "; \(reason.hint)")
    }

    private static func tell(_ file: String, _ failure: UnreadableLine, _ console: Console) {
        switch console.format {
        case .text:
            console.print("\(file):\(failure.line): unreadable: \(failure.reason)\(failure.hint.isEmpty ? "" : "; \(failure.hint)")")
        case .json:
            console.print {
                $0.member("file", file)
                $0.member("line", failure.line)
                $0.member("status", "UNREADABLE")
                $0.member("reason", failure.reason)
                $0.member("hint", failure.hint)
            }
        }
    }
}
