import CreditModel
import StreamCore
import Testing

@testable import Publicity

/// The public life of a record: every situation against every event.
@Suite struct PublicRecordTests {
    private static let today = PublicityStory.noon("2026-05-06")

    private struct Situation {
        var name: String
        var record: PublicRecord
        var subject: SubjectFacts?
    }

    private static func facts(
        _ kind: SubjectKind, item: String = "penalty.administrative", _ severity: Severity, until: String? = "2027-04-01",
        state: RecordState = .effective, isRestricted: Bool = false, hasConsent: Bool = false
    ) -> RecordFacts {
        RecordFacts(
            recordId: "transport/7", bureau: "transport", catalogItem: item, kind: kind, severity: severity, state: state,
            isRestricted: isRestricted, decisionDate: CivilDate(iso: "2026-04-01"),
            publicUntil: state == .effective ? until.flatMap { CivilDate(iso: $0) } : nil, hasConsent: hasConsent,
            decision: Bytes(utf8: "{}"))
    }

    private static let release: PublicRecord.Event = {
        let json = #"{"recordId":"transport/7","subjectId":"s1","officer":"transport/chen","basis":"《信用修复管理办法》"}"#
        guard let value = try? JSONParser.parse(Bytes(utf8: json)).root, let release = PublicityReleased(validated: value),
            case .success(let authorized) = AuthorizedRelease.authorize(
                release, sentBy: "transport", recordBureau: "transport", holders: [.recordBureau])
        else { preconditionFailure("the officer of this test has the right") }
        return .released(authorized)
    }()

    private static func situations(_ terms: PublicityTerms) -> [Situation] {
        func seen(
            _ name: String, _ facts: RecordFacts, _ capacity: SubjectProfile.Capacity? = .adult, isReleased: Bool = false,
            listedBefore: RecordFacts? = nil
        ) -> Situation {
            let subject = capacity.map { SubjectFacts(capacity: $0, displayName: "张＊") }
            var record = PublicRecord(facts)
            if let listedBefore { _ = record.apply(.changed(listedBefore), of: subject, under: terms, at: today) }
            _ = record.apply(.changed(facts), of: subject, under: terms, at: today)
            if isReleased { _ = record.apply(release, of: subject, under: terms, at: today) }
            return Situation(name: name, record: record, subject: subject)
        }
        let organization = facts(.organization, .general)
        let person = facts(.person, .serious)
        return [
            seen("organisation, profile to come", organization, nil),
            seen("organisation, listed", organization),
            seen("organisation, restricted", facts(.organization, .general, isRestricted: true), listedBefore: organization),
            seen("organisation, held", facts(.organization, .general, state: .held)),
            seen("organisation, repaired", facts(.organization, .general, state: .repaired), listedBefore: organization),
            seen("organisation, over", facts(.organization, .general, until: "2026-05-05")),
            seen("organisation, not public", facts(.organization, .minor, until: nil)),
            seen("organisation, end unknown", facts(.organization, .general, until: nil)),
            seen("person, profile to come", person, nil),
            seen("person, to be released", person),
            seen("person, listed", person, isReleased: true),
            seen("person, minor", person, .minor),
            seen("person, age unknown", person, .unknown),
            seen("honour, without consent", facts(.person, item: "volunteer.service", .none, until: nil)),
            seen("honour, listed", facts(.person, item: "volunteer.service", .none, until: nil, hasConsent: true)),
        ]
    }

    private static func events(_ facts: RecordFacts) -> [(name: String, event: PublicRecord.Event, subject: SubjectProfile.Capacity?)] {
        func version(_ change: (inout RecordFacts) -> Void) -> PublicRecord.Event {
            var facts = facts
            change(&facts)
            return .changed(facts)
        }
        func state(_ state: RecordState) -> PublicRecord.Event {
            version {
                $0.state = state
                if state != .effective { $0.publicUntil = nil }
            }
        }
        return [
            ("the same again", .changed(facts), nil),
            (
                "effective, unrestricted",
                version {
                    $0.state = .effective
                    $0.isRestricted = false
                    $0.publicUntil = $0.publicUntil ?? (facts.catalogItem == "volunteer.service" ? nil : CivilDate(iso: "2027-04-01"))
                }, nil
            ),
            ("restricted", version { $0.isRestricted = true }, nil),
            ("held", state(.held), nil), ("repaired", state(.repaired), nil), ("withdrawn", state(.withdrawn), nil),
            ("expired", state(.expired), nil),
            (
                "sealed",
                version {
                    $0.state = .archived
                    $0.publicUntil = nil
                    $0.decisionDate = nil
                    $0.decision = []
                }, nil
            ),
            ("corrected to minor", version { $0.severity = .minor }, nil),
            ("consent said", version { $0.hasConsent = true }, nil), ("consent not said", version { $0.hasConsent = false }, nil),
            ("is an adult", .profiled, .adult), ("is a minor", .profiled, .minor), ("age unknown", .profiled, .unknown),
            ("officer releases", release, nil), ("last day over", .due, nil),
        ]
    }

