import CreditModel
import Foundation
import Testing
import WorkerHost

@Suite struct ConfigurationLoaderTests {
    /// A copy of the sample city's files that a test may change.
    final class Place {
        let directory: String

        init() throws {
            directory = NSTemporaryDirectory() + "/configuration-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: Repository.path("Config")) where name != "samples" {
                try FileManager.default.copyItem(atPath: Repository.path("Config/" + name), toPath: directory + "/" + name)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        func change(_ file: String, _ old: String, _ new: String) throws {
            let path = directory + "/" + file
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try #require(text.contains(old))
            try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        }

        func write(_ file: String, _ text: String) throws {
            try text.write(toFile: directory + "/" + file, atomically: true, encoding: .utf8)
        }

        func problems(
            profile: String = "development", environment: [String: String] = [:], overrides: [String: String] = [:]
        ) -> [String] {
            do {
                _ = try ConfigurationLoader.read(
                    directory: directory, profile: profile, environment: environment, overrides: overrides)
                return []
            } catch {
                return error.problems.map { $0.description.replacingOccurrences(of: directory + "/", with: "") }
            }
        }
    }

    @Test func letsFlagsWinOverTheEnvironmentAndThatOverFiles() throws {
        let place = try Place()
        func batch(_ environment: [String: String], _ overrides: [String: String]) throws -> Int {
            try ConfigurationLoader.load(directory: place.directory, environment: environment, overrides: overrides)
                .settings.worker("intake").batchMessagesMax
        }
        let variable = ["CHENGXIN_WORKERS_INTAKE_BATCH_MESSAGES_MAX": "20"]
        try place.change("workers/intake.yaml", "batchMessagesMax: 2000", "")
        #expect(try batch([:], [:]) == 2000)
        try place.change("workers/intake.yaml", "batchBytesMax", "batchMessagesMax: 10\nbatchBytesMax")
        #expect(try batch([:], [:]) == 10)
        #expect(try batch(variable, [:]) == 20)
        #expect(try batch(variable, ["workers.intake.batchMessagesMax": "30"]) == 30)
    }

    @Test func laysTheProfileOverTheFiles() throws {
        let place = try Place()
        try place.write("profiles/strict.yaml", "limits:\n  parkedQueueMax: 7\nmeasures:\n  land.excluded: ~\n")
        let pack = try ConfigurationLoader.load(directory: place.directory, profile: "strict").policy
        #expect(pack.limits.parkedQueueMax == 7)
        #expect(pack.limits.textCharactersMax == 8000)
        #expect(pack.limits.suspectedYuanFrom == 10_000)
        #expect(pack.measure("land.excluded") == nil)
        #expect(!pack.takesUnsigned)
    }

    @Test func namesAnUnknownKeyWithItsPlaceAndWhatWasMeant() throws {
        let place = try Place()
        try place.change("limits.yaml", "parkedQueueMax", "parkedQueMax")
        #expect(
            place.problems() == [
                "limits.yaml:1:1: limits.parkedQueueMax: a whole number is missing; set this key",
                "limits.yaml:12:3: limits.parkedQueMax: unknown key; did you mean parkedQueueMax?",
            ])
    }

