import Crypto
import StreamCore

/// The CloudEvents envelope of a message (CloudEvents 1.0, Kafka binding), in binary or structured mode, with everything that is wrong with it.
///
/// What could be read is there even if something else is wrong, so that the sender can be answered.
public struct Envelope: Sendable {
    /// How the attributes were carried.
    public enum Mode: Sendable {
        /// As headers `ce_…`; the value is the data.
        case binary
        /// The value is the event, with the data as one of its members.
        case structured
    }

    public private(set) var mode: Mode
    /// Nil when it is missing or unreadable; the same for the others.
    public private(set) var id: String?
    public private(set) var source: String? {
        didSet { sender = source.flatMap(Sender.init) }
    }
    public private(set) var type: String?
    /// As it is written. Information, it decides nothing.
    public private(set) var time: String?
    public private(set) var keyId: String?
    /// As it is written, in base64.
    public private(set) var signature: String?
    public private(set) var traceparent: String?
    /// The message as it stands; nil when there is none.
    public private(set) var data: Bytes?
    /// What is wrong with the envelope, without the data.
    public private(set) var reasons: [Reason] = []
    /// In structured mode the data as it was parsed with the event.
    private var parsedData: JSONValue?

    /// Whether source and id are known, so that an answer can name the message.
    public var isAnswerable: Bool { id != nil && source != nil }

    /// Who the source says it is; nil when it names none of those who send.
    public private(set) var sender: Sender?

    /// The type of an inbound message; nil when it is none, or on the wrong topic.
    public private(set) var inboundType: InboundType?

    /// Reads the envelope of a message on its topic.
    ///
    /// - Parameter bytesMax: what the value may have.
    public init(_ message: Message, bytesMax: Int, parser: inout JSONParser) {
        self.init(headers: message.headers, value: message.value, topic: message.topic, bytesMax: bytesMax, parser: &parser)
    }

    public init(headers: Headers, value: Bytes?, topic: Topic, bytesMax: Int, parser: inout JSONParser) {
        var version: String?
        var contentType: String?
        var hasAttributes = false
        mode = .binary
        for (name, bytes) in headers {
            guard let attribute = Attribute(header: name) else { continue }
            if attribute != .contentType && attribute != .traceparent { hasAttributes = true }
            guard let bytes, let text = attributeText(bytes, attribute) else { continue }
            switch attribute {
            case .contentType: contentType = contentType ?? text
            case .specversion: version = version ?? text
            default: set(attribute, text)
            }
        }
        let isStructured = contentType.map { $0.lowercasedASCII.hasPrefix("application/cloudevents") } ?? !hasAttributes
        if isStructured {
            readStructured(value, contentType: contentType, parser: &parser)
        } else {
            data = value
            check(version: version)
            if let contentType, !Self.isJSON(contentType) {
                reasons.append(Reason(.envelopeType, hint: "the content type has to be application/json"))
            }
        }
        if value == nil {
            reasons.append(Reason(.envelopeMissing, hint: "the record has no value"))
        } else if let value, value.count > bytesMax {
            reasons.append(Reason(.envelopeTooLarge, hint: "a message has at most \(bytesMax) bytes; this one has \(value.count)"))
        }
        checkType(on: topic)
    }

    /// The data as JSON. Throws the reason why it is none; nothing is thrown for what `reasons` says already.
    public func parsed(by parser: inout JSONParser) throws(Reason) -> JSONValue? {
        if let parsedData { return parsedData }
        guard mode == .binary, let data else { return nil }
        do {
            return try parser.parse(data).root
        } catch {
            throw Reason(error, in: data)
        }
    }

    // MARK: Signature

    /// What a signature of this message is made over; nil when an attribute that it covers is missing.
    ///
    /// - Parameter topic: the one that the message was sent to.
    public func signedBytes(topic: Topic) -> Bytes? {
        guard let source, let id, let type, let keyId, let data else { return nil }
        return Envelope.signedBytes(topic: topic, source: source, id: id, type: type, time: time ?? "", keyId: keyId, data: data)
    }

