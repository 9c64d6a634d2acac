import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Identity

/// Whom identity knows, what it tells others of them, and what it keeps to itself.
@Suite struct IdentityTests {
    private let person = SealedSubject.Identity(kind: .person, idType: "RESIDENT_ID", idNumber: Samples.adult, name: "张三丰")

    // MARK: Subjects

    // plan: 1a
    @Test func introducesASubjectAtFirstSight() throws {
        var story = IdentityStory()
        let told = try story.submit(person)
        let profile = try #require(told.profiles.first)
        #expect(profile.kind == .person && profile.capacity == .adult && profile.displayName == "张＊＊" && profile.version == 1)
        #expect(profile.subjectId.hasPrefix("s") && profile.subjectId.count == 33)
        #expect(profile.registrations.isEmpty)
        let sealed = try #require(told.sealed.first)
        #expect(try sealed.open(keys: Samples.keys) == person)
        let filed = try #require(told.records.first)
        #expect(filed.subjectId == profile.subjectId && filed.isAnswered)
        #expect(told.answers.isEmpty && told.inboundAnswers.isEmpty)
        #expect(told.decision.outputs.map(\.topic.name) == ["subject.profiles.v1", "subject.sealed.v1", "record.filed.v1"])
        #expect(told.decision.outputs.allSatisfy { $0.key.text == profile.subjectId && $0.subject == profile.subjectId })
        #expect(story.tester.timers.isEmpty)
    }

    // plan: 1a
    @Test func knowsASubjectAgainByItsNumber() throws {
        var story = IdentityStory()
        let first = try story.submit(person)
        let second = try story.submit(person, recordNo: "8")
        #expect(second.profiles.isEmpty && second.sealed.isEmpty && second.decision.changes.isEmpty)
        #expect(second.records.first?.subjectId == first.records.first?.subjectId)
        var other = person
        other.idNumber = Samples.minor
        #expect(try story.submit(other).records.first?.subjectId != first.records.first?.subjectId)
    }

    // plan: 2b
    @Test func takesAnotherNameFromABureauAndNotFromThePortal() throws {
        var story = IdentityStory()
        _ = try story.submit(person)
        var renamed = person
        renamed.name = "李四光"
        #expect(try story.send(renamed, type: "dispute.requested", area: .dispute, #"{"statement":"x"}"#).profiles.isEmpty)
        let told = try story.submit(renamed, facts: "张三丰又名李四光")
        #expect(told.profiles.map(\.displayName) == ["李＊＊"] && told.profiles[0].version == 2)
        #expect(try told.sealed.first?.open(keys: Samples.keys) == renamed)
        #expect(told.sealed.first?.version == 2)
        #expect(told.records.first?.facts == "张＊＊又名李＊＊")
        // The old name is still masked where a text uses it later.
        #expect(try story.submit(renamed, facts: "原名张三丰").records.first?.facts == "原名张＊＊")
    }

    @Test func sealsANewNameAlsoWhenItsMaskedFormStays() throws {
        var story = IdentityStory()
        _ = try story.submit(person)
        var renamed = person
        renamed.name = "张四维"
        let told = try story.submit(renamed)
        #expect(told.profiles.isEmpty)
        #expect(try told.sealed.first?.open(keys: Samples.keys).name == "张四维")
    }

    @Test func refusesASubjectOfAnotherKind() throws {
        var story = IdentityStory()
        _ = try story.submit(person)
        var other = person
        other.kind = .organization
        let told = try story.submit(other, key: person)
        #expect(told.answers.map(\.status) == [.rejected] && told.answers[0].reasons == [Reason(.subjectKind, at: "/subject/kind")])
        #expect(told.answers[0].recordNo == "7" && told.answers[0].subjectId == nil)
        #expect(told.records.isEmpty && told.decision.changes.isEmpty)
        let dispute = try story.send(other, type: "dispute.requested", area: .dispute, "{}", key: person)
        #expect(dispute.inboundAnswers.map(\.status) == [.rejected])
    }

    // MARK: Capacity

