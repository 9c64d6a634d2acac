import CreditChecker
import CreditModel
import StreamCore
import Testing

/// What `chengxin check` says of the casework: nothing where the workers withstood what was tried, and each corruption of what they wrote.
@Suite struct CheckedCaseworkTests {
    /// Played once each. What corruptions are seeded into is clean.
    private static let histories = Result {
        try (Attempt.all.map(\.play) + whole).map { play in
            let city = try MemoryCity()
            _ = try play(city)
            return city.history
        }
    }

    @Test func findsNothingInWhatTheWorkersWrote() throws {
        var judged: [Invariant: Int] = [:]
        for (number, history) in try Self.histories.get().enumerated() {
            let findings = history.check()
            let name = number < Attempt.all.count ? Attempt.all[number].name : "story \(number - Attempt.all.count)"
            #expect(findings.violations.isEmpty, "\(name): \(findings.violations)")
            judged.merge(findings.judged, uniquingKeysWith: +)
        }
        // On this log markers take no offsets, and nothing is aborted.
        for invariant in Invariant.allCases where ![.g1, .g6, .open].contains(invariant) {
            #expect(judged[invariant, default: 0] > 0, "\(invariant) was not looked at")
        }
    }

    @Test(arguments: Corruption.casework.map(\.name))
    func findsTheCorruption(name: String) throws {
        let corruption = try #require(Corruption.casework.first { $0.name == name })
        var isThere = false
        for history in try Self.histories.get() {
            switch corruption.tryOn(history) {
            case .found: isThere = true
            case .missed(let others): Issue.record("\(corruption.expected.rawValue) does not find it; \(others.map(\.rawValue)) do")
            case .notThere: break
            }
        }
        #expect(isThere, "no history has anything of the kind")
    }

    // MARK: Cases that go their whole way

    private static let whole: [@Sendable (MemoryCity) throws -> String] = [
        // An order is suspended by a dispute that is still open.
        { city in
            _ = try city.ordered()
            try city.at("2026-05-14 09:00", ["i": .dispute("market-regulation/F-1")])
            return city.orders()
        },
        // The same, dismissed; the order is resumed, and lifted when the bureau takes its decision back.
        { city in
            _ = try city.ordered()
            try city.at("2026-05-14 09:00", ["i": .dispute("market-regulation/F-1")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            let (dispute, subject) = (step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "")
            try city.at("2026-05-15 09:00", ["f": .finding("CONFIRMED", on: dispute, subject, by: "market-regulation/wang")])
            try city.at("2026-05-18 09:00", ["w": .withdrawal("F-1")])
            return city.orders()
        },
        // A repair is granted and executed, and lifts the order that rested on its record; the agency says so.
        { city in
            _ = try city.ordered()
            try city.at(
                "2027-05-06 10:00",
                ["a": .repair("market-regulation/F-1", #""kind":"PERFORMANCE",\#(Attempt.commitment),\#(Attempt.evidence)"#)])
            let step = city.values("repair.outcomes.v1").last ?? [:]
            try city.at("2027-05-07 09:00", ["g": .reviewed("GRANTED", on: step, by: "market-regulation/wang")])
            let order = city.values("sanction.orders.v1").last ?? [:]
            try city.at("2027-05-07 10:00", ["l": .acknowledgement(of: order, "LIFTED", from: "/agencies/procurement")])
            return city.orders()
        },
        // A reward ends when an adverse record takes effect.
        { city in
            try city.at("2026-05-06 09:00", ["n": .nomination()])
            let step = city.values("reward.outcomes.v1").last ?? [:]
            try city.at("2026-05-13 09:00", ["g": .grant(on: step, by: "credit-office/wang")])
            try city.at("2026-05-14 09:00", ["r": .record("F-1", of: Who.person)])
            return city.steps("reward.outcomes.v1")
        },
        // A dispute is found right by the bureau, and the record withdrawn under a standing order.
        { city in
            _ = try city.ordered()
            try city.at("2026-05-14 09:00", ["i": .dispute("market-regulation/F-1", ground: "NOT_MINE")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            try city.at(
                "2026-05-15 09:00",
                [
                    "f": .finding(
                        "WRONG", on: step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "", by: "market-regulation/wang")
                ])
            return city.orders()
        },
    ]
}