    private static func table(_ terms: PublicityTerms) -> String {
        var table = ""
        for situation in situations(terms) {
            table += "\(situation.name)\n"
            for (name, event, capacity) in events(situation.record.facts) {
                var record = situation.record
                let subject = capacity.map { SubjectFacts(capacity: $0, displayName: "张＊") } ?? situation.subject
                let tick = event == .due ? (record.due ?? today) : today
                let verdict = record.apply(event, of: subject, under: terms, at: tick)
                table += "  \(name): \(word(verdict))\n"
            }
        }
        return table
    }

    private static func word(_ verdict: PublicRecord.Verdict) -> String {
        switch verdict {
        case .done(let actions):
            return actions.isEmpty
                ? "-"
                : actions.map { action in
                    switch action {
                    case .list(let listing): "LIST \(listing.reason.rawValue)"
                    case .delist(_, let reason): "DELIST \(reason.rawValue)"
                    case .alertEndUnknown: "alert"
                    }
                }.joined(separator: ", ")
        case .repeated: return "released already"
        case .refused(let obstacles): return "no: " + obstacles.map { "\($0)" }.joined(separator: ", ")
        case .waits: return "waits"
        }
    }

    /// Read it line by line: it is what the contract says about what everyone may see.
    @Test func saysForEverySituationWhatEveryEventDoes() throws {
        let terms = PublicityTerms(policy: try SampleCity.policy())
        #expect(Self.table(terms) == Self.expected)
    }

    /// The promise looked at from outside: nothing but the law, a release or a consent makes anything public.
    @Test func listsAPersonByAReleaseOrAConsentOnly() throws {
        let terms = PublicityTerms(policy: try SampleCity.policy())
        for situation in Self.situations(terms) where situation.record.facts.kind == .person && situation.record.listing == nil {
            for (name, event, capacity) in Self.events(situation.record.facts) where name != "officer releases" && name != "consent said" {
                var record = situation.record
                let subject = capacity.map { SubjectFacts(capacity: $0, displayName: "张＊") } ?? situation.subject
                _ = record.apply(event, of: subject, under: terms, at: Self.today)
                #expect(record.listing == nil, "\(situation.name): \(name)")
            }
        }
    }
}

extension PublicRecordTests {
    static let expected = """
        organisation, profile to come
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: LIST ORDERED
          is a minor: LIST ORDERED
          age unknown: LIST ORDERED
          officer releases: waits
          last day over: -
        organisation, listed
          the same again: -
          effective, unrestricted: -
          restricted: DELIST RESTRICTED
          held: DELIST HELD
          repaired: DELIST REPAIRED
          withdrawn: DELIST WITHDRAWN
          expired: DELIST EXPIRED
          sealed: DELIST ARCHIVED
          corrected to minor: DELIST NOT_PUBLIC
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: notReleased
          last day over: DELIST ENDED
        organisation, restricted
          the same again: -
          effective, unrestricted: LIST ORDERED
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: restricted
          last day over: -
        organisation, held
          the same again: -
          effective, unrestricted: LIST ORDERED
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: held
          last day over: -
        organisation, repaired
          the same again: -
          effective, unrestricted: LIST ORDERED
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: repaired
          last day over: -
        organisation, over
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: ended
          last day over: -
        organisation, not public
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: notPublic
          last day over: -
        organisation, end unknown
          the same again: -
          effective, unrestricted: LIST ORDERED
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: endUnknown
          last day over: -
        person, profile to come
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: waits
          last day over: -
        person, to be released
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: LIST RELEASED
          last day over: -
        person, listed
          the same again: -
          effective, unrestricted: -
          restricted: DELIST RESTRICTED
          held: DELIST HELD
          repaired: DELIST REPAIRED
          withdrawn: DELIST WITHDRAWN
          expired: DELIST EXPIRED
          sealed: DELIST ARCHIVED
          corrected to minor: DELIST NOT_PUBLIC
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: DELIST PROTECTED
          age unknown: DELIST PROTECTED
          officer releases: released already
          last day over: DELIST ENDED
        person, minor
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: minor
          last day over: -
        person, age unknown
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: -
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: ageUnknown
          last day over: -
        honour, without consent
          the same again: -
          effective, unrestricted: -
          restricted: -
          held: -
          repaired: -
          withdrawn: -
          expired: -
          sealed: -
          corrected to minor: -
          consent said: LIST CONSENTED
          consent not said: -
          is an adult: -
          is a minor: -
          age unknown: -
          officer releases: no: noConsent
          last day over: -
        honour, listed
          the same again: -
          effective, unrestricted: -
          restricted: DELIST RESTRICTED
          held: DELIST HELD
          repaired: DELIST REPAIRED
          withdrawn: DELIST WITHDRAWN
          expired: DELIST EXPIRED
          sealed: DELIST ARCHIVED
          corrected to minor: DELIST NOT_PUBLIC
          consent said: -
          consent not said: DELIST CONSENT_ENDED
          is an adult: -
          is a minor: DELIST PROTECTED
          age unknown: -
          officer releases: no: notReleased
          last day over: -

        """
}