    @Test func tellsWhenAMinorComesOfAge() throws {
        var story = IdentityStory()
        var minor = person
        minor.idNumber = Samples.minor
        #expect(try story.submit(minor).profiles.map(\.capacity) == [.minor])
        // Born on 2010-06-15: an adult from the day after the eighteenth birthday on.
        let adultAt = CivilDate(iso: "2028-06-16")!.start
        #expect(story.tester.timers.map(\.due) == [adultAt] && story.tester.timers[0].isAdverse)
        #expect(try story.wait(until: Instant(milliseconds: adultAt.milliseconds - 1)).isEmpty)
        let told = try story.wait(until: adultAt)
        #expect(told.flatMap(\.profiles).map(\.capacity) == [.adult])
        #expect(told[0].profiles[0].version == 2 && told[0].sealed.isEmpty)
        #expect(story.tester.timers.isEmpty)
    }

    @Test(arguments: [
        ("2008-03-09", SubjectProfile.Capacity.adult), ("2008-03-10", .minor), ("2008-03-11", .minor), ("2008-02-29", .adult),
    ])
    func countsAgeFromTheDayAfterTheBirthday(born: String, capacity: SubjectProfile.Capacity) throws {
        // The story begins on 2026-03-10.
        var story = IdentityStory()
        var subject = person
        subject.idNumber = Samples.number(born: born)
        #expect(try story.submit(subject).profiles.map(\.capacity) == [capacity])
    }

    @Test func comesOfAgeAlsoByAMessageBehindTheBirthday() throws {
        var story = IdentityStory()
        var minor = person
        minor.idNumber = Samples.minor
        _ = try story.submit(minor)
        story.tester.now = CivilDate(iso: "2028-06-16")!.start
        let told = try story.submit(minor, recordNo: "8")
        #expect(told.profiles.map(\.capacity) == [.adult])
        #expect(story.tester.timers.isEmpty)
    }

    @Test func doesNotGuessAnAge() throws {
        var story = IdentityStory()
        let traveller = SealedSubject.Identity(kind: .person, idType: "PASSPORT", idNumber: "E12345678", name: "Wang Wu")
        #expect(try story.submit(traveller).profiles.map(\.capacity) == [.unknown])
        #expect(story.tester.timers.isEmpty)
        let company = SealedSubject.Identity(kind: .organization, idType: "USCC", idNumber: Samples.company, name: "郑州样本运输有限公司")
        let told = try story.submit(company)
        #expect(told.profiles.map(\.capacity) == [.adult] && told.profiles[0].displayName == "郑州样本运输有限公司")
    }

    @Test func ignoresATimerWithoutASubject() throws {
        let identity = Identity(policy: SampleCity.policy(), keys: Samples.keys, partitionCount: 4)
        let timer = Timer(due: Instant(milliseconds: 0), key: Bytes(utf8: "k"))
        let decision = try identity.decide(
            State(), identity.decode(.timer(timer)),
            at: Moment(tick: timer.due, cause: .timer(worker: "identity", partition: 0, due: timer.due, key: ByteKey(timer.key))))
        #expect(decision.outputs.isEmpty && decision.changes.isEmpty)
    }

    // MARK: Registrations

