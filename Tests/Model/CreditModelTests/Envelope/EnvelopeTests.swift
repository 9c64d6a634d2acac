import CreditModel
import Crypto
import StreamCore
import Testing

@Suite struct EnvelopeTests {
    static let data = #"{"recordNo":"1"}"#

    static func headers(_ changes: (String, String?)...) -> Headers {
        var attributes: [(String, String?)] = [
            ("ce_specversion", "1.0"), ("ce_id", "m-1"), ("ce_source", "/bureaus/transport"), ("ce_type", "chengxin.record.submitted.v1"),
            ("ce_time", "2026-05-06T01:00:00Z"), ("content-type", "application/json"),
        ]
        for (name, value) in changes {
            attributes.removeAll { $0.0 == name }
            if let value { attributes.append((name, value)) }
        }
        var headers = Headers()
        for (name, value) in attributes { headers.append(named: Bytes(utf8: name), value.map { Bytes(utf8: $0) }) }
        return headers
    }

    static func envelope(
        _ headers: Headers = headers(), value: Bytes? = Bytes(utf8: data), topic: Topic = "record.submissions.v1", bytesMax: Int = 1000
    ) -> Envelope {
        var parser = JSONParser()
        return Envelope(headers: headers, value: value, topic: topic, bytesMax: bytesMax, parser: &parser)
    }

    static func structured(_ text: String) -> Envelope {
        var headers = Headers()
        headers.append("content-type", text: "application/cloudevents+json; charset=UTF-8")
        return envelope(headers, value: Bytes(utf8: text))
    }

