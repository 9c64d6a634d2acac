import CreditModel
import StreamCore
import Testing

@Suite struct InboundTypeTests {
    @Test(arguments: InboundType.allCases)
    func readsItsOwnEventType(type: InboundType) {
        #expect(InboundType(eventType: type.eventType) == type)
        #expect(type.eventType == "chengxin.\(type.rawValue).v1")
        #expect(type.topics.contains(type.topic(for: nil)))
    }

    @Test(
        arguments: [
            (InboundType.recordSubmitted, #"{"recordNo":"A1#2"}"#, "transport/A1"),
            (.recordWithdrawn, #"{"recordNo":"A1"}"#, "transport/A1"),
            (.recordSubmitted, "{}", nil), (.recordSubmitted, #"{"recordNo":""}"#, nil), (.recordSubmitted, #"{"recordNo":1}"#, nil),
            (.disputeRequested, #"{"recordId":"b/A1#2~3"}"#, "b/A1"), (.repairApplied, #"{"recordId":"b/A1"}"#, "b/A1"),
            (.publicityReleased, #"{"recordId":"b/A1~2"}"#, "b/A1"), (.disputeFound, #"{"disputeId":"dispute/1"}"#, "dispute/1"),
            (.disputeReviewRequested, #"{"disputeId":"dispute/1"}"#, "dispute/1"),
            (.repairReviewed, #"{"repairId":"repair/1"}"#, "repair/1"),
            (.objectionRaised, #"{"caseId":"sanction/1"}"#, "sanction/1"), (.objectionAnswered, #"{"caseId":"reward/1"}"#, "reward/1"),
            (.sanctionDecided, #"{"caseId":"sanction/1"}"#, "sanction/1"), (.rewardDecided, #"{"caseId":"reward/1"}"#, "reward/1"),
            (.rewardDeclined, #"{"caseId":"reward/1"}"#, "reward/1"), (.sanctionTriggered, #"{"determinationNo":"D1"}"#, "D1"),
            (.subjectRegistered, "{}", "/bureaus/transport/m1"), (.rewardNominated, "{}", "/bureaus/transport/m1"),
            (.noticeAcknowledged, #"{"noticeId":"n1"}"#, "n1"), (.deliveryAcknowledged, #"{"deliveryId":"3/x"}"#, "3/x"),
        ] as [(InboundType, String, String?)])
    func knowsTheProperKey(type: InboundType, text: String, key: String?) throws {
        let data = try JSONParser.parse(Bytes(utf8: text)).root
        #expect(type.properKey(of: data, source: "/bureaus/transport", id: "m1") == key)
    }

    @Test func recordsBelongToBureaus() throws {
        let data = try JSONParser.parse(Bytes(utf8: #"{"recordNo":"A1"}"#)).root
        #expect(InboundType.recordSubmitted.properKey(of: data, source: "/portal", id: "m1") == nil)
    }

    @Test func sendsAnswersToObjectionsToTheDecisionsOfTheirCase() throws {
        func topic(_ text: String) throws -> Topic {
            InboundType.objectionAnswered.topic(for: try JSONParser.parse(Bytes(utf8: text)).root)
        }
        #expect(try topic(#"{"caseId":"reward/1"}"#) == "reward.decisions.v1")
        #expect(try topic(#"{"caseId":"sanction/1"}"#) == "sanction.decisions.v1")
        #expect(try topic("{}") == "sanction.decisions.v1")
    }

    @Test(arguments: [
        ("A1", "A1", 1), ("A1#2", "A1", 2), ("A1#12", "A1", 12), ("A1~2", "A1", 1), ("A1#2~3", "A1", 2), ("b/A1#2", "b/A1", 2),
        ("A1#1", "A1#1", 1),
        ("A1#0", "A1#0", 1), ("A1#02", "A1#02", 1), ("A1#x", "A1#x", 1), ("A#1号", "A#1号", 1), ("#2", "#2", 1), ("", "", 1),
        ("A1#", "A1#", 1),
        ("A1#2#3", "A1#2", 3), ("A1#9999999999", "A1#9999999999", 1), ("豫罚〔2026〕1号#2", "豫罚〔2026〕1号", 2),
    ])
    func stripsTheSuffixesOfRecordNumbers(number: String, family: String, party: Int) {
        #expect(RecordNumber.family(of: number) == family)
        #expect(RecordNumber.party(of: number) == party)
    }
}