    @Test(arguments: [
        (
            "limits.yaml", "textCharactersMax: 8000", "textCharactersMax: many",
            "limits.yaml:6:22: limits.textCharactersMax: expected a whole number, found a plain value"
        ),
        (
            "limits.yaml", "textCharactersMax: 8000", "textCharactersMax: 5",
            "limits.yaml:6:22: limits.textCharactersMax: 5 is out of range; from 100 to 1000000"
        ),
        (
            "limits.yaml", "suspectedYuanFrom: 10000", "suspectedYuanFrom: 0",
            "limits.yaml:14:22: limits.suspectedYuanFrom: 0 is out of range; from 1 to 1000000000"
        ),
        (
            "limits.yaml", "parkedTerm: 1 minutes", "parkedTerm: 1 WD",
            "limits.yaml:9:15: limits.parkedTerm: the length of this term depends on a calendar; give days, hours, minutes or seconds"
        ),
        (
            "rules.yaml", "appealTerm: 60 days", "appealTerm: sixty",
            "rules.yaml:4:15: finality.appealTerm: \"sixty\" is no term; a number and a unit: WD, days, months, years, hours, minutes, seconds, "
                + "milliseconds"
        ),
        (
            "rules.yaml", "appealTerm: 60 days", "appealTerm: 60 WD",
            "rules.yaml:4:15: finality.appealTerm: a term in working days cannot stand here; give days, months or years"
        ),
        (
            "catalogue.yaml", "nature: neutral", "nature: neutrl",
            "catalogue.yaml:31:13: items.permit.administrative.nature: \"neutrl\" is none of the known words; did you mean neutral?"
        ),
        (
            "catalogue.yaml", "senders: [courts]", "senders: [court]",
            "catalogue.yaml:70:14: items.judgment.unperformed.senders: there is no bureau court; did you mean courts?"
        ),
        (
            "repair.yaml", "decidesAfterSilence: [credit-office]", "decidesAfterSilence: [credit-ofice]",
            "repair.yaml:93:24: repair.decidesAfterSilence: there is no bureau credit-ofice; did you mean credit-office?"
        ),
        (
            "repair.yaml", "needs: [commitment, evidence, minimum-period]",
            "whenSilent: GRANT\n      needs: [commitment, evidence, minimum-period]",
            "repair.yaml:73:19: repair.applications.PERFORMANCE.whenSilent: a performance is never granted unseen; use WAIT"
        ),
        (
            "measures.yaml", "agency: land-auction", "agency: land-auctoin",
            "measures.yaml:32:13: measures.land.excluded.agency: there is no agency land-auctoin; did you mean land-auction?"
        ),
        (
            "measures.yaml", "causes: [food-and-drug-safety, fraud, judgment-unperformed]", "causes: [fraud, food-safety]",
            "measures.yaml:24:13: measures.procurement.excluded.causes: there is no cause food-safety; known are: food-and-drug-safety, "
                + "life-and-health, market-order, social-order, fraud, telecom-fraud, online-fraud, illegal-fundraising, debt-evasion, tax, "
                + "traffic, judgment-unperformed, defence-duty"
        ),
        (
            "notices.yaml", "您的信用记录（{record}）的延期", "您的信用记录（{recrd}）的延期",
            "notices.yaml:13:11: notices.templates.repair.extension-over.zh: there is no value {recrd} for repair.extension-over; "
                + "did you mean record?"
        ),
        (
            "notices.yaml", "您的信用记录（{record}）的延期", "您的信用记录的延期",
            "notices.yaml:13:11: notices.templates.repair.extension-over.zh: the value {record} stands nowhere; "
                + "whoever reads the notice has to be told it"
        ),
        (
            "notices.yaml", "您的信用记录（{record}）的延期", "您的信用记录（record}）的延期",
            "notices.yaml:13:11: notices.templates.repair.extension-over.zh: a closing brace has no opening one; "
                + "write values as {name}, and no other braces"
        ),
        (
            "notices.yaml", "    sanction.lifted:", "    sanction.lifting:",
            "notices.yaml:7:5: notices.templates: there is no text for sanction.lifted; add it in zh and en, with its source"
        ),
        (
            "agencies.yaml", "metro: {zh: 地铁集团, en: Metro}", "metro: {zh: 地铁集团, en: Metro, sealTo: {m1: {publicKey: AQID}}}",
            "agencies.yaml:11:57: agencies.metro.sealTo.m1.publicKey: a public key of X25519 has 3 bytes; it has 32"
        ),
        (
            "publicity.yaml", "  tax.a-grade:", "  tax.b-grade:",
            "publicity.yaml:98:3: publicity.tax.b-grade: publicity of an item that is not in the catalogue; did you mean tax.a-grade?"
        ),
        (
            "publicity.yaml", "mode: released", "mode: ordered",
            "publicity.yaml:45:13: publicity.penalty.administrative.persons-serious.mode: a person's record cannot be published without a release; "
                + "use released or consent"
        ),
        (
            "calendar.yaml", "worked: [2026-01-04,", "worked: [2026-01-05,",
            "calendar.yaml:10:3: calendar.2026: 2026-01-05 is no Saturday or Sunday and needs no entry as a working day; check the date"
        ),
        (
            "calendar.yaml", "2026-02-15..2026-02-23", "2026-02-23..2026-02-15",
            "calendar.yaml:11:35: calendar.2026.off: \"2026-02-23..2026-02-15\" ends before it begins, or is longer than a year"
        ),
        (
            "codes.yaml", "fields:", "domains:",
            "codes.yaml:36:1: the key \"domains\" stands here a second time; the first is at codes.yaml:2:1; keep one"
        ),
        ("city.yaml", "city:", "limits:", "limits.yaml:1:1: limits: this key stands in two files; the first is at city.yaml:4:1; keep one"),
    ])
    func namesThePlaceOfWhatIsWrong(_ file: String, _ old: String, _ new: String, _ problem: String) throws {
        let place = try Place()
        try place.change(file, old, new)
        #expect(place.problems().first == problem)
    }