    @Test func readsTheBinaryMode() throws {
        let envelope = Self.envelope(
            Self.headers(("ce_keyid", "k1"), ("ce_signature", "c2ln"), ("traceparent", "00-1-2-01"), ("other", "x")))
        #expect(envelope.reasons.isEmpty && envelope.mode == .binary && envelope.isAnswerable)
        #expect(envelope.id == "m-1" && envelope.source == "/bureaus/transport" && envelope.sender == .bureau("transport"))
        #expect(envelope.type == "chengxin.record.submitted.v1" && envelope.inboundType == .recordSubmitted)
        #expect(
            envelope.time == "2026-05-06T01:00:00Z" && envelope.keyId == "k1" && envelope.signature == "c2ln"
                && envelope.traceparent == "00-1-2-01")
        #expect(envelope.data?.text == Self.data)
        var parser = JSONParser()
        #expect(try envelope.parsed(by: &parser)?["recordNo"]?.string == "1")
    }

    @Test func readsTheStructuredModeAndKeepsTheDataAsItStands() throws {
        let text = #"""
            {"specversion":"1.0","id":"m-1","source":"/bureaus/transport","type":"chengxin.record.submitted.v1","time":"2026-05-06T01:00:00Z",
            "keyid":"k1","signature":"c2ln","traceparent":"00-1-2-01","datacontenttype":"application/json","extra":1,"data": {"recordNo" : "1"} }
            """#
        for envelope in [Self.structured(text), Self.envelope(Headers(), value: Bytes(utf8: text))] {
            #expect(envelope.reasons.isEmpty && envelope.mode == .structured)
            #expect(envelope.id == "m-1" && envelope.source == "/bureaus/transport" && envelope.inboundType == .recordSubmitted)
            #expect(
                envelope.time == "2026-05-06T01:00:00Z" && envelope.keyId == "k1" && envelope.signature == "c2ln"
                    && envelope.traceparent == "00-1-2-01")
            #expect(envelope.data?.text == #"{"recordNo" : "1"}"#)
            var parser = JSONParser()
            #expect(try envelope.parsed(by: &parser)?["recordNo"]?.string == "1")
        }
    }

    @Test(
        arguments: [
            ([("ce_specversion", nil)], [.envelopeMissing]), ([("ce_specversion", "0.3")], [.envelopeVersion]),
            ([("ce_id", nil)], [.envelopeMissing]),
            ([("ce_id", "")], [.envelopeMissing]), ([("ce_source", nil)], [.envelopeMissing]), ([("ce_type", nil)], [.envelopeMissing]),
            ([("ce_type", "chengxin.record.submitted.v2")], [.envelopeType]), ([("ce_type", "record.submitted")], [.envelopeType]),
            ([("ce_type", "chengxin..v1")], [.envelopeType]), ([("ce_type", "chengxin.v1")], [.envelopeType]),
            ([("ce_type", "chengxin.dispute.found.v1")], [.envelopeType]), ([("ce_id", "a\nb")], [.envelopeMissing, .envelopeMissing]),
            ([("ce_id", String(repeating: "x", count: 513))], [.envelopeMissing, .envelopeMissing]),
            ([("content-type", "text/plain")], [.envelopeType]),
            ([("content-type", nil)], []), ([("content-type", "application/json; charset=utf-8")], []), ([("ce_time", nil)], []),
            ([("ce_time", "yesterday")], []),
            ([("ce_id", nil), ("ce_source", nil), ("ce_specversion", "2")], [.envelopeVersion, .envelopeMissing, .envelopeMissing]),
            ([("content-type", "APPLICATION/JSON")], []),
        ] as [([(String, String?)], [ReasonCode])])
    func saysEverythingThatIsWrongWithAttributes(changes: [(String, String?)], codes: [ReasonCode]) {
        var headers = Headers()
        for (name, value) in Self.headers() where !changes.contains(where: { $0.0 == name.text }) { headers.append(named: name, value) }
        for (name, value) in changes { if let value { headers.append(named: Bytes(utf8: name), Bytes(utf8: value)) } }
        #expect(Self.envelope(headers).reasons.map(\.code) == codes)
    }

    @Test(
        arguments: [
            ("", [.schemaFormat]), ("{", [.schemaFormat]), ("[]", [.envelopeMissing]), ("\"x\"", [.envelopeMissing]),
            ("{}", [.envelopeMissing, .envelopeMissing, .envelopeMissing, .envelopeMissing, .envelopeMissing]),
            (
                #"{"specversion":"1.0","id":7,"source":"/portal","type":"chengxin.record.submitted.v1","data":{}}"#,
                [.envelopeMissing, .envelopeMissing]
            ),
            (#"{"specversion":"1.0","id":"7","source":"/portal","type":"chengxin.record.submitted.v1","data":null}"#, [.envelopeMissing]),
            (
                #"{"specversion":"1.0","id":"7","source":"/portal","type":"chengxin.record.submitted.v1","data_base64":"e30="}"#,
                [.envelopeMissing, .envelopeMissing]
            ),
            (
                #"{"specversion":"1.0","id":"7","id":"8","source":"/portal","type":"chengxin.record.submitted.v1","data":{}}"#,
                [.schemaFormat]
            ),
            (#"{"specversion":"1.1","id":"7","source":"/portal","type":"chengxin.x.y.v1","data":{}}"#, [.envelopeVersion, .envelopeType]),
        ] as [(String, [ReasonCode])])
    func saysEverythingThatIsWrongWithAnEvent(text: String, codes: [ReasonCode]) {
        let envelope = Self.structured(text)
        #expect(envelope.reasons.map(\.code) == codes)
    }

    @Test func neverCrashesOnWhatIsNoMessage() {
        #expect(Self.envelope(value: nil).reasons.map(\.code) == [.envelopeMissing])
        #expect(Self.envelope(value: nil).isAnswerable)
        let nothing = Self.envelope(Headers(), value: nil)
        #expect(nothing.reasons.map(\.code) == [.envelopeMissing, .envelopeMissing, .envelopeMissing, .envelopeMissing, .envelopeMissing])
        #expect(!nothing.isAnswerable)
        var headers = Self.headers(("ce_id", nil), ("ce_source", nil))
        headers.append("ce_id", [0xff, 0xfe])
        headers.append("ce_source", nil)
        let binary = Self.envelope(headers)
        #expect(binary.reasons.map(\.code) == [.envelopeNotUTF8, .envelopeMissing, .envelopeMissing] && !binary.isAnswerable)
        var batch = Headers()
        batch.append("content-type", text: "application/cloudevents-batch+json")
        #expect(Self.envelope(batch, value: Bytes(utf8: "[]")).reasons.map(\.code) == [.envelopeType])
        let large = Self.envelope(value: Bytes(utf8: "{\"a\":\"" + String(repeating: "x", count: 2000) + "\"}"))
        #expect(large.reasons.map(\.code) == [.envelopeTooLarge] && large.isAnswerable)
        #expect(large.reasons[0].hint.contains("1000"))
        var parser = JSONParser()
        #expect(throws: Never.self) { try Self.envelope(value: nil).parsed(by: &parser) }
    }

    @Test func neverTrapsOnAnyBytes() {
        var generator = SplitMix(seed: 11)
        let whole = Array(#"{"specversion":"1.0","id":"7","source":"/portal","type":"chengxin.record.submitted.v1","data":{"a":[1]}}"#.utf8)
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            let envelope = Self.envelope(Headers(), value: bytes[...])
            #expect(envelope.data != nil || !envelope.reasons.isEmpty)
        }
    }

    @Test(arguments: [
        ("{", ReasonCode.schemaFormat), ("{\"a\":1,\"a\":2}", .schemaFormat), ("\u{0}", .schemaFormat),
    ])
    func saysWhyDataIsNoJSON(text: String, code: ReasonCode) {
        var parser = JSONParser()
        #expect(performing: { try Self.envelope(value: Bytes(utf8: text)).parsed(by: &parser) }, throws: { ($0 as? Reason)?.code == code })
        #expect(
            performing: { try Self.envelope(value: [0x7b, 0xff, 0x7d]).parsed(by: &parser) },
            throws: { ($0 as? Reason)?.code == .envelopeNotUTF8 })
    }

    @Test func buildsTheBytesThatAreSigned() throws {
        let envelope = Self.envelope(Self.headers(("ce_keyid", "k1")))
        let digest = Hexadecimal.text(Digest.sha256(Bytes(utf8: Self.data)))
        #expect(
            envelope.signedBytes(topic: "record.submissions.v1")?.text
                == "chengxin1\nrecord.submissions.v1\n/bureaus/transport\nm-1\nchengxin.record.submitted.v1\n2026-05-06T01:00:00Z\nk1\n\(digest)\n"
        )
        #expect(Self.envelope().signedBytes(topic: "record.submissions.v1") == nil)
    }

    @Test(arguments: [
        ("/bureaus/market-regulation", Sender.bureau("market-regulation")), ("/portal", .portal), ("/agencies/metro", .agency("metro")),
        ("/gateways/sms", .gateway("sms")), ("/workers/intake", .worker("intake")),
    ])
    func readsSenders(source: String, sender: Sender) {
        #expect(Sender(source) == sender)
        #expect(sender.description == source)
        #expect(sender.bureauId == (source.hasPrefix("/bureaus/") ? String(source.dropFirst(9)) : nil))
    }

    @Test(arguments: [
        "", "/", "portal", "/portal/", "/portal/x", "/bureaus", "/bureaus/", "/bureaus/a/b", "/Bureaus/a", "bureaus/a", "/bureaus/a b",
        "/bureaus/A", "/bureaus/局", "/x/a", "//a",
    ])
    func refusesOtherSources(source: String) {
        #expect(Sender(source) == nil)
    }
}