    // plan: 2a
    @Test func keepsTheLatestRegistrationOfEachDomainAndAnswers() throws {
        var story = IdentityStory()
        func register(_ data: String) throws -> IdentityStory.Told {
            try story.send(person, type: "subject.registered", area: .subject, data)
        }
        let first = try register(#"{"domain":"telecom","registeredAt":"2026-01-05","validUntil":"2030-01-04"}"#)
        #expect(first.inboundAnswers.map(\.status) == [.accepted])
        #expect(first.inboundAnswers[0].type == "chengxin.subject.registered.v1")
        #expect(
            first.profiles.map(\.registrations) == [
                [
                    .init(domain: "telecom", registeredAt: "2026-01-05", validUntil: CivilDate(iso: "2030-01-04"))
                ]
            ])
        #expect(first.decision.outputs.allSatisfy { $0.topic != "record.filed.v1" })
        #expect(try register(#"{"domain":"telecom","registeredAt":"2026-01-05","validUntil":"2030-01-04"}"#).profiles.isEmpty)
        #expect(try register(#"{"domain":"telecom","registeredAt":"2025-01-05"}"#).profiles.isEmpty, "an older one comes late")
        let moved = try register(#"{"domain":"telecom","registeredAt":"2026-02-05"}"#)
        #expect(moved.profiles.first?.registrations.map(\.registeredAt) == ["2026-02-05"])
        #expect(try register(#"{"domain":"post","registeredAt":"2026-02-05"}"#).profiles.first?.registrations.count == 2)
    }

    // MARK: Filing

    @Test func filesASubmissionForTheLedger() throws {
        var story = IdentityStory()
        let told = try story.submit(
            person, revision: 3, finality: Finality(from: nil, reasons: [Reason(.finalityUnderReview, at: "/decision/finality")]),
            notes: #"{"basis":"张三丰"}"#)
        let filed = try #require(told.records.first)
        #expect(filed.bureau == "transport" && filed.recordNo == "7" && filed.recordId == "transport/7")
        #expect(filed.submission == SubmissionReference(source: "/bureaus/transport", id: "m1"))
        #expect(filed.notes?.text == #"{"basis":"张＊＊"}"#)
        guard case .submit(let submission) = filed.action else { return #expect(Bool(false), "a submission") }
        #expect(submission.revision == 3 && submission.subjectKind == .person)
        #expect(submission.finality.reasons.map(\.code) == [.finalityUnderReview])
        #expect(submission.record.catalogItem == "penalty.administrative" && submission.record.severity == .serious)
    }

    @Test func findsTheSubjectOfAWithdrawalByItsLookupKey() throws {
        var story = IdentityStory()
        let submitted = try story.submit(person)
        let told = try story.send(
            nil, type: "record.withdrawn", area: .record, #"{"recordNo":"7","reason":"张三丰申请"}"#, key: person, isAnswered: false)
        let filed = try #require(told.records.first)
        #expect(filed.subjectId == submitted.records.first?.subjectId && !filed.isAnswered)
        guard case .withdraw(let withdrawal) = filed.action else { return #expect(Bool(false), "a withdrawal") }
        #expect(withdrawal == FiledRecord.Withdrawal(reason: "张＊＊申请", basis: nil))
        #expect(told.profiles.isEmpty && told.decision.changes.isEmpty)
    }

    @Test func refusesAWithdrawalForASubjectThatItDoesNotKnow() throws {
        var story = IdentityStory()
        let told = try story.send(nil, type: "record.withdrawn", area: .record, #"{"recordNo":"7"}"#, key: person)
        #expect(told.answers.map(\.status) == [.rejected] && told.answers[0].reasons == [Reason(.stateNotFound, at: "/recordNo")])
        #expect(
            try story.send(nil, type: "record.withdrawn", area: .record, #"{"recordNo":"7"}"#, key: person, isAnswered: false)
                .decision.outputs.isEmpty)
    }

    @Test func filesOtherAreasForTheirWorkers() throws {
        var story = IdentityStory()
        let told = try story.send(
            person, type: "dispute.requested", area: .dispute,
            #"{"recordId":"transport/7","ground":"NOT_MINE","statement":"张三丰不认识 \#(Samples.company)","evidence":[{"name":"张三丰.pdf"}]}"#)
        let output = try #require(told.decision.outputs.last)
        #expect(output.topic == "dispute.filed.v1" && output.type == "chengxin.dispute.filed.v1")
        let filed = try FiledMessage.decode(JSONParser.parse(output.value ?? []).root)
        #expect(filed.subjectId == told.profiles.first?.subjectId && filed.recordId == "transport/7")
        #expect(filed.type == "chengxin.dispute.requested.v1")
        #expect(
            filed.data.text
                == #"{"recordId":"transport/7","ground":"NOT_MINE","statement":"张＊＊不认识 ****\#(Samples.company.suffix(4))","evidence":[{"name":"张＊＊.pdf"}]}"#
        )
    }

    // MARK: Subjects known by their id

    @Test func masksAnOfficersWordsAboutASubjectThatTheMessageNamesByItsId() throws {
        var story = IdentityStory()
        let subjectId = try #require(try story.submit(person).profiles.first?.subjectId)
        _ = try story.hearItself()
        var renamed = person
        renamed.name = "李四光"
        _ = try story.submit(renamed)
        _ = try story.hearItself()
        let told = try story.decide(
            about: subjectId, #"{"subjectId":"\#(subjectId)","officer":"transport/张三丰","reason":"张三丰即李四光，\#(Samples.adult)"}"#)
        let filed = try #require(told.filed.first)
        #expect(filed.subjectId == subjectId && filed.type == "chengxin.dispute.found.v1" && filed.caseId == "dispute/1")
        let masked = "****" + Samples.adult.suffix(4)
        #expect(
            filed.data.text == #"{"subjectId":"\#(subjectId)","officer":"transport/张三丰","reason":"张＊＊即李＊＊，\#(masked)"}"#)
        #expect(told.decision.outputs.map(\.topic.name) == ["dispute.filed.v1"])
        #expect(told.decision.outputs[0].key.text == subjectId && told.decision.outputs[0].subject == subjectId)
    }

    @Test func waitsForTheNamesOfASubjectThatWasAnnouncedAMomentAgo() throws {
        var story = IdentityStory()
        let subjectId = try #require(try story.submit(person).profiles.first?.subjectId)
        let early = try story.decide(about: subjectId, #"{"reason":"张三丰"}"#)
        #expect(early.decision.wait?.code == "state.not-found" && early.decision.outputs.isEmpty)
        #expect(try story.hearItself().decision.endsWaiting == [Line(NamesRow.key(subjectId: subjectId))])
        #expect(try story.decide(about: subjectId, #"{"reason":"张三丰"}"#).filed.map(\.data.text) == [#"{"reason":"张＊＊"}"#])
        #expect(try story.hearItself().decision.changes.isEmpty, "what it has heard already changes nothing")
    }

    @Test func answersWhatNamesASubjectThatThereIsNotAndPassesNothingOn() throws {
        var story = IdentityStory()
        let told = try story.decide(about: "s0", #"{"reason":"张三丰"}"#, waitIsOver: true)
        #expect(told.inboundAnswers.map(\.status) == [.rejected])
        #expect(told.inboundAnswers[0].reasons == [Reason(.stateNotFound, at: "/subjectId")])
        #expect(told.filed.isEmpty)
    }

    // MARK: Texts

    @Test(arguments: Samples.spellings)
    func letsNoNumberThroughInAnyForm(spelling: String) throws {
        var story = IdentityStory()
        let told = try story.submit(person, facts: "证件号码\(spelling)，营运")
        let output = try #require(told.decision.outputs.last)
        #expect(!IdentityScanner.hasMatch(in: output.value ?? []))
        #expect(told.records.first?.facts.contains("****") == true)
    }

    @Test func masksNumbersThatAreEscapedNumericOrNamesOfMembers() throws {
        var story = IdentityStory()
        let escaped = Samples.adult.map { "\\u00\(String($0.asciiValue!, radix: 16))" }.joined()
        let told = try story.submit(
            person, facts: escaped, attributes: #"{"\#(Samples.adult)":\#(Samples.digitsOnly),"plain":5,"flag":true,"none":null}"#)
        let filed = try #require(told.records.first)
        #expect(filed.facts == "****\(Samples.adult.suffix(4))")
        guard case .submit(let submission) = filed.action else { return #expect(Bool(false), "a submission") }
        #expect(
            submission.record.attributes?.text
                == #"{"****\#(Samples.adult.suffix(4))":"****\#(Samples.digitsOnly.suffix(4))","plain":5,"flag":true,"none":null}"#)
    }

    @Test func leavesIdsAndCodesWholeWhenANameOccursInThem() throws {
        var story = IdentityStory()
        let told = try story.send(
            person, type: "sanction.triggered", area: .sanction,
            #"{"recordIds":["张三丰/1"],"proposer":"transport/张三丰","basis":"张三丰"}"#)
        let filed = try FiledMessage.decode(JSONParser.parse(told.decision.outputs.last?.value ?? []).root)
        #expect(filed.data.text == #"{"recordIds":["张三丰/1"],"proposer":"transport/张三丰","basis":"张＊＊"}"#)
    }

    @Test func keepsTheNameOfAnOrganisation() throws {
        var story = IdentityStory()
        let company = SealedSubject.Identity(kind: .organization, idType: "USCC", idNumber: Samples.company, name: "样本公司")
        #expect(
            try story.submit(company, facts: "样本公司（\(Samples.company)）超限").records.first?.facts
                == "样本公司（****\(Samples.company.suffix(4))）超限")
    }

    @Test func showsNoNumberInAName() throws {
        var story = IdentityStory()
        let company = SealedSubject.Identity(kind: .organization, idType: "USCC", idNumber: Samples.company, name: "户主\(Samples.adult)")
        #expect(try story.submit(company).profiles.first?.displayName == "户主****\(Samples.adult.suffix(4))")
    }

    @Test(arguments: ["recordNo", "id"])
    func deadLettersAMessageWhoseOwnNameIsANumber(member: String) throws {
        var story = IdentityStory()
        #expect(throws: Rejection.self) {
            try story.submit(
                person, recordNo: member == "recordNo" ? "罚\(Samples.adult)" : "7", id: member == "id" ? Samples.adult : nil)
        }
    }

    /// What is only cheap must not be wrong: whatever the scanner finds passes the first look.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func looksAtLeastWhereTheScannerFinds(seed: UInt64) {
        var generator = Samples.Generator(state: seed)
        let number =
            Bool.random(using: &generator) ? SyntheticIdentity.residentId(using: &generator) : SyntheticIdentity.uscc(using: &generator)
        let separators = ["", "", "", " ", "-", "　", "－", "–", "\u{00A0}"]
        var text = "甲a1："
        for character in number {
            let scalar = character.unicodeScalars.first!.value
            text += Bool.random(using: &generator) ? String(character) : String(Unicode.Scalar(scalar + 0xfee0)!)
            text += separators.randomElement(using: &generator)!
        }
        text += "。乙"
        let bytes = Bytes(utf8: text)
        #expect(!IdentityScanner.hasMatch(in: bytes) || TextCleaner.mayHoldNumber(bytes))
        #expect(IdentityScanner.hasMatch(in: bytes), "seed \(seed)")
    }

    // MARK: Messages and rows

    @Test func deadLettersWhatItCannotRead() throws {
        let identity = Identity(policy: SampleCity.policy(), keys: Samples.keys, partitionCount: 4)
        func decode(key: String?, _ value: String?) throws {
            _ = try identity.decode(
                .message(
                    Message(
                        topic: VerifiedMessage.topic, partition: 0, offset: 0, timestamp: Instant(milliseconds: 0),
                        key: key.map { Bytes(utf8: $0) },
                        value: value.map { Bytes(utf8: $0) })))
        }
        let common = #""type":"t","area":"record","submission":{"source":"s","id":"1"}"#
        #expect(throws: Rejection.self) { try decode(key: nil, "{}") }
        #expect(throws: Rejection.self) { try decode(key: "k", nil) }
        #expect(throws: Rejection.self) { try decode(key: "k", "{") }
        #expect(throws: Rejection.self) { try decode(key: "k", "{\(common)}") }
        #expect(throws: Rejection.self) { try decode(key: "k", #"{\#(common),"sealed":"AAAA"}"#) }
        var state = State()
        state.add(SubjectRow.table, Bytes(utf8: "k"), [7])
        let timer = Timer(due: Instant(milliseconds: 0), key: Bytes(utf8: "k"))
        #expect(throws: Rejection.self) {
            try identity.decide(state, identity.decode(.timer(timer)), at: Moment(tick: timer.due, cause: .record(Origin("t", 0, 0))))
        }
    }

    @Test func deadLettersARecordThatIntakeDidNotName() throws {
        var story = IdentityStory()
        #expect(throws: Rejection.self) { try story.send(person, type: "record.submitted", area: .record, Samples.data(), recordNo: nil) }
        #expect(throws: Rejection.self) {
            try story.send(person, type: "record.submitted", area: .record, Samples.data(), revision: nil)
        }
        #expect(throws: Rejection.self) { try story.send(person, type: "record.submitted", area: .record, #"{"catalogItem":"x"}"#) }
    }

    @Test func packsEveryRowSoThatItComesBack() throws {
        var row = SubjectRow(subjectId: "s1", kind: .person, birthDate: CivilDate(iso: "1960-02-29"), name: "张三")
        _ = row.rename("李四")
        _ = row.register(.init(domain: "telecom", registeredAt: "2026-01-05", validUntil: CivilDate(iso: "2030-01-04")))
        for capacity in SubjectProfile.Capacity.allCases {
            row.capacity = capacity
            #expect(try SubjectRow(row.encoded) == row)
        }
        for length in 0..<row.encoded.count { #expect(throws: RowDamage.self) { try SubjectRow(row.encoded.prefix(length)) } }
        #expect(throws: RowDamage.self) { try SubjectRow(row.encoded + [0]) }
    }

    @Test(arguments: [SubjectKind.person, .organization])
    func rowsOfNamesAreReadAsTheyWereWritten(kind: SubjectKind) throws {
        let row = NamesRow(version: 3, kind: kind, names: ["张三丰", "李四光"])
        #expect(try NamesRow(row.encoded) == row)
        for length in 0..<row.encoded.count { #expect(throws: RowDamage.self) { try NamesRow(row.encoded.prefix(length)) } }
        #expect(throws: RowDamage.self) { try NamesRow(row.encoded + [0]) }
    }

    @Test func keepsNoNumberInItsRows() throws {
        var story = IdentityStory()
        _ = try story.submit(person)
        _ = try story.hearItself()
        for table in [SubjectRow.table, NamesRow.table] {
            #expect(story.tester.rows(table).count == 1)
            #expect(story.tester.rows(table).allSatisfy { !IdentityScanner.hasMatch(in: $0.payload) })
        }
    }

    // MARK: Objections to rewards

    private let objector = SealedSubject.Identity(kind: .person, idType: "RESIDENT_ID", idNumber: Samples.other, name: "李四光")

    /// The nominated person, announced, and a case about it.
    private func nominated(in story: inout IdentityStory, partition: Int = 3) throws -> RewardCaseId {
        let subjectId = try #require(try story.submit(person).profiles.first?.subjectId)
        _ = try story.hearItself()
        return RewardCaseId(subjectId: subjectId, partition: partition, cause: .record(Origin("reward.filed.v1", partition, 7)))
    }

    private static func objection(to caseId: String, _ statement: String) -> String {
        #"{"caseId":"\#(caseId)","statement":"\#(statement)","evidence":[{"name":"张三丰的说明","sha256":"00","uri":"urn:x:1"}]}"#
    }

    /// Anybody may object to a reward, wherever they live: the partition of the case stands in its id, and there lie the names of its subject.
    @Test func filesAnObjectionToARewardWhereItsCaseLiesWithoutTheNamesOfBoth() throws {
        var story = IdentityStory()
        let reward = try nominated(in: &story)
        let data = Self.objection(to: reward.description, "我李四光认为张·三丰并未参加，证件\(Samples.adult)")
        let first = try story.send(objector, type: "objection.raised", area: .reward, data, caseId: reward.description)
        #expect(first.filed.isEmpty && first.inboundAnswers.isEmpty)
        let onward = try #require(first.decision.outputs.last)
        #expect(onward.topic == VerifiedMessage.topic && onward.partition == 3 && onward.key.text == reward.mark)
        for name in ["李四光", "三丰", Samples.adult] { #expect(onward.value?.text.contains(name) == false) }

        let told = try story.goOn(first)
        let output = try #require(told.decision.outputs.last)
        #expect(told.decision.outputs.count == 1 && output.topic.name == "reward.filed.v1" && output.partition == 3)
        let filed = try #require(told.filed.first)
        #expect(filed.caseId == reward.description && filed.subjectId == first.profiles.first?.subjectId)
        #expect(output.key.text == filed.subjectId)
        let text = filed.data.text
        #expect(text.contains("我李＊＊认为张＊＊并未参加，证件****\(Samples.adult.suffix(4))") && text.contains("张＊＊的说明"), "\(text)")
    }

    @Test func anObjectionWaitsForTheNamesOfWhomTheCaseIsAbout() throws {
        var story = IdentityStory()
        let subjectId = try #require(try story.submit(person).profiles.first?.subjectId)
        let reward = RewardCaseId(subjectId: subjectId, partition: 0, cause: .record(Origin("reward.filed.v1", 0, 7)))
        let first = try story.send(
            person, type: "objection.raised", area: .reward, Self.objection(to: reward.description, "张三丰"), caseId: reward.description)
        #expect(try story.goOn(first).decision.wait?.code == "state.not-found")
        let late = try story.goOn(first, waitIsOver: true)
        #expect(late.filed.isEmpty && late.inboundAnswers.map(\.reasons) == [[Reason(.stateNotFound, at: "/caseId")]])
    }

    static let neverGivenOut = ["reward/4-", "reward/03-", "reward/-1-", "reward/x-"]

    @Test(arguments: neverGivenOut)
    func passesNothingOnThatNamesARewardThatThereIsNot(beginning: String) throws {
        var story = IdentityStory()
        let reward = try nominated(in: &story)
        let caseId = "\(beginning)\(reward.mark)-\(reward.serial)"
        let told = try story.send(
            objector, type: "objection.raised", area: .reward, Self.objection(to: caseId, "张三丰"), caseId: caseId)
        #expect(told.inboundAnswers.map(\.reasons) == [[Reason(.stateNotFound, at: "/caseId")]])
        #expect(told.filed.isEmpty && !told.decision.outputs.contains { $0.topic == VerifiedMessage.topic })
    }

    /// The reason may name whom the case is about, and the names are looked up under whom the message says.
    @Test func passesNoDecisionOnARewardOfSomebodyElseThanItNames() throws {
        var story = IdentityStory()
        let reward = try nominated(in: &story)
        let other = try #require(try story.submit(objector, recordNo: "8").profiles.first?.subjectId)
        _ = try story.hearItself()
        let told = try story.decide(about: other, #"{"reason":"张三丰"}"#, area: .reward, caseId: reward.description)
        #expect(told.filed.isEmpty && told.inboundAnswers.map(\.reasons) == [[Reason(.stateNotFound, at: "/caseId")]])
    }

    @Test func masksEverybodyWhomTheMessageNames() throws {
        var story = IdentityStory()
        let company = SealedSubject.Identity(kind: .organization, idType: "USCC", idNumber: Samples.company, name: "样本公司")
        let told = try story.send(
            company, type: "sanction.triggered", area: .sanction, #"{"basis":"样本公司由张三丰负责"}"#,
            others: #"[{"kind":"person","name":"张三丰"}]"#)
        #expect(told.filed.map(\.data.text) == [#"{"basis":"样本公司由张＊＊负责"}"#])
    }

    @Test func saysWhatItReadsAndWrites() {
        let identity = Identity(policy: SampleCity.policy(), keys: Samples.keys, partitionCount: 4)
        #expect(identity.topology.inputs == ["intake.verified.v1", "subject.sealed.v1"])
        #expect(identity.topology.isSealed)
        #expect(identity.topology.outputs.contains("task.filed.v1") && !identity.topology.outputs.contains("subject.filed.v1"))
        #expect(identity.policyVersion == "tests")
    }
}

extension FiledRecord {
    /// The facts of the conduct of a submission.
    fileprivate var facts: String {
        guard case .submit(let submission) = action else { return "" }
        return (try? JSONParser.parse(submission.record.conduct).root["facts"]?.string) ?? ""
    }
}
