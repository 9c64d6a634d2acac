import Foundation
import StreamCore
import Testing

@testable import CreditModel

/// What leaves the cluster, or tells what became of it: read back as it was written, with the members that its schema has.
@Suite struct OutgoingMessageTests {
    private static let sealed = SealedIdentity(keyId: "permits-2026", encapsulated: [1, 2, 3], ciphertext: [4, 5])
    private static let day = CivilDate(iso: "2027-07-06")!
    private static let subjectId = "s0123456789abcdef0123456789abcdef"

    private static let order = SanctionOrdered(
        orderId: "sanction/1-permits", sequence: 2, action: .suspend, caseId: "sanction/1", measure: "permit.no-commitment-procedure",
        agency: "permits", until: day, basis: "《中华人民共和国行政处罚法》第九条", deliveryId: "0-0123456789abcd.2", sealed: sealed)
    private static let grant = RewardGranted(
        grantId: "reward/1-metro", sequence: 1, action: .grant, caseId: "reward/1", benefit: "metro.discount", agency: "metro",
        until: day, deliveryId: "0-0123456789abcd.1", sealed: sealed)
    private static let notice = NoticeSent(
        noticeId: "repair-1", subjectId: subjectId, kind: .repairPossible, caseId: "repair/1", recordId: "transport/7", channel: "sms",
        text: Bilingual(zh: "您的记录", en: "Your record"), sealed: sealed)
    private static let noticeStatus = NoticeProgressed(
        noticeId: "repair-1", subjectId: subjectId, kind: .repairPossible, caseId: "repair/1", recordId: nil, status: .failed,
        channel: "sms", at: day.start)
    private static let deliveryStatus = DeliveryProgressed(
        deliveryId: "0-0123456789abcd.2", caseId: "sanction/1", subjectId: subjectId, orderId: "sanction/1-permits", sequence: 2,
        action: "SUSPEND", agency: "permits", status: .acknowledged, receipt: .applied, at: day.start)

    private func value(_ output: Output) throws -> JSONValue { try JSONParser.parse(output.value ?? []).root }

    @Test func readsWhatItWrites() throws {
        #expect(try SanctionOrdered.decode(value(Self.order.output())) == Self.order)
        #expect(try RewardGranted.decode(value(Self.grant.output())) == Self.grant)
        #expect(try NoticeSent.decode(value(Self.notice.output())) == Self.notice)
        #expect(try NoticeProgressed.decode(value(Self.noticeStatus.output())) == Self.noticeStatus)
        #expect(try DeliveryProgressed.decode(value(Self.deliveryStatus.output())) == Self.deliveryStatus)
    }

    private static let outputs: [(String, Output)] = [
        ("sanction.ordered", order.output()), ("reward.granted", grant.output()), ("notice.sent", notice.output()),
        ("notice.progressed", noticeStatus.output()), ("delivery.progressed", deliveryStatus.output()),
    ]

    @Test(arguments: outputs)
    func hasTheMembersOfItsSchema(name: String, output: Output) throws {
        #expect(output.type == "chengxin.\(name).v1")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = try Data(contentsOf: root.appendingPathComponent("topics/schemas/\(name).json"))
        let schema = try JSONParser.parse(Array(file)[...]).root
        var properties: [String: JSONValue] = [:]
        for (name, property) in try schema.needed("properties").members { properties[name.string ?? ""] = property }
        var written: Set<String> = []
        for (name, member) in try value(output).members {
            let property = try #require(properties[name.string ?? ""], "the schema has no \(name.string ?? "")")
            written.insert(name.string ?? "")
            guard let words = property["enum"] else { continue }
            #expect(words.elements.contains { $0.string == member.string }, "\(name.string ?? "")")
        }
        for name in try schema.needed("required").elements { #expect(written.contains(name.string ?? ""), "\(name.string ?? "")") }
    }

    /// An agency gets no handle by which it could compare what it knows with another.
    @Test func namesNoSubjectToAnAgency() throws {
        for output in [
            Self.order.output(), Self.order.output(to: SanctionOrdered.currentTopic), Self.grant.output(),
            SanctionOrdered.gone(orderId: "o", caseId: "c"), RewardGranted.gone(grantId: "g", caseId: "c"),
        ] {
            #expect(output.subject == nil)
            #expect(!(output.value ?? []).text.contains("subjectId"))
        }
        #expect(SanctionOrdered.gone(orderId: "o", caseId: "c").value == nil)
    }

    @Test func knowsThePlaceOfWhatIsSealed() throws {
        let places = try Self.outputs.map { try SealedPlace(value($0.1))?.recipient }
        #expect(places == ["/agencies/permits", "/agencies/metro", "/gateways/sms", nil, nil])
    }
}
