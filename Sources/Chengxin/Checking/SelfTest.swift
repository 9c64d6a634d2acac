import CreditChecker
import WorkerHost

/// `chengxin check --self-test`: every known corruption, one at a time, in a copy of the topics.
struct SelfTest {
    let log: TopicsUnderCheck
    let console: Console

    /// A copy of so many records fits in memory, and is checked some fifty times.
    private static let recordsMax = 500_000

    func run() throws -> ExitCode {
        let history = try log.history()
        guard history.recordCount <= SelfTest.recordsMax else {
            throw ProcessFailure(
                .usage, "a self-test takes at most \(SelfTest.recordsMax) records, here are \(history.recordCount)",
                hint: "try it on a small folder, as that of `chengxin standalone --demo`")
        }
        let clean = history.check()
        guard clean.violationCount == 0 else {
            for violation in clean.violations.prefix(20) { console.print("violation \(violation)") }
            console.note("the topics have \(clean.violationCount) violations of their own: a self-test begins with clean ones")
            return .findings
        }
        var columns = Columns("corruption", "expected", "found by", "")
        var missed = 0
        var found = 0
        for corruption in Corruption.all {
            console.progress(corruption.name)
            let (names, verdict): ([String], String)
            switch corruption.tryOn(history) {
            case .found(let invariants):
                found += 1
                (names, verdict) = (invariants.sorted().map(\.rawValue), "found")
            case .missed(let invariants):
                missed += 1
                (names, verdict) = (invariants.sorted().map(\.rawValue), "MISSED")
            case .notThere: (names, verdict) = ([], "nothing of the kind here")
            }
            switch console.format {
            case .text: columns.add(corruption.name, corruption.expected.rawValue, names.joined(separator: " "), verdict)
            case .json:
                console.print {
                    $0.member("corruption", corruption.name)
                    $0.member("expected", corruption.expected.rawValue)
                    $0.member("foundBy", names)
                    $0.member("verdict", verdict)
                }
            }
        }
        console.endProgress()
        if console.format == .text { for line in columns.lines { console.print(line) } }
        console.note("\(found) found, \(missed) missed, \(Corruption.all.count - found - missed) not tried")
        return missed == 0 ? .good : .findings
    }
}