    /// `"chengxin1\n"`, then topic, source, id, type, time, key id and the lower hexadecimal SHA-256 of the data, each with a line end.
    public static func signedBytes(topic: Topic, source: String, id: String, type: String, time: String, keyId: String, data: Bytes)
        -> Bytes
    {
        var bytes = Bytes(utf8: "chengxin1\n\(topic.name)\n\(source)\n\(id)\n\(type)\n\(time)\n\(keyId)\n")
        Hexadecimal.append(Digest.sha256(data), to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    // MARK: Attributes

    private enum Attribute: String {
        case specversion, id, source, type, time, keyid, signature, traceparent, contentType

        init?(header name: Bytes) {
            switch name.count {
            case 5 where name.isEqual(to: "ce_id"): self = .id
            case 7 where name.isEqual(to: "ce_type"): self = .type
            case 7 where name.isEqual(to: "ce_time"): self = .time
            case 9 where name.isEqual(to: "ce_source"): self = .source
            case 8 where name.isEqual(to: "ce_keyid"): self = .keyid
            case 12 where name.isEqual(to: "ce_signature"): self = .signature
            case 12 where name.isEqual(to: "content-type"): self = .contentType
            case 11 where name.isEqual(to: "traceparent"): self = .traceparent
            case 14 where name.isEqual(to: "ce_specversion"): self = .specversion
            default: return nil
            }
        }
    }

    /// The longest attribute, in bytes. Ids and sources are kept with every answer.
    private static let attributeBytesMax = 512

    /// The text of an attribute; nil, and a reason, when it cannot be one. Line ends would make the signed bytes ambiguous.
    private mutating func attributeText(_ bytes: Bytes, _ attribute: Attribute) -> String? {
        guard UTF8Validity.isValid(bytes) else {
            reasons.append(Reason(.envelopeNotUTF8, hint: "the attribute \(attribute.rawValue) is not UTF-8"))
            return nil
        }
        if attribute == .traceparent, bytes.count > Self.attributeBytesMax { return nil }
        guard bytes.count <= Self.attributeBytesMax * (attribute == .signature ? 8 : 1), !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f })
        else {
            reasons.append(
                Reason(
                    .envelopeMissing,
                    hint: "the attribute \(attribute.rawValue) has at most \(Self.attributeBytesMax) bytes and no control characters"))
            return nil
        }
        return bytes.isEmpty ? nil : bytes.text
    }

    private mutating func set(_ attribute: Attribute, _ text: String) {
        switch attribute {
        case .id: id = id ?? text
        case .source: source = source ?? text
        case .type: type = type ?? text
        case .time: time = time ?? text
        case .keyid: keyId = keyId ?? text
        case .signature: signature = signature ?? text
        case .traceparent: traceparent = traceparent ?? text
        case .specversion, .contentType: break
        }
    }

    private mutating func readStructured(_ value: Bytes?, contentType: String?, parser: inout JSONParser) {
        mode = .structured
        guard let value else { return check(version: nil) }
        if let contentType, contentType.lowercasedASCII.hasPrefix("application/cloudevents-batch") {
            reasons.append(Reason(.envelopeType, hint: "send one event per message, not a batch"))
            return
        }
        let event: JSONValue
        do {
            event = try parser.parse(value).root
        } catch {
            reasons.append(Reason(error, in: value))
            return
        }
        guard event.kind == .object else {
            reasons.append(Reason(.envelopeMissing, hint: "the value has to be a CloudEvent, or carry its attributes as headers ce_…"))
            return
        }
        var version: String?
        for (name, member) in event.members where !member.isNull {
            if name.equals("data") {
                data = member.bytes
                parsedData = member
                continue
            }
            if name.equals("data_base64") {
                reasons.append(Reason(.envelopeMissing, hint: "the message stands in data as JSON, not in data_base64"))
                continue
            }
            guard let attribute = name.string.flatMap(Attribute.init(rawValue:)), attribute != .contentType else { continue }
            guard let bytes = member.stringBytes else {
                reasons.append(Reason(.envelopeMissing, hint: "the attribute \(attribute.rawValue) has to be a string"))
                continue
            }
            guard let text = attributeText(bytes, attribute) else { continue }
            if attribute == .specversion { version = text } else { set(attribute, text) }
        }
        check(version: version)
        if data == nil { reasons.append(Reason(.envelopeMissing, hint: "the event has no data")) }
    }

    private mutating func check(version: String?) {
        switch version {
        case "1.0": break
        case nil: missing("specversion")
        default: reasons.append(Reason(.envelopeVersion))
        }
        if id == nil { missing("id") }
        if source == nil { missing("source") }
        if type == nil { missing("type") }
    }

    private mutating func missing(_ attribute: String) {
        reasons.append(Reason(.envelopeMissing, hint: "the attribute \(attribute) is missing"))
    }

    private mutating func checkType(on topic: Topic) {
        guard let type else { return }
        guard let known = InboundType(eventType: type) else {
            reasons.append(
                Reason(.envelopeType, hint: "types are written chengxin.<noun>.<past participle>.v1; see topics/ for those of each topic"))
            return
        }
        guard known.topics.contains(topic) else {
            let places = known.topics.map(\.name).joined(separator: " or ")
            reasons.append(Reason(.envelopeType, hint: "messages of this type belong on \(places)"))
            return
        }
        inboundType = known
    }

    private static func isJSON(_ contentType: String) -> Bool {
        // As nearly everybody writes it.
        if contentType == "application/json" { return true }
        let media = contentType.lowercasedASCII.prefix { $0 != ";" && $0 != " " }
        return media == "application/json" || media.hasSuffix("+json")
    }
}

extension Reason {
    /// Why some bytes are not the JSON of a message: `envelope.not-utf8` when they are no text at all.
    public init(_ failure: JSONFailure, in bytes: Bytes) {
        if let offset = UTF8Validity.firstInvalidOffset(in: bytes) {
            self.init(.envelopeNotUTF8, hint: "byte \(offset) is not part of a UTF-8 character")
        } else {
            self.init(.schemaFormat, hint: "the message is not JSON: \(failure)")
        }
    }
}

extension Bytes {
    fileprivate func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && withUnsafeBytes { $0.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: count)) }
    }
}

extension String {
    fileprivate var lowercasedASCII: String {
        String(decoding: utf8.map { $0.isUpper ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
