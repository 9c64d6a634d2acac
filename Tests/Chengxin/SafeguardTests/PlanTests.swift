import CreditModel
import Foundation
import Testing
import WorkerHost

/// Rows of the plan that only the whole cluster shows.
@Suite struct PlanTests {
    private static let policy = Result {
        try ConfigurationLoader.load(directory: MemoryCity.root.appendingPathComponent("Config").path).policy
    }

    // plan: 3a
    @Test func keepsRecordsOfAllKeyFields() throws {
        let fields = try Self.policy.get().fields.map(\.id)
        #expect(fields.count == 16)
        #expect(try kept("field", fields) { .record($0, field: $1) } == fields.sorted())
    }

    // plan: 3b
    @Test func keepsRecordsOfAllOccupations() throws {
        let occupations = try Self.policy.get().occupations.map(\.id)
        #expect(occupations.count == 14)
        #expect(try kept("occupation", occupations) { .record($0, of: Who.person, occupation: $1) } == occupations.sorted())
    }

    /// The codes that stand in the ledger when a record was sent for each.
    private func kept(_ member: String, _ codes: [String], _ record: (String, String) -> Sent) throws -> [String] {
        let city = try MemoryCity()
        for (index, code) in codes.enumerated() { try city.at("2026-05-06 09:00", ["\(code)": record("F-\(index)", code)]) }
        return city.values("record.ledger.v1").compactMap { $0[member] as? String }.sorted()
    }

    // plan: 18a
    @Test func volunteersRegisterByRealNameAndServeInTeams() throws {
        let city = try MemoryCity()
        try city.at("2026-05-06 09:00", ["n": .registration(of: Who.person, "basic-information")])
        try city.at("2026-05-06 10:00", ["r": .service(of: Who.person)])
        #expect(city.answer("n") == "ACCEPTED" && city.answer("r") == "ACCEPTED")
        let profile = try #require(city.values("subject.profiles.v1").last)
        let registrations = profile["registrations"] as? [MemoryCity.Object]
        #expect(registrations?.first?["domain"] as? String == "basic-information")
        let record = try #require(city.values("record.ledger.v1").first)
        #expect(record["subjectId"] as? String == profile["subjectId"] as? String, "the service is that of who has registered")
        #expect((record["attributes"] as? MemoryCity.Object)?["organization"] as? String == "样例志愿服务队")
        #expect(!city.isToldAnywhere(Who.personNumber) && !city.isToldAnywhere(Who.personName))
    }

    // plan: 16a
    @Test func takesNothingAboutRelativesAndNothingAgainstAWish() throws {
        let city = try MemoryCity()
        try city.at(
            "2026-05-06 09:00",
            [
                "r": .record("F-1", of: Who.person, attributes: #"{"spouse":"x"}"#),
                "n": .nomination(consent: false), "m": .nomination(),
            ])
        #expect(city.answer("r") == "REJECTED prohibited.field" && city.answer("n") == "REJECTED schema.missing")
        try city.at("2026-05-07 09:00", ["d": .declined(city.values("reward.outcomes.v1").last ?? [:])])
        #expect(city.answer("d") == "ENDED reward.declined")
        #expect(city.values("record.ledger.v1").isEmpty && city.values("reward.grants.v1").isEmpty)
    }

    // plan: 0a
    @Test func everythingThatWorkersSayNamesThePolicyItRestsOn() throws {
        let city = try MemoryCity()
        _ = try city.ordered()
        let version = try Self.policy.get().version
        #expect(!version.isEmpty && city.policies == [version])
    }
}
