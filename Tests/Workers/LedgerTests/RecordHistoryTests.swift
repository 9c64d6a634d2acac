import CreditModel
import StreamCore
import Testing

@testable import Ledger

/// Random histories of a few records: whatever happens in whatever order, the promises of the ledger hold.
@Suite struct RecordHistoryTests {
    /// SplitMix64: the same seed, the same history.
    private struct Dice {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
        mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }
    }

    /// What a reader of the topics sees of one record.
    private struct Seen {
        var versions: [RecordChanged] = []
        var newest: Bytes?
    }

    /// Which states may follow one another.
    private static let steps: [RecordState: Set<RecordState>] = [
        .held: [.held, .effective, .repaired, .withdrawn, .expired, .archived],
        .effective: [.effective, .held, .repaired, .withdrawn, .expired, .archived],
        .repaired: [.repaired, .withdrawn, .archived],
        .expired: [.expired, .withdrawn, .archived],
        .withdrawn: [.withdrawn, .archived],
        .archived: [.archived],
    ]

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func keepsItsPromisesInEveryHistory(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var story = LedgerStory()
        var seen: [String: Seen] = [:]
        var causes: Set<String> = []
        var submissions = 0
        var answers = 0

        func look(_ told: LedgerStory.Told, isSubmission: Bool) throws {
            answers += told.answers.count
            #expect(told.answers.count == (isSubmission ? 1 : 0), "seed \(seed)")
            #expect(told.versions.count <= 1, "seed \(seed): a cause makes at most one version")
            for (version, value) in zip(told.versions, told.values) {
                var record = seen[version.recordId] ?? Seen()
                #expect(version.version == UInt64(record.versions.count + 1), "seed \(seed): gapless")
                #expect(version.previousHash == record.newest.map { ValueHash(of: $0).description }, "seed \(seed): linked")
                #expect(causes.insert(version.cause.origin).inserted, "seed \(seed): one cause each")
                #expect(value.text.contains(#""restricted":\#(version.isRestricted)"#))
                #expect(version.isRestricted == !version.annotations.isEmpty)
                #expect((version.publicUntil != nil) == (version.state == .effective), "seed \(seed): only what has effect is public")
                if let before = record.versions.last {
                    #expect(Self.steps[before.state]!.contains(version.state), "seed \(seed): \(before.state) to \(version.state)")
                }
                record.versions.append(version)
                record.newest = value
                seen[version.recordId] = record
            }
            for answer in told.answers {
                let versions = seen[answer.recordId ?? ""]?.versions ?? []
                switch answer.status {
                case .held: #expect(versions.last?.state == .held && !answer.reasons.isEmpty, "seed \(seed)")
                case .accepted: #expect(versions.last?.version == answer.version && versions.last?.state != .held, "seed \(seed)")
                case .withdrawn: #expect(versions.last?.state == .withdrawn, "seed \(seed)")
                default: #expect(told.versions.isEmpty && !answer.reasons.isEmpty, "seed \(seed)")
                }
            }
            let rows = story.tester.rows(RecordRow.table)
            for (_, payload) in rows {
                let row = try RecordRow(payload)
                let newest = try #require(seen["transport/\(row.recordNo)"])
                #expect(row.newestHash == ValueHash(of: newest.newest!), "seed \(seed)")
                #expect(UInt64(newest.versions.count) == row.machine.version)
            }
            let due = try Set(rows.compactMap { try RecordRow($0.payload).machine.due })
            #expect(Set(story.tester.timers.map(\.due)) == due, "seed \(seed): a timer for each instant and none beside")
            #expect(story.tester.timers.count == rows.count { (try? RecordRow($0.payload))?.machine.due != nil }, "seed \(seed)")
        }

        for _ in 0..<40 {
            let recordNo = ["7", "8"][dice.roll(2)]
            let now = CivilDate(story.tester.now)
            switch dice.roll(10) {
            case 0, 1, 2:
                let finality: Finality =
                    switch dice.roll(3) {
                    case 0: .reached
                    case 1:
                        Finality(from: now.adding(days: dice.roll(90) - 5).end, reasons: [Reason(.finalityAppealable, at: "/decision")])
                    default: Finality(from: nil, reasons: [Reason(.finalityUnderReview, at: "/decision")])
                    }
                let content = LedgerStory.content(
                    decided: now.adding(days: -dice.roll(60)).description,
                    until: dice.roll(2) == 0 ? now.adding(days: dice.roll(200) - 5).description : nil)
                submissions += 1
                try look(
                    story.submit(recordNo, revision: UInt64(1 + dice.roll(6)), content: content, finality: finality), isSubmission: true)
            case 3:
                submissions += 1
                try look(story.withdraw(recordNo), isSubmission: true)
            case 4, 5, 6, 7:
                let rulings: [RecordRuling.Ruling] = [
                    .annotate, .annotate, .clear, .clear, .state("说明"), .correct(Bytes(utf8: #"{"conduct":{"facts":"更正"}}"#)), .repair,
                    .withdraw, .seal,
                ]
                let told = try story.rule(
                    rulings[dice.roll(dice.roll(4) == 0 ? 9 : 6)], by: "dispute/\(dice.roll(3))", recordNo)
                if told.decision.wait == nil { try look(told, isSubmission: false) }
            default:
                for told in try story.wait(until: story.tester.now + .milliseconds(Int64(dice.roll(40)) * 86_400_000)) {
                    // In between, timers that fired later in this wait are not seen yet: rows are compared at the end.
                    for version in told.versions where version.version != UInt64((seen[version.recordId]?.versions.count ?? 0) + 1) {
                        Issue.record("seed \(seed): a gap")
                    }
                    var record = seen[told.versions[0].recordId] ?? Seen()
                    #expect(causes.insert(told.versions[0].cause.origin).inserted)
                    #expect(told.versions[0].previousHash == record.newest.map { ValueHash(of: $0).description })
                    #expect(Self.steps[record.versions.last!.state]!.contains(told.versions[0].state))
                    record.versions.append(told.versions[0])
                    record.newest = told.values[0]
                    seen[told.versions[0].recordId] = record
                }
            }
        }
        #expect(answers == submissions)
    }
}
