import CreditModel
import StreamCore
import Testing

@testable import Sanction

/// Random histories of a few subjects: whatever happens in whatever order, no order goes out without what it takes, and none stays without.
@Suite struct SanctionHistoryTests {
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
        mutating func pick<Element>(_ list: [Element]) -> Element { list[roll(list.count)] }
    }

    /// What the ledger has said last.
    private struct Seen: Equatable {
        var state: RecordState
        var severity: Severity
        var isRestricted: Bool
        var bureau: String
        var isAlive: Bool { state == .effective || state == .held }
        var isClear: Bool { state == .effective && !isRestricted }
    }

    /// What a reader of the topics knows of a case, and what this test has sent about it.
    private struct Watched {
        var subjectId: String
        var cause: String
        var basis: String
        var proposer: String
        var measures: [String]
        var recordIds: [String]
        var noticeId: String
        var deliveredAt: Instant?
        var isObjected = false
        var isOver = false
    }

    private struct Standing {
        var caseId: String
        var measure: String
        var until: CivilDate
        var sequence: UInt64 = 0
        var action = SanctionDispatched.Action.impose
    }

    private static let subjects = ["s0a1", "s0b2"]
    private static let records = ["market-regulation/1", "market-regulation/2", "courts/3"]
    private static let officers = [
        "market-regulation/chen", "market-regulation/wang", "courts/gao", "courts/lin", "credit-office/zhao", "transport/li",
    ]
    private static let causes = ["fraud", "judgment-unperformed", "traffic"]
    private static let bases = [SanctionStory.law, "《河南省社会信用条例》第三十四条", "《某某办法》第一条", "依法"]

    private let policy: PolicyPack

    init() throws { policy = try SampleCity.policy() }

    @Test func keepsItsPromisesInEveryHistory() throws {
        // Histories in which nothing is ordered would prove nothing.
        var orders = 0
        for seed in 1...120 as ClosedRange<UInt64> { orders += try history(seed) }
        #expect(orders > 50)
    }

    /// Lives through one history, and says how many decisions imposed something. Every failure names the seed.
    private func history(_ seed: UInt64) throws -> Int {
        var dice = Dice(state: seed)
        var story = try SanctionStory(at: SanctionStory.noon("2026-03-02"))
        var seen: [String: Seen] = [:]
        var minors: Set<String> = []
        var cases: [String: Watched] = [:]
        var orders: [String: Standing] = [:]
        var dispatches: [SanctionDispatched] = []
        var imposedCount = 0

        func judge(_ told: SanctionStory.Told, answering id: String?, at now: Instant) {
            let answered =
                told.steps.compactMap { $0.submission?.id } + told.answers.map(\.submission.id)
            if let id {
                #expect(answered == (told.decision.wait == nil ? [id] : []), "seed \(seed): one answer")
            } else {
                #expect(answered.isEmpty, "seed \(seed)")
            }
            for step in told.steps {
                switch step.status {
                case .proposed where cases[step.caseId] == nil:
                    cases[step.caseId] = Watched(
                        subjectId: step.subjectId, cause: step.cause, basis: told.notices.first?.values["basis"]?.zh ?? "",
                        proposer: step.proposer, measures: step.measures, recordIds: step.recordIds, noticeId: step.noticeId ?? "")
                case .objected: cases[step.caseId]?.isObjected = true
                case .dismissed, .lifted: cases[step.caseId]?.isOver = true
                case .ordered where step.submission != nil:
                    guard let file = cases[step.caseId], let approver = step.decision?.officer else {
                        Issue.record("seed \(seed): an order of no case, or of nobody")
                        continue
                    }
                    imposedCount += 1
                    let bureau = String(approver.prefix { $0 != "/" })
                    let bureaus = Set(step.recordIds.map { String($0.prefix { $0 != "/" }) })
                    #expect(approver != file.proposer, "seed \(seed): two officers")
                    #expect(bureau == "credit-office" || bureaus.contains(bureau), "seed \(seed): the right to it")
                    #expect(!file.isObjected && !file.isOver, "seed \(seed): no open objection")
                    #expect(!minors.contains(file.subjectId), "seed \(seed): no minor")
                    guard let delivered = file.deliveredAt,
                        let end = try? policy.calendar.add(workingDays: 5, after: CivilDate(delivered)).end
                    else {
                        Issue.record("seed \(seed): no delivered notice")
                        continue
                    }
                    #expect(end <= now, "seed \(seed): both terms are over")
                    let grounds = step.recordIds.compactMap { seen["\(file.subjectId)/\($0)"] }
                    #expect(!grounds.isEmpty && grounds.allSatisfy { $0.isClear }, "seed \(seed): final and undisputed")
                    for measure in step.measures { expectCarried(measure, file, grounds, seed) }
                    #expect(step.until.map { $0 >= CivilDate(now) } == true)
                default: break
                }
                if step.status != .objected, step.answer != nil || step.status == .ordered { cases[step.caseId]?.isObjected = false }
            }
            for dispatch in told.dispatches {
                dispatches.append(dispatch)
                var order =
                    orders[dispatch.orderId] ?? Standing(caseId: dispatch.caseId, measure: dispatch.measure, until: dispatch.until)
                #expect(dispatch.sequence == order.sequence + 1, "seed \(seed): gapless")
                #expect((dispatch.action == .impose) == (order.sequence == 0), "seed \(seed)")
                #expect(order.action != .lift || order.sequence == 0, "seed \(seed): nothing comes after a lifting")
                order.sequence = dispatch.sequence
                order.action = dispatch.action
                orders[dispatch.orderId] = order
            }
            // What stands stands on something, now.
            for (_, order) in orders where order.action != .lift {
                guard let file = cases[order.caseId] else { continue }
                let alive = file.recordIds.compactMap { seen["\(file.subjectId)/\($0)"] }.filter(\.isAlive)
                expectCarried(order.measure, file, alive, seed)
                #expect(!minors.contains(file.subjectId), "seed \(seed): no minor")
                if order.action != .suspend { #expect(alive.allSatisfy { $0.isClear }, "seed \(seed): in doubt and not suspended") }
                #expect(order.until.end >= now, "seed \(seed): beyond its last day")
            }
        }

        func expectCarried(_ id: String, _ file: Watched, _ grounds: [Seen], _ seed: UInt64) {
            guard let measure = policy.measure(id) else {
                Issue.record("seed \(seed): no such measure")
                return
            }
            #expect(file.measures.contains(id) && (measure.causes?.contains(file.cause) ?? true), "seed \(seed): \(id)")
            #expect(grounds.contains { $0.severity > .minor && measure.severities.contains($0.severity) }, "seed \(seed): \(id)")
            if measure.needsLaw { #expect(file.basis.contains("采购法") || file.basis.contains("信用条例"), "seed \(seed): \(id)") }
            if measure.needsCourtDecision { #expect(grounds.contains { $0.bureau == "courts" }, "seed \(seed): \(id)") }
        }

        /// What has gone from a case does not come back to it.
        func drop(_ recordId: String, of subjectId: String, ifPending isCorrected: Bool) {
            for (id, file) in cases where file.subjectId == subjectId {
                let isImposed = orders.values.contains { $0.caseId == id }
                let isAlive = seen["\(subjectId)/\(recordId)"]?.isAlive ?? false
                if !isAlive || (isCorrected && !isImposed) { cases[id]?.recordIds.removeAll { $0 == recordId } }
            }
        }

        func ledger(_ recordId: String, _ state: RecordState, _ severity: Severity, _ isRestricted: Bool) throws {
            let key = "\(story.subjectId)/\(recordId)"
            let isCorrected = seen[key].map { $0.severity != severity } ?? false
            seen[key] = Seen(
                state: state, severity: severity, isRestricted: isRestricted, bureau: String(recordId.prefix { $0 != "/" }))
            drop(recordId, of: story.subjectId, ifPending: isCorrected)
            judge(
                try story.record(
                    recordId, state, severity: severity,
                    item: recordId.hasPrefix("courts") ? "judgment.unperformed" : "penalty.administrative",
                    decided: "2026-02-01", isRestricted: isRestricted), answering: nil, at: story.tester.now)
        }

        for _ in 0..<250 {
            story.subjectId = dice.pick(Self.subjects)
            story.kind = story.subjectId == "s0b2" ? .person : .organization
            let own = cases.filter { $0.value.subjectId == story.subjectId }.keys.sorted()
            let caseId = own.isEmpty ? "sanction/none" : dice.pick(Array(own.suffix(4)))
            switch dice.roll(24) {
            case 0:
                try ledger(
                    dice.pick(Self.records), dice.pick([.effective, .effective, .effective, .held, .repaired, .withdrawn, .expired]),
                    dice.pick([.serious, .serious, .general, .minor]), dice.roll(4) == 0)
            case 1, 2, 3:
                let records = dice.roll(3) == 0 ? [dice.pick(Self.records), dice.pick(Self.records)] : [dice.pick(Self.records)]
                for id in records where dice.roll(4) > 0 { try ledger(id, .effective, .serious, false) }
                let told = try story.propose(
                    policy.measures.ids.filter { _ in dice.roll(3) == 0 } + ["permit.no-commitment-procedure"],
                    cause: dice.pick(Self.causes), on: records, basis: dice.roll(3) == 0 ? dice.pick(Self.bases) : Self.bases[1],
                    by: dice.roll(6) == 0 ? dice.pick(Self.officers) : "\(records[0].prefix { $0 != "/" })/chen",
                    determination: "D-\(dice.roll(1000))", attempt: 1, isCaughtUp: dice.roll(10) > 0)
                judge(told, answering: story.lastId, at: story.tester.now)
            case 4, 5, 6, 7:
                guard let file = cases[caseId] else { continue }
                let status = dice.pick([NoticeProgressed.Status.delivered, .delivered, .sent, .failed, .undeliverable])
                if status == .delivered, cases[caseId]?.deliveredAt == nil { cases[caseId]?.deliveredAt = story.tester.now }
                judge(try story.notice(status, file.noticeId, caseId), answering: nil, at: story.tester.now)
            case 8:
                let told = try story.object(to: caseId, attempt: 1, isCaughtUp: true)
                judge(told, answering: story.lastId, at: story.tester.now)
            case 9, 10:
                let told = try story.answer(caseId, dice.roll(4) == 0 ? .upheld : .dismissed, by: dice.pick(Self.officers))
                judge(told, answering: story.lastId, at: story.tester.now)
            case 11, 12, 13, 14:
                let decision = dice.roll(4) > 0 ? SanctionDecided.Decision.confirm : dice.pick([.confirm, .dismiss, .revoke])
                let told = try story.decide(
                    caseId, decision, dice.roll(6) == 0 ? policy.measures.ids : cases[caseId]?.measures ?? ["land.excluded"],
                    until: CivilDate(story.tester.now).adding(days: dice.roll(60) - 3).description,
                    by: dice.roll(2) == 0 ? dice.pick(Self.officers) : "credit-office/zhao", attempt: 1,
                    isCaughtUp: true)
                judge(told, answering: story.lastId, at: story.tester.now)
            case 15, 16:
                guard !dispatches.isEmpty else { continue }
                let dispatch = dice.pick(dispatches)
                story.subjectId = dispatch.subjectId
                let status = dice.pick(
                    [DeliveryProgressed.Status.sent, .acknowledged, .acknowledged, .rejected, .overdue])
                judge(try story.delivery(status, of: dispatch), answering: nil, at: story.tester.now)
            default:
                if dice.roll(300) == 0, story.kind == .person {
                    minors.insert(story.subjectId)
                    judge(try story.profile(.minor), answering: nil, at: story.tester.now)
                } else {
                    let target = story.tester.now + .seconds(Int64(dice.roll(4) + 1) * 86_400 + Int64(dice.roll(86_400)))
                    while let due = story.tester.timers.first?.due, due <= target {
                        for told in try story.wait(until: due) { judge(told, answering: nil, at: story.tester.now) }
                    }
                    _ = try story.wait(until: target)
                }
            }
        }

        // In the end every record goes, and with it everything that stood on it.
        for subject in Self.subjects {
            story.subjectId = subject
            story.kind = subject == "s0b2" ? .person : .organization
            for id in Self.records { try ledger(id, .withdrawn, .serious, false) }
        }
        #expect(orders.values.allSatisfy { $0.action == .lift }, "seed \(seed): every order is lifted in the end")
        #expect(cases.values.allSatisfy { $0.isOver }, "seed \(seed): every case ends")
        for dispatch in dispatches where dispatch.action == .lift {
            story.subjectId = dispatch.subjectId
            judge(try story.delivery(.acknowledged, of: dispatch), answering: nil, at: story.tester.now)
        }
        for (_, payload) in story.tester.rows(SanctionRow.table) {
            #expect(try SanctionRow(payload).cases.isEmpty, "seed \(seed): and leaves its row")
        }
        #expect(story.tester.timers.isEmpty, "seed \(seed)")
        return imposedCount
    }
}
