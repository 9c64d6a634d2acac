import CreditModel
import StreamCore
import Testing

@testable import Intake

/// Submissions of records, from arrival to the one answer or to identity.
@Suite struct IntakeRecordTests {
    private let bureau = "/bureaus/market-regulation"

    @Test func filesARecordSealedForIdentity() throws {
        var story = IntakeStory()
        let said = try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft())
        #expect(said.map(\.topic) == [VerifiedMessage.topic])
        let verified = try VerifiedMessage.decode(said[0].value)
        #expect(verified.recordId == "market-regulation/A-1")
        #expect(verified.revision == 1 && verified.area == .record && verified.isAnswered)
        #expect(verified.finality == .reached)
        let opened = try said[0].opened()
        #expect(opened["subject"]?["idNumber"]?.string == RecordDraft.personBorn("1990-03-07"))
        #expect(opened["data"]?["conduct"]?["facts"]?.string == "货架上有食品超过保质期。")
        #expect(opened["data"]?["subject"] == nil && opened["data"]?["recordNo"] == nil)
        // Nothing in clear tells who it is.
        #expect(!IdentityScanner.hasMatch(in: said[0].output.value ?? []))
        #expect(!(said[0].output.value ?? []).text.contains("样甲子"))
    }

    @Test func passesOnUntilWhenADecisionIsNotFinal() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft { $0.finality = "{\"state\":\"APPEALABLE\",\"until\":\"2026-06-01\"}" })
        let verified = try VerifiedMessage.decode(said[0].value)
        #expect(verified.finality?.from == CivilDate.day("2026-06-01").end)
        #expect(verified.finality?.reasons.map(\.code) == [.finalityAppealable])
    }

    @Test func marksALawThatThePackDoesNotKnow() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.basis = "《没有听说过的条例》第一条"
                $0.extra = ",\"field\":\"unheard-of\",\"occupation\":\"unheard-of\""
            })
        #expect(said[0].value["notes"]?["basis"]?.string == "UNCONFIRMED")
        #expect(said[0].value["notes"]?["unknownCodes"]?.elements.compactMap(\.string) == ["/field", "/occupation"])
    }

    @Test func answersEverythingThatIsWrongAtOnceInTheOrderOfTheGates() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .recordSubmitted, from: "/bureaus/transport",
            """
            {"recordNo":"A~2","revision":0,"catalogItem":"judgment.unperformed",
            "subject":{"kind":"person","idType":"RESIDENT_ID","idNumber":"410102199003070042","name":"样"},
            "conduct":{"date":"2026-05-08","facts":"另有糖尿病"},
            "decision":{"documentNo":"1","date":"2026-05-07","authority":"样","result":"罚","simpleProcedure":true},
            "severity":"MINOR","attributes":{"horoscope":"1"}}
            """)
        #expect(said.map(\.topic) == [SubmissionAnswered.topic])
        #expect(said[0].status == "REJECTED")
        #expect(
            said[0].reasons == [
                "policy.source-not-allowed /catalogItem", "schema.format /recordNo", "schema.range /revision", "schema.range /conduct/date",
                "schema.range /decision/date", "subject.check-digit /subject/idNumber",
                "basis.missing /decision/basis", "prohibited.field /attributes/horoscope", "prohibited.content /conduct/facts",
                "policy.simple-procedure /decision/simpleProcedure", "policy.severity-not-allowed /severity",
            ])
    }

    // plan: 7f, 17d
    @Test func refusesAMinorsRecordAndKeepsNothingOfIt() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .recordSubmitted, from: "/bureaus/education",
            RecordDraft.draft {
                $0.catalogItem = "exam.fraud"
                $0.idNumber = RecordDraft.personBorn("2009-05-01")
            })
        #expect(said[0].status == "REJECTED")
        #expect(said[0].reasons == ["capacity.minor /conduct/date"])
        #expect(story.tester.rows(Intake.families).isEmpty)
    }

    @Test func takesAMinorsVolunteerService() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .recordSubmitted, from: "/bureaus/civil-affairs",
            RecordDraft.draft {
                $0.catalogItem = "volunteer.service"
                $0.severity = "NONE"
                $0.basis = nil
                $0.finality = nil
                $0.idNumber = RecordDraft.personBorn("2009-05-01")
            })
        #expect(said.map(\.topic) == [VerifiedMessage.topic])
        #expect(said[0].value["finality"]?["reasons"]?.elements.map { $0 }.isEmpty ?? true)
    }

    @Test func doesNotPresumeAMinorWhenTheDateOfTheConductIsUnreadable() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.conductDate = "2026-02-30"
                $0.idNumber = RecordDraft.personBorn("2007-05-01")
            })
        #expect(said[0].reasons == ["schema.format /conduct/date"])
    }

    // MARK: What was seen before

    @Test func answersTheSameMessageAgainAsDuplicateAndChangesNothing() throws {
        var story = IntakeStory()
        let message = story.message(.recordSubmitted, from: bureau, RecordDraft.draft())
        try story.receive(message)
        let rows = story.tester.rows(Intake.families).map(\.payload)
        let said = try story.receive(message)
        #expect(said.map(\.topic) == [SubmissionAnswered.topic])
        #expect(said[0].status == "DUPLICATE")
        #expect(said[0].reasons == ["state.duplicate "])
        #expect(said[0].text("recordId") == "market-regulation/A-1")
        #expect(said[0].key == "market-regulation/A-1")
        #expect(story.tester.rows(Intake.families).map(\.payload) == rows)
    }

    @Test func judgesARefusedMessageAgain() throws {
        var story = IntakeStory()
        let early = story.message(.recordSubmitted, from: bureau, RecordDraft.draft { $0.decisionDate = "2026-05-07" })
        #expect(try story.receive(early)[0].reasons == ["schema.range /decision/date"])
        story.moveTo("2026-05-07")
        #expect(try story.receive(early)[0].topic == VerifiedMessage.topic)
    }

    @Test(arguments: [
        (1, "A", "DUPLICATE", "state.duplicate /revision"), (1, "B", "SUPERSEDED", "state.superseded /revision"),
        (2, "B", "DUPLICATE", "state.duplicate /revision"), (2, "C", "REJECTED", "state.revision-reused /revision"),
    ])
    func comparesRevisionsUnderNewIds(revision: Int, facts: String, status: String, reason: String) throws {
        var story = IntakeStory()
        try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft { $0.facts = "A" })
        if revision == 2 || status == "SUPERSEDED" {
            try story.receive(
                .recordSubmitted, from: bureau,
                RecordDraft.draft {
                    $0.revision = 2
                    $0.facts = "B"
                })
        }
        let said = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.revision = revision
                $0.facts = facts
            })
        #expect(said.map(\.topic) == [SubmissionAnswered.topic])
        #expect(said[0].status == status)
        #expect(said[0].reasons == [reason])
        #expect(said[0].value["revision"]?.int64 == Int64(revision))
    }

    @Test func takesTheSameContentInAnotherSpellingAsTheSame() throws {
        var story = IntakeStory()
        try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft())
        let said = try story.receive(
            .recordSubmitted, from: bureau, RecordDraft.draft { $0.extra = ",  \"unknownMember\" : 1" })
        #expect(said[0].status == "DUPLICATE")
    }

    @Test func refusesAnIdThatWasUsedForOtherBytesOfTheSameRecordNumber() throws {
        var story = IntakeStory()
        try story.receive(.recordSubmitted, from: bureau, id: "one", RecordDraft.draft())
        let said = try story.receive(.recordSubmitted, from: bureau, id: "one", RecordDraft.draft { $0.revision = 2 })
        #expect(said[0].status == "REJECTED")
        #expect(said[0].reasons == ["envelope.id-reused "])
        // Among messages of one record number only.
        let other = try story.receive(.recordSubmitted, from: bureau, id: "one", RecordDraft.draft { $0.recordNo = "B-1" })
        #expect(other[0].topic == VerifiedMessage.topic)
    }

    @Test func forgetsIdsAfterNinetyDaysAndRevisionsNever() throws {
        var story = IntakeStory(on: "2026-05-06")
        let message = story.message(.recordSubmitted, from: bureau, id: "one", RecordDraft.draft())
        try story.receive(message)
        story.moveTo("2026-08-03")
        #expect(try story.receive(message)[0].reasons == ["state.duplicate "])
        story.moveTo("2026-08-04")
        #expect(try story.receive(message)[0].reasons == ["state.duplicate /revision"])
        let said = try story.receive(.recordSubmitted, from: bureau, id: "one", RecordDraft.draft { $0.revision = 2 })
        #expect(said[0].topic == VerifiedMessage.topic)
        let family = try Family(#require(story.tester.row(Intake.families, Bytes(utf8: "market-regulation/A-1"))))
        #expect(family.seen.count == 1)
        #expect(family.parties.map { $0.revisions.map(\.number) } == [[1, 2]])
    }

    // MARK: Withdrawal, and a revision that names another subject

    @Test func findsTheSubjectOfAWithdrawalByTheKeptLookupKey() throws {
        var story = IntakeStory()
        let filed = try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft { $0.recordNo = "A-1#2" })
        let said = try story.receive(
            .recordWithdrawn, from: bureau, "{\"recordNo\":\"A-1#2\",\"reason\":\"已撤销\",\"basis\":\"《行政处罚法》\"}")
        #expect(said.map(\.topic) == [VerifiedMessage.topic])
        #expect(said[0].key == filed[0].key)
        let verified = try VerifiedMessage.decode(said[0].value)
        #expect(verified.type == "chengxin.record.withdrawn.v1" && verified.recordId == "market-regulation/A-1#2" && verified.isAnswered)
        #expect(try said[0].opened()["data"]?["reason"]?.string == "已撤销")
    }

    @Test(arguments: ["A-9", "A-1#2"])
    func answersAWithdrawalOfWhatIsUnknown(recordNo: String) throws {
        var story = IntakeStory()
        try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft())
        let said = try story.receive(
            .recordWithdrawn, from: bureau, "{\"recordNo\":\"\(recordNo)\",\"reason\":\"已撤销\",\"basis\":\"《行政处罚法》\"}")
        #expect(said.map(\.topic) == [SubmissionAnswered.topic])
        #expect(said[0].status == "REJECTED")
        #expect(said[0].reasons == ["state.not-found /recordNo"])
        #expect(said[0].key == "market-regulation/\(recordNo)")
    }

    @Test func withdrawsFromTheFormerSubjectAndFilesAnewForTheRightOne() throws {
        var story = IntakeStory()
        let first = try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft())
        let moved = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.revision = 2
                $0.idNumber = RecordDraft.personBorn("1990-03-08")
            })
        #expect(moved.map(\.topic) == [VerifiedMessage.topic, VerifiedMessage.topic])
        let withdrawal = try VerifiedMessage.decode(moved[0].value)
        #expect(moved[0].key == first[0].key && moved[1].key != first[0].key)
        #expect(withdrawal.type == "chengxin.record.withdrawn.v1" && withdrawal.recordId == "market-regulation/A-1")
        #expect(!withdrawal.isAnswered)
        let filed = try VerifiedMessage.decode(moved[1].value)
        #expect(filed.recordId == "market-regulation/A-1~2" && filed.recordNo == "A-1" && filed.revision == 2 && filed.isAnswered)
        #expect(try moved[0].opened()["data"]?["reason"]?.string?.isEmpty == false)

        // A later withdrawal and a later correction find the right subject.
        let corrected = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.revision = 3
                $0.facts = "更正"
                $0.idNumber = RecordDraft.personBorn("1990-03-08")
            })
        #expect(corrected.count == 1 && corrected[0].text("recordId") == "market-regulation/A-1~2")
        let withdrawn = try story.receive(
            .recordWithdrawn, from: bureau, "{\"recordNo\":\"A-1\",\"reason\":\"已撤销\",\"basis\":\"《行政处罚法》\"}")
        #expect(withdrawn[0].key == moved[1].key && withdrawn[0].text("recordId") == "market-regulation/A-1~2")

        // What is withdrawn already is not withdrawn from its former subject once more.
        let third = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.revision = 4
                $0.idNumber = RecordDraft.personBorn("1990-03-09")
            })
        #expect(third.count == 1 && third[0].text("recordId") == "market-regulation/A-1~3")
    }

    // MARK: What cannot be read

    @Test func answersWhatHasSourceAndIdAndNothingElse() throws {
        var story = IntakeStory()
        var headers = Headers()
        headers.append("ce_id", text: "one")
        headers.append("ce_source", text: bureau)
        headers.append("ce_type", text: InboundType.recordSubmitted.eventType)
        headers.append("ce_specversion", text: "1.0")
        let cases: [(Bytes?, String)] = [
            (nil, "envelope.missing "), (Bytes(utf8: "{"), "schema.format "), ([0xff, 0xfe], "envelope.not-utf8 "),
            (Bytes(utf8: "{\"a\":\"" + String(repeating: "x", count: 262_144) + "\"}"), "envelope.too-large "),
            (Bytes(utf8: "[]"), "schema.type "),
        ]
        for (value, reason) in cases {
            let said = try story.receive(story.tester.message(Intake.submissions, value: value, headers: headers))
            #expect(said.map(\.topic) == [SubmissionAnswered.topic])
            #expect(said[0].status == "REJECTED")
            #expect(said[0].reasons.contains(reason), "\(said[0].reasons)")
            #expect(said[0].value["submission"]?["id"]?.string == "one")
            #expect(said[0].key == bureau)
        }
    }

    @Test func leavesWhatCannotBeAnsweredToTheDeadLetters() throws {
        var story = IntakeStory()
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_source", text: bureau)
        let message = story.tester.message(Intake.submissions, value: Bytes(utf8: "{}"), headers: headers)
        #expect(throws: Rejection.self) { try story.receive(message) }
        #expect(throws: Rejection.self) { try story.receive(story.tester.message(Intake.submissions, value: nil)) }
    }

    @Test func answersUnknownVersionsAndTypesOnTheTopicOfSubmissions() throws {
        var story = IntakeStory()
        var headers = Headers()
        headers.append("ce_id", text: "one")
        headers.append("ce_source", text: bureau)
        headers.append("ce_type", text: "chengxin.record.sung.v1")
        headers.append("ce_specversion", text: "0.3")
        let said = try story.receive(story.tester.message(Intake.submissions, value: Bytes(utf8: "{}"), headers: headers))
        #expect(said.map(\.topic) == [SubmissionAnswered.topic])
        #expect(said[0].reasons == ["envelope.version ", "envelope.type "])
    }

    @Test func doesNotRepeatAnIdentityNumberThatStandsInAnIdentifier() throws {
        var story = IntakeStory()
        let number = RecordDraft.personBorn("1990-03-07")
        let said = try story.receive(.recordSubmitted, from: bureau, id: "id-\(number)", RecordDraft.draft { $0.recordNo = "样\(number)" })
        #expect(said[0].reasons == ["prohibited.content ", "prohibited.content /recordNo"])
        #expect(!IdentityScanner.hasMatch(in: said[0].output.value ?? []))
        #expect(!IdentityScanner.hasMatch(in: said[0].output.key))
    }

    // MARK: Signatures

    @Test func wantsASignatureWhereThePolicyDoes() throws {
        var story = IntakeStory(SampleCity.policy { $0.takesUnsigned = false })
        let said = try story.receive(.recordSubmitted, from: bureau, RecordDraft.draft())
        #expect(said[0].reasons == ["signature.missing "])
    }

    @Test func refusesAKeyThatIsNotOfTheSource() throws {
        var story = IntakeStory()
        var message = story.message(.recordSubmitted, from: bureau, RecordDraft.draft())
        message.headers.append("ce_keyid", text: "unknown")
        #expect(try story.receive(message)[0].reasons == ["signature.missing "])
        message.headers.append("ce_signature", text: "AAAA")
        #expect(try story.receive(message)[0].reasons == ["signature.key-unknown "])
    }

    // MARK: Offline

    @Test(arguments: [
        ("{\"state\":\"FINAL\"}", "2026-02-10", SubmissionAnswered.Status.accepted),
        ("{\"state\":\"UNDER_REVIEW\"}", "2026-02-10", .held), ("{\"state\":\"FINAL\"}", "2026-05-07", .rejected),
    ])
    func saysOfflineWhatItWouldAnswer(finality: String, decided: String, status: SubmissionAnswered.Status) throws {
        var story = IntakeStory()
        let message = story.message(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.finality = finality
                $0.decisionDate = decided
            })
        #expect(try story.tester.worker.judge(message, at: story.tester.now).status == status)
    }
}