    @Test func tellsEverythingThatIsWrongAtOnce() throws {
        let place = try Place()
        try place.change("limits.yaml", "textCharactersMax: 8000", "textCharactersMax: many")
        try place.change("rules.yaml", "adultAge: 18", "adultAge: eighteen")
        try place.change("clocks.yaml", "  dispute.inquiry:", "  dispute.enquiry:")
        let problems = place.problems()
        #expect(problems.count == 4)
        #expect(problems.contains { $0.contains("the clock dispute.inquiry is missing") })
        #expect(problems.contains { $0.contains("dispute.enquiry") && $0.contains("did you mean dispute.inquiry?") })
    }

    @Test func refusesWhatOnlyDevelopmentMayDo() throws {
        let place = try Place()
        #expect(place.problems(profile: "production") == [])
        #expect(
            place.problems(profile: "production", environment: ["CHENGXIN_UNSIGNED_SOURCES_ALLOWED": "true"]) == [
                "environment CHENGXIN_UNSIGNED_SOURCES_ALLOWED: unsignedSourcesAllowed: only the profile development may say true here; set it to false"
            ])
        #expect(place.problems(profile: "production", overrides: ["fixedTimeAllowed": "true"]).count == 1)
    }

    // plan: S2
    @Test func refusesAProhibitedAttribute() throws {
        let place = try Place()
        try place.change("catalogue.yaml", "fine: {zh: 罚款金额（元）", "bloodType: {zh: 罚款金额（元）")
        #expect(place.problems().first?.contains("this attribute is prohibited (blood-type)") == true)
    }

    @Test func namesVariablesAndFlagsThatSetNothing() throws {
        let place = try Place()
        #expect(
            place.problems(environment: ["CHENGXIN_LIMITS_PARKED_QUEUEMAX": "1", "CHENGXIN_PROFILE": "x", "PATH": "/bin"]) == [
                "environment: CHENGXIN_LIMITS_PARKED_QUEUEMAX: this variable sets nothing; did you mean CHENGXIN_LIMITS_PARKED_QUEUE_MAX?"
            ])
        #expect(
            place.problems(overrides: ["limit.parkedQueueMax": "1"]) == [
                "--set: limit.parkedQueueMax: there is no such key; did you mean limits.parkedQueueMax?"
            ])
        #expect(
            place.problems(overrides: ["limits.parkedQueueMax": "x"]) == [
                "--set limits.parkedQueueMax: limits.parkedQueueMax: expected a whole number, found a plain value"
            ])
    }

    @Test func saysWhichProfilesThereAre() throws {
        let place = try Place()
        #expect(place.problems(profile: "city") == ["profiles: there is no profile city; the profiles are: development, production"])
        #expect(place.problems(profile: "productoin") == ["profiles: there is no profile productoin; did you mean production?"])
    }

    @Test func saysWhereItLookedForConfig() {
        do {
            _ = try ConfigurationLoader.load(directory: "/nowhere/Config")
            Issue.record("there is no such directory")
        } catch {
            #expect(
                error.description
                    == "/nowhere/Config: the configuration directory cannot be read; run in the folder that holds Config/, or name it with "
                    + "--config DIR")
        }
    }

    @Test func takesKeysThatSign() throws {
        let place = try Place()
        let key = "{suite: ed25519, source: /bureaus/housing, publicKey: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, validTo: 2026-06-30}"
        try place.change("keys.yaml", "signatureKeys: {}", "signatureKeys:\n  housing-1: \(key)")
        let configuration = try ConfigurationLoader.read(directory: place.directory)
        let signatureKey = try #require(configuration.policy.signatureKey("housing-1"))
        #expect(signatureKey.source == "/bureaus/housing" && signatureKey.suite == .ed25519)
        #expect(signatureKey.isValid(on: try #require(CivilDate(iso: "2026-06-30"))))
        #expect(!signatureKey.isValid(on: try #require(CivilDate(iso: "2026-07-01"))))
        #expect(configuration.findings(on: try #require(CivilDate(iso: "2026-07-01"))).contains { $0.key == "signatureKeys.housing-1" })
        try place.change("keys.yaml", "/bureaus/housing,", "/bureaus/house,")
        #expect(place.problems().first?.contains("no sender of the pack is /bureaus/house") == true)
        try place.change("keys.yaml", "11qYAYKxCrfVS", "11qYAYKx")
        #expect(place.problems().first?.contains("signatureKeys.housing-1.publicKey") == true)
    }

    @Test func changesTheVersionWithThePolicyOnly() throws {
        let place = try Place()
        func version() throws -> String { try ConfigurationLoader.load(directory: place.directory).policy.version }
        let first = try version()
        #expect(first.hasPrefix("2026.1+") && first.count == 15)
        try place.change("workers/intake.yaml", "batchMessagesMax: 2000", "batchMessagesMax: 10")
        #expect(try version() == first)
        try place.change("rules.yaml", "appealTerm: 60 days", "appealTerm: 61 days")
        #expect(try version() != first)
    }

    @Test func findsRecipientsForWhomEverythingWaits() throws {
        let day = try #require(CivilDate(iso: "2025-05-06"))
        let production = try ConfigurationLoader.read(directory: Repository.path("Config"), profile: "production")
        let found = production.findings(on: day)
        #expect(
            found.count == 9 && found.contains { $0.key == "agencies.permits.sealTo" } && found.contains { $0.key == "gateways.sms.sealTo" }
        )
        let place = try Place()
        let key = "{m2: {publicKey: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=, from: 2025-05-06}}"
        try place.change("agencies.yaml", "  metro: {zh: 地铁集团, en: Metro}", "  metro: {zh: 地铁集团, en: Metro, sealTo: \(key)}")
        let registered = try ConfigurationLoader.read(directory: place.directory, profile: "production")
        #expect(
            registered.findings(on: day).count == 8
                && registered.findings(on: day.adding(days: -1)).contains { $0.key == "agencies.metro.sealTo" })
        #expect(registered.policy.recipientKeys(of: "/agencies/metro")?.newest(on: day)?.id == "m2")
    }

    @Test func findsYearsThatTheCalendarLacks() throws {
        let configuration = try ConfigurationLoader.read(directory: Repository.path("Config"), profile: "production")
        func keys(_ day: String) throws -> [String] {
            configuration.findings(on: try #require(CivilDate(iso: day))).map(\.key).filter { $0.hasPrefix("calendar.") }
        }
        #expect(try keys("2025-05-06") == [])
        #expect(try keys("2026-05-06") == ["calendar.2027"])
        #expect(try keys("2027-05-06") == ["calendar.2027", "calendar.2028"])
        let text = configuration.checked(on: try #require(CivilDate(iso: "2026-05-06")))
        #expect(text.contains("finding: calendar.2027: the calendar has no year 2027"))
        #expect(text.contains("unconfirmed: "))
        #expect(
            configuration.checkedLines(on: try #require(CivilDate(iso: "2026-05-06"))).first?.hasPrefix("{\"kind\":\"finding\"") == true)
    }

    @Test func explainsAKeyWithItsMeaningSourceAndPlace() throws {
        let place = try Place()
        let configuration = try ConfigurationLoader.read(directory: place.directory, overrides: ["limits.parkedQueueMax": "9"])
        let clock = try #require(configuration.explained("clocks.repair.decision.term"))
        #expect(
            clock.replacingOccurrences(of: place.directory + "/", with: "") == """
                clocks.repair.decision.term = 10 WD
                  How long it runs; WD are working days.
                  set by: clocks.yaml:108:11
                  rule: 国办发〔2025〕22号 (UNCONFIRMED: the number for authorities was not recovered; ten working days are those of the portal)
                  otherwise: --set clocks.repair.decision.term=VALUE, or CHENGXIN_CLOCKS_REPAIR_DECISION_TERM

                """)
        #expect(configuration.explained("limits.parkedQueueMax")?.contains("set by: --set limits.parkedQueueMax") == true)
        #expect(configuration.explained("nothing.here") == nil)
        #expect(configuration.suggestion(for: "limits.parkedQueMax") == "did you mean limits.parkedQueueMax?")
        #expect(configuration.explainedLines("limits.parkedQueueMax")?.count == 1)
        #expect(configuration.explained("officers")?.contains("officers.decidesSanction") == true)
    }

    @Test func printsWhatReadsBackAsTheSame() throws {
        let place = try Place()
        let configuration = try ConfigurationLoader.read(directory: place.directory)
        let printed = configuration.printed()
        #expect(printed.contains("    term: 3 WD  # \(place.directory)/clocks.yaml:"))
        #expect(configuration.printedLines().count == configuration.all.count)
        // The printed text is a configuration of its own.
        let again = try Place()
        for name in try FileManager.default.contentsOfDirectory(atPath: again.directory) where name.hasSuffix(".yaml") {
            try FileManager.default.removeItem(atPath: again.directory + "/" + name)
        }
        try FileManager.default.removeItem(atPath: again.directory + "/workers")
        try again.write("all.yaml", printed)
        #expect(again.problems() == [])
        let reread = try ConfigurationLoader.read(directory: again.directory)
        #expect(reread.policy.version == configuration.policy.version)
        #expect(reread.settings.workers == configuration.settings.workers)
    }
}
