import StreamCore
import Testing

@testable import CreditModel

/// What one worker writes, the next one reads: the same values, and the names of the contract.
@Suite struct StepMessageTests {
    private let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
    private let cause = Cause.record(Origin("record.submissions.v1", 2, 41))
    private let submission = SubmissionReference(source: "/bureaus/transport", id: "d-1")
    private let content = RecordContent(
        catalogItem: "penalty.administrative", severity: .serious, conduct: Bytes(utf8: #"{"date":"2026-02-01","facts":"超限运输"}"#),
        decision: Bytes(utf8: #"{"documentNo":"交罚〔2026〕7号","date":"2026-03-02"}"#),
        decisionDate: CivilDate(year: 2026, month: 3, day: 2)!, validUntil: CivilDate(year: 2029, month: 3, day: 2)!,
        attributes: Bytes(utf8: #"{"amount":"5000.00"}"#), field: "transport", occupation: nil)

    private func text(_ encode: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        encode(&writer)
        return writer.bytes.text
    }

    private func value(_ text: String) throws -> JSONValue { try JSONParser.parse(Bytes(utf8: text)).root }

    @Test func opensWhatIntakeHasSealedForThisKeyOnly() throws {
        let sealed = VerifiedMessage.seal(Bytes(utf8: #"{"data":{}}"#), for: Bytes(utf8: "k1"), because: cause, keys: keys)
        let message = VerifiedMessage(
            type: "chengxin.record.submitted.v1", area: .record, submission: submission, bureau: "transport", recordNo: "7", revision: 1,
            recordId: "transport/7",
            finality: Finality(
                from: Instant(milliseconds: 1_778_601_600_000), reasons: [Reason(.finalityAppealable, at: "/decision/finality")]),
            notes: Bytes(utf8: #"{"basis":"unconfirmed"}"#), sealed: sealed)
        let written = text(message.encode)
        let read = try VerifiedMessage.decode(value(written))
        #expect(text(read.encode) == written)
        #expect(try read.open(for: Bytes(utf8: "k1"), keys: keys).text == #"{"data":{}}"#)
        #expect(throws: Rejection.self) { try read.open(for: Bytes(utf8: "k2"), keys: keys) }
        #expect(read.isAnswered)
        #expect(written.contains(#""finality":{"from":"2026-05-13T00:00:00+08:00","reasons":[{"code":"finality.appealable""#))
    }

    @Test func carriesASubmissionToTheLedger() throws {
        let filed = FiledRecord(
            action: .submit(
                FiledRecord.Submission(
                    revision: 2, subjectKind: .organization,
                    finality: Finality(from: nil, reasons: [Reason(.finalityUnderReview, at: "/decision/finality")]), record: content)),
            type: "chengxin.record.submitted.v1", submission: submission, bureau: "transport", recordNo: "7", recordId: "transport/7~2",
            subjectId: "s1", notes: Bytes(utf8: "{}"))
        let written = text(filed.encode)
        let read = try FiledRecord.decode(value(written))
        #expect(text(read.encode) == written)
        guard case .submit(let submission) = read.action else { return #expect(Bool(false), "a submission") }
        #expect(submission.record == content)
        #expect(submission.finality.from == nil && !submission.finality.isReached)
    }

    @Test func carriesAWithdrawalWithoutAnAnswer() throws {
        let filed = FiledRecord(
            action: .withdraw(FiledRecord.Withdrawal(reason: "撤销", basis: nil)), type: "chengxin.record.withdrawn.v1",
            submission: submission, isAnswered: false, bureau: "transport", recordNo: "7", recordId: "transport/7", subjectId: "s1")
        let read = try FiledRecord.decode(value(text(filed.encode)))
        #expect(!read.isAnswered)
        #expect(text(read.encode) == text(filed.encode))
    }

    @Test(arguments: ["annotate", "suspend", "state", "clear", "correct", "withdraw", "repair", "seal"])
    func carriesARuling(word: String) throws {
        let ruling: RecordRuling.Ruling =
            switch word {
            case "annotate": .annotate
            case "suspend": .suspend(until: CivilDate(dayNumber: 20_000))
            case "state": .state("已整改")
            case "clear": .clear
            case "correct": .correct(Bytes(utf8: #"{"severity":"MINOR"}"#))
            case "withdraw": .withdraw
            case "repair": .repair
            default: .seal
            }
        let message = RecordRuling(
            ruling, subjectId: "s1", recordId: "transport/7", caseId: "dispute/1",
            cause: VersionCause(origin: "dispute.filed.v1/0/3", type: "chengxin.dispute.found.v1"))
        let written = text(message.encode)
        #expect(text(try RecordRuling.decode(value(written)).encode) == written)
        #expect(written.hasPrefix(#"{"ruling":"\#(["state", "suspend"].contains(word) ? "annotate" : word)","#))
    }

    @Test func writesAVersionByTheNamesOfTheContract() throws {
        var version = RecordChanged(
            recordId: "transport/7", subjectId: "s1", subjectKind: .organization, version: 1, previousHash: nil, state: .effective,
            isRestricted: false, cause: VersionCause(origin: "record.filed.v1/0/0", type: "chengxin.record.submitted.v1"),
            bureau: "transport", recordNo: "7", revision: 1, content: content, catalogItem: content.catalogItem, severity: content.severity,
            publicUntil: CivilDate(year: 2029, month: 3, day: 2))
        let written = text(version.encode)
        #expect(
            try value(written).members.map { $0.name.string } == [
                "recordId", "subjectId", "subjectKind", "version", "previousHash", "state", "restricted", "cause", "bureau", "recordNo",
                "revision", "catalogItem", "severity", "conduct", "decision", "validUntil", "attributes", "field", "publicUntil",
                "statements", "annotations",
            ])
        #expect(text(try RecordChanged.decode(value(written)).encode) == written)

        version.content = nil
        version.isRestricted = true
        version.annotations = [RecordChanged.Annotation(caseId: "dispute/1", since: Instant(milliseconds: 0))]
        version.statements = [RecordChanged.Statement(caseId: "repair/1", text: "说明")]
        version.effectiveFrom = Instant(milliseconds: 1)
        version.previousHash = "00"
        let sealed = text(version.encode)
        #expect(text(try RecordChanged.decode(value(sealed)).encode) == sealed)
        #expect(sealed.contains(#""conduct":{},"decision":{},"sealed":true"#))
    }

    @Test func writesAnswersUnderTheKeyOfTheirSender() throws {
        let answer = SubmissionAnswered(
            submission: submission, bureau: "transport", recordNo: "7", revision: 1, recordId: "transport/7", subjectId: "s1", version: 1,
            status: .held, reasons: [Reason(.finalityAppealable, at: "/decision/finality")], effectiveFrom: Instant(milliseconds: 0),
            appeal: SubmissionAnswered.Appeal(how: "复议", until: CivilDate(year: 2026, month: 5, day: 1)))
        let output = answer.output()
        #expect(output.key.text == "transport/7")
        #expect(output.subject == "s1")
        #expect(text(try SubmissionAnswered.decode(value(text(answer.encode))).encode) == text(answer.encode))
        #expect(SubmissionAnswered(submission: submission, status: .rejected).output().key.text == "/bureaus/transport")

        let other = InboundAnswered(submission: submission, type: "chengxin.subject.registered.v1", status: .accepted)
        #expect(other.output().key.text == "/bureaus/transport")
        #expect(text(try InboundAnswered.decode(value(text(other.encode))).encode) == text(other.encode))
    }

    @Test func carriesWhatOtherWorkersMayKnowOfASubject() throws {
        let profile = SubjectProfile(
            subjectId: "s1", version: 3, kind: .person, capacity: .adult, displayName: "张＊",
            registrations: [.init(domain: "telecom", registeredAt: "2026-01-01", validUntil: CivilDate(year: 2030, month: 1, day: 1))])
        #expect(try SubjectProfile.decode(value(text(profile.encode))) == profile)

        let identity = SealedSubject.Identity(kind: .person, idType: "PASSPORT", idNumber: "E12345678", name: "张三")
        let sealed = SealedSubject(identity, subjectId: "s1", version: 1, because: cause, keys: keys)
        let read = try SealedSubject.decode(value(text(sealed.encode)))
        #expect(try read.open(keys: keys) == identity)
        #expect(!text(sealed.encode).contains("E12345678"))
        var moved = read
        moved.subjectId = "s2"
        #expect(throws: Rejection.self) { try moved.open(keys: keys) }
    }

    @Test func carriesMessagesOfOtherAreas() throws {
        let filed = FiledMessage(
            type: "chengxin.dispute.requested.v1", submission: submission, subjectId: "s1", bureau: nil, caseId: "dispute/1",
            recordId: "transport/7", data: Bytes(utf8: #"{"ground":"NOT_MINE"}"#))
        #expect(text(try FiledMessage.decode(value(text(filed.encode))).encode) == text(filed.encode))
        #expect(Area.dispute.filedTopic == "dispute.filed.v1")
        #expect(Area.subject.filedTopic == nil)
    }

    @Test func writesAListingWithoutASubject() throws {
        var listing = ListingChanged(
            recordId: "transport/7", action: .list, displayName: "张＊", from: CivilDate(year: 2026, month: 3, day: 2)!,
            until: CivilDate(year: 2029, month: 3, day: 2), reason: .released, bureau: "transport", catalogItem: "penalty.administrative",
            severity: .serious, decision: Bytes(utf8: #"{"documentNo":"交罚〔2026〕7号"}"#))
        let output = listing.output()
        #expect(output.key.text == "listing/transport/7" && output.subject == nil && output.correlation == "transport/7")
        let written = try value((output.value ?? []).text)
        #expect(
            written.members.map { $0.name.string } == [
                "listingId", "recordId", "action", "displayName", "from", "until", "reason", "bureau", "catalogItem", "severity",
                "decision",
            ])
        #expect(try ListingChanged.decode(written) == listing)
        listing.action = .delist
        listing.until = nil
        listing.decision = nil
        #expect(try ListingChanged.decode(value((listing.output().value ?? []).text)) == listing)
    }

    @Test func writesAStepOfARewardByTheNamesOfTheContract() throws {
        var step = RewardProgressed(caseId: "reward/0-a-b", subjectId: "s1", programme: "integrity-citizen", status: .objected)
        step.submission = submission
        step.reasons = [Reason(.rewardRefused)]
        step.dueAt = Instant(milliseconds: 1_778_601_600_000)
        step.until = CivilDate(year: 2027, month: 5, day: 13)
        step.decision = RewardProgressed.Decision(authority: "credit-office", reason: "事迹属实")
        step.objection = CaseObjection(statement: "并未参加", evidence: Bytes(utf8: "[]"))
        step.openCaseId = "reward/0-a-c"
        let output = step.output()
        #expect(output.key.text == "s1" && output.subject == "s1" && output.correlation == "reward/0-a-b")
        let written = try value((output.value ?? []).text)
        #expect(
            written.members.map { $0.name.string } == [
                "caseId", "subjectId", "programme", "status", "submission", "reasons", "dueAt", "until", "decision", "objection",
                "openCaseId",
            ])
        #expect(try RewardProgressed.decode(written) == step)
    }

    @Test func callsACaseOfARewardByPartitionSubjectAndNomination() throws {
        let id = RewardCaseId(subjectId: "s1", partition: 13, cause: cause)
        #expect(RewardCaseId(id.description) == id && id.description.hasPrefix("reward/13-"))
        #expect(id.mark == RewardCaseId.mark(of: "s1") && id.mark != RewardCaseId.mark(of: "s2"))
        #expect((id.mark + id.serial).allSatisfy { ("a"..."p").contains($0) }, "nobody takes it for a number")
        #expect(RewardCaseId(subjectId: "s1", partition: 13, cause: .record(Origin("record.submissions.v1", 2, 42))).serial != id.serial)
        for wrong in [
            "", "reward/", "reward/13", "reward/13-\(id.mark)", "reward/x-\(id.mark)-\(id.serial)", "reward/13-\(id.mark)-", "repair/1-a-b",
        ] {
            #expect(RewardCaseId(wrong) == nil, "\(wrong)")
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"action":"FORGET"}"#, #"{"action":"WITHDRAW","type":7}"#,
        #"{"action":"WITHDRAW","type":"t","submission":{"source":"s"}}"#, #"{"action":"SUBMIT","revision":-1}"#,
        #"{"action":"SUBMIT","revision":1,"subjectKind":"ghost"}"#,
    ])
    func doesNotTakeAStepThatIsNone(text: String) throws {
        let value = try value(text)
        #expect(throws: Rejection.self) { try FiledRecord.decode(value) }
    }

    @Test func packsNumbersRunsAndMarks() throws {
        var writer = RowWriter(layout: 1)
        let numbers: [UInt64] = [0, 127, 128, 16_383, 16_384, .max]
        let signed: [Int64] = [0, -1, 63, -64, 64, .min, .max]
        writer.list(numbers) { $0.number($1) }
        writer.list(signed) { $0.signed($1) }
        writer.text("诚信")
        writer.optional(nil as String?) { $0.text($1) }
        writer.optional("a") { $0.text($1) }
        writer.instant(Instant(milliseconds: -5))
        writer.fixed([1, 2])
        var reader = RowReader(writer.bytes)
        #expect(try reader.byte() == 1)
        #expect(try reader.list { reader throws(RowDamage) in try reader.number() } == numbers)
        #expect(try reader.list { reader throws(RowDamage) in try reader.signed() } == signed)
        #expect(try reader.text() == "诚信")
        #expect(try reader.optional { reader throws(RowDamage) in try reader.text() } == nil)
        #expect(try reader.optional { reader throws(RowDamage) in try reader.text() } == "a")
        #expect(try reader.instant() == Instant(milliseconds: -5))
        #expect(try reader.fixed(2) == [1, 2])
        #expect(reader.isAtEnd)
        #expect(throws: RowDamage.self) { try reader.byte() }
        for length in 0..<writer.bytes.count {
            var cut = RowReader(writer.bytes.prefix(length))
            #expect(throws: RowDamage.self) {
                _ = try cut.byte()
                _ = try cut.list { reader throws(RowDamage) in try reader.number() }
                _ = try cut.list { reader throws(RowDamage) in try reader.signed() }
                _ = try cut.text()
                _ = try cut.optional { reader throws(RowDamage) in try reader.text() }
                _ = try cut.optional { reader throws(RowDamage) in try reader.text() }
                _ = try cut.instant()
                _ = try cut.fixed(2)
            }
        }
    }
}
