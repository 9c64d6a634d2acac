import CreditModel
import Crypto
import StreamCore
import Testing

@testable import Intake

@Suite struct SignatureGateTests {
    private static let bureau = "/bureaus/market-regulation"
    private static let lastDay = CivilDate.day("2026-05-06")

    /// A record signed by a key that is registered for `source`, valid until 6 May 2026, and what the gate says of it on a day.
    private func reasons(
        _ suite: SignatureSuite, source: String = bureau, on day: CivilDate = lastDay, spoil: (inout Bytes) -> Void = { _ in },
        topic: Topic = Intake.submissions
    ) throws -> [ReasonCode] {
        let key = try PrivateKey.generate(suite)
        let publicKey = try key.publicKey
        let policy = SampleCity.policy {
            $0.takesUnsigned = false
            $0.signatureKeys = [SignatureKey(id: "key-1", source: Self.bureau, publicKey: publicKey, validTo: Self.lastDay)]
        }
        var value = Bytes(utf8: RecordDraft.draft())
        let type = InboundType.recordSubmitted.eventType
        let signed = Envelope.signedBytes(
            topic: Intake.submissions, source: source, id: "one", type: type, time: "2026-05-06T08:00:00Z", keyId: "key-1", data: value)
        var headers = Headers()
        for (name, text) in [
            ("ce_specversion", "1.0"), ("ce_id", "one"), ("ce_source", source), ("ce_type", type), ("ce_time", "2026-05-06T08:00:00Z"),
            ("ce_keyid", "key-1"), ("ce_signature", Base64.text(try key.sign(signed))),
        ] {
            headers.append(named: Bytes(utf8: name), Bytes(utf8: text))
        }
        spoil(&value)
        var parser = JSONParser()
        let envelope = Envelope(headers: headers, value: value, topic: topic, bytesMax: 262_144, parser: &parser)
        return SignatureGate.reasons(envelope, topic: topic, today: day, policy: policy).map(\.code)
    }

    @Test(arguments: SignatureSuite.allCases)
    func takesWhatTheSourcesOwnKeyHasSigned(suite: SignatureSuite) throws {
        #expect(try reasons(suite) == [])
    }

    @Test(arguments: SignatureSuite.allCases)
    func refusesBytesThatWereChanged(suite: SignatureSuite) throws {
        #expect(try reasons(suite, spoil: { $0.append(UInt8(ascii: " ")) }) == [.signatureInvalid])
    }

    @Test func refusesASignatureForAnotherTopic() throws {
        #expect(try reasons(.ed25519, topic: "dispute.requests.v1") == [.signatureInvalid])
    }

    @Test func refusesAnothersKeyAndOneThatIsOver() throws {
        #expect(try reasons(.ed25519, source: "/bureaus/transport") == [.signatureKeyUnknown])
        #expect(try reasons(.ed25519, on: .day("2026-05-07")) == [.signatureKeyUnknown])
    }
}
