import CreditModel
import StreamCore
import Testing

@Suite struct MessageTests {
    @Test func readsAndWritesARecord() throws {
        let record = try #require(RecordSubmitted(validated: Samples.value(.recordSubmitted)))
        #expect(record.recordNo == "豫交罚〔2026〕12号" && record.revision == 2 && record.catalogItem == "penalty.administrative")
        #expect(record.subject == SubjectStatement(kind: .person, idType: .residentId, idNumber: "410199199003070034", name: "张三"))
        #expect(record.field == "traffic" && record.occupation == "driver")
        #expect(record.conduct == Conduct(date: date("2026-01-05"), facts: "驾驶证号410199199003070034\n超载"))
        #expect(record.decision.date == date("2026-02-05") && record.decision.basisId == "road-traffic")
        #expect(record.decision.finality == DecisionFinality(.appealable, until: date("2026-04-06")))
        #expect(record.decision.simpleProcedure && !record.decision.remedied)
        #expect(record.severity == .general && record.validUntil == date("2027-02-05"))
        #expect(
            record.attributes == [
                RecordAttribute("fine", .text("5000.00")), RecordAttribute("points", .integer(3)), RecordAttribute("paid", .bool(true)),
            ])
        var writer = JSONWriter()
        record.write(to: &writer)
        let again = try JSONParser.parse(writer.bytes).root
        #expect(InboundType.recordSubmitted.shape.reasons(against: again, limits: ShapeTests.limits).isEmpty)
        #expect(RecordSubmitted(validated: again) == record)
        #expect(RecordSubmitted(validated: try JSONParser.parse(Bytes(utf8: "{}")).root) == nil)
    }

    @Test func readsAndWritesAWithdrawal() throws {
        let withdrawal = try #require(RecordWithdrawn(validated: Samples.value(.recordWithdrawn)))
        var writer = JSONWriter()
        withdrawal.write(to: &writer)
        #expect(RecordWithdrawn(validated: try JSONParser.parse(writer.bytes).root) == withdrawal)
        #expect(withdrawal.reason == "复议撤销")
    }

    @Test func readsEveryOtherMessage() throws {
        let registered = try #require(SubjectRegistered(validated: Samples.value(.subjectRegistered)))
        #expect(
            registered.domain == "telecom" && registered.registeredAt == instant("2026-01-05T10:00:00+08:00")
                && registered.validUntil == date("2036-01-05"))
        let disputed = try #require(DisputeRequested(validated: Samples.value(.disputeRequested)))
        #expect(disputed.ground == .notMine && disputed.evidence == [Evidence(name: "缴款凭证", sha256: Samples.digest, uri: "inbox/1")])
        #expect(try DisputeReviewRequested(validated: Samples.value(.disputeReviewRequested))?.disputeId == "dispute/1")
        let found = try #require(DisputeFound(validated: Samples.value(.disputeFound)))
        #expect(found.finding == .wrong && found.officer == Officer("transport/李四") && found.correction != nil && found.clockStop == nil)
        let stop = try JSONParser.parse(
            Bytes(utf8: #"{"disputeId":"dispute/1","subjectId":"s","clockStop":{"from":"2026-05-06","reason":"鉴定"}}"#)
        ).root
        #expect(DisputeFound(validated: stop)?.clockStop?.from == date("2026-05-06").start && DisputeFound(validated: stop)?.finding == nil)
        #expect(try ObjectionRaised(validated: Samples.value(.objectionRaised))?.caseId == "sanction/1")
        #expect(try ObjectionAnswered(validated: Samples.value(.objectionAnswered))?.result == .dismissed)
        let repair = try #require(RepairApplied(validated: Samples.value(.repairApplied)))
        #expect(
            repair.kind == .performance && repair.commitment?.signedAt == date("2026-03-01").start
                && repair.extensionUntil == date("2026-06-01"))
        #expect(repair.statement == "已经改正" && repair.evidence.count == 1)
        #expect(try RepairReviewed(validated: Samples.value(.repairReviewed))?.missing == ["承诺书"])
        let triggered = try #require(SanctionTriggered(validated: Samples.value(.sanctionTriggered)))
        #expect(
            triggered.recordIds == ["taxation/1"] && triggered.measures == ["procurement.excluded"]
                && triggered.proposer.bureau == "taxation")
        #expect(triggered.responsiblePersons.map(\.findingRecordId) == ["taxation/2"] && triggered.basis != nil)
        let decided = try #require(SanctionDecided(validated: Samples.value(.sanctionDecided)))
        #expect(decided.decision == .confirm && decided.until == date("2027-05-06") && decided.approver.name == "赵六")
        let nominated = try #require(RewardNominated(validated: Samples.value(.rewardNominated)))
        #expect(nominated.source == .roleModel && nominated.consent.givenAt == instant("2026-03-01T08:00:00Z"))
        #expect(try RewardDeclined(validated: Samples.value(.rewardDeclined))?.caseId == "reward/1")
        #expect(try RewardDecided(validated: Samples.value(.rewardDecided))?.decision == .grant)
        #expect(try PublicityReleased(validated: Samples.value(.publicityReleased))?.officer.bureau == "transport")
        let query = try #require(QueryRequested(validated: Samples.value(.queryRequested)))
        #expect(query.authorization == .consent && query.items == ["penalty.administrative"])
        #expect(try NoticeAcknowledged(validated: Samples.value(.noticeAcknowledged))?.status == .delivered)
        #expect(try DeliveryAcknowledged(validated: Samples.value(.deliveryAcknowledged))?.status == .notFound)
    }

    @Test func readsNothingFromAnEmptyMessage() throws {
        let nothing = try JSONParser.parse(Bytes(utf8: "{}")).root
        #expect(
            SubjectRegistered(validated: nothing) == nil && DisputeRequested(validated: nothing) == nil
                && DisputeFound(validated: nothing) == nil)
        #expect(
            RepairApplied(validated: nothing) == nil && SanctionTriggered(validated: nothing) == nil
                && RewardNominated(validated: nothing) == nil)
        #expect(
            QueryRequested(validated: nothing) == nil && SubjectStatement(validated: nothing) == nil
                && RecordWithdrawn(validated: nothing) == nil)
    }

    @Test func checksTheSubject() throws {
        let today = date("2026-05-06")
        var subject = SubjectStatement(kind: .person, idType: .residentId, idNumber: " 110105 19491231 002x", name: "李四")
        #expect(try subject.identity(at: "/subject", today: today).get().text == "11010519491231002X")
        subject.kind = .organization
        func reasons() -> [String] {
            guard case .failure(let failure) = subject.identity(at: "/subject", today: today) else { return [] }
            return failure.reasons.map { "\($0.code.rawValue) \($0.path)" }
        }
        #expect(reasons() == ["subject.kind /subject/idType"])
        subject.idNumber = "110105194912310021"
        #expect(reasons() == ["subject.kind /subject/idType", "subject.check-digit /subject/idNumber"])
        subject = SubjectStatement(kind: .person, idType: .uscc, idNumber: "91350100M000100Y43", name: "某公司")
        #expect(reasons() == ["subject.kind /subject/idType"])
    }
}
