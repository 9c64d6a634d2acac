import CreditModel
import Crypto
import StreamCore
import WorkerHost

/// A message on its way into the cluster, with the place in the file that it came from.
struct Submission {
    var line: Int
    var id: String
    var topic: Topic
    var key: Bytes
    var headers: Headers
    var value: Bytes?
}

/// Turns CloudEvents in structured mode into messages in binary mode. It judges nothing: what can be carried is carried.
struct EventConverter {
    /// One level is the envelope's own.
    private var parser = JSONParser(depthMax: 65)

    /// The message of one event. The bytes of `data` stay as they stand, so that a signature over them stays valid.
    mutating func submission(_ bytes: Bytes, line: Int) -> Result<Submission, UnreadableLine> {
        func failure(_ reason: String, _ hint: String = "") -> Result<Submission, UnreadableLine> {
            .failure(UnreadableLine(line: line, reason: reason, hint: hint))
        }
        let event: JSONValue
        do { event = try parser.parse(bytes).root } catch { return failure("is not JSON: \(error)") }
        guard event.kind == .object else {
            return failure("is not a CloudEvent", "one JSON object per line, with specversion, id, source, type, data")
        }
        var headers = Headers()
        var texts: [String: String] = [:]
        var data: JSONValue?
        var value: Bytes?
        for (name, member) in event.members {
            let name = name.string ?? ""
            if name == "data" {
                data = member
                value = member.bytes
                continue
            }
            if member.isNull { continue }
            guard let text = member.string else { return failure("the attribute \(Console.printable(name)) is not a text") }
            if name == "data_base64" {
                guard let decoded = Base64.bytes(Bytes(utf8: text)) else { return failure("data_base64 is not base64") }
                value = decoded[...]
            } else if name == "datacontenttype" {
                headers.append("content-type", text: text)
            } else {
                texts[name] = text
                let isPlain = name == "traceparent" || name == "tracestate"
                headers.append(named: Bytes(utf8: isPlain ? name : "ce_" + name), Bytes(utf8: text))
            }
        }
        if headers["content-type"] == nil { headers.append("content-type", text: "application/json") }
        guard let typeName = texts["type"] else {
            return failure(
                "has no type, so its topic is not known", "CloudEvents have specversion, id, source, type, data; rows of 双公示 need --bureau")
        }
        guard let type = InboundType(eventType: typeName) else {
            let known = InboundType.allCases.map(\.eventType)
            return failure(
                "has a type that nobody takes", Suggestion.hint(for: typeName, among: known) ?? "as chengxin.record.submitted.v1")
        }
        let source = texts["source"] ?? ""
        let id = texts["id"] ?? ""
        let key = data.flatMap { type.properKey(of: $0, source: source, id: id) } ?? "\(source)/\(id)"
        return .success(
            Submission(line: line, id: id, topic: type.topic(for: data), key: Bytes(utf8: key), headers: headers, value: value))
    }
}

/// Turns rows of 双公示 into messages of one bureau.
struct RowConverter {
    let bureau: String
    private let time: String
    private var parser = JSONParser()
    private var writer = JSONWriter()

    init(bureau: String, at instant: Instant) {
        self.bureau = bureau
        time = instant.description
    }

    /// The message of a CSV row: an object of its cells under the titles as they stand; empty cells are left out.
    mutating func submission(titles: [String], fields: [ArraySlice<UInt8>], line: Int) -> Submission {
        writer.reset()
        writer.beginObject()
        var seen: Set<String> = []
        var documentNo: String?
        for (title, field) in zip(titles, fields) where !title.isEmpty && !field.allSatisfy(FileContent.isBlank) {
            guard seen.insert(title).inserted else { continue }
            writer.name(text: title)
            writer.string(utf8: field)
            if documentNo == nil, DoublePublicity.isDocumentNumber(title: title) { documentNo = CharacterForms.trimmed(field.text) }
        }
        writer.endObject()
        return submission(Bytes(writer.buffer), documentNo, line)
    }

    /// The message of a row that is JSON already; nil for a CloudEvent, which is no row.
    mutating func submission(json bytes: Bytes, line: Int) -> Result<Submission, UnreadableLine>? {
        let row: JSONValue
        do { row = try parser.parse(bytes).root } catch { return .failure(UnreadableLine(line: line, reason: "is not JSON: \(error)")) }
        guard row.kind == .object else {
            return .failure(
                UnreadableLine(line: line, reason: "is not a row of 双公示", hint: "an object with members as CF_WSH or 行政处罚决定书文号"))
        }
        if row["specversion"] != nil { return nil }
        return .success(submission(bytes, DoublePublicity.documentNumber(of: row), line))
    }

    /// The id is a digest of bureau and row: the same row again is the same message.
    private func submission(_ value: Bytes, _ documentNo: String?, _ line: Int) -> Submission {
        let id = "row-" + Hexadecimal.text(Digest.sha256(Bytes(utf8: bureau + "\n") + value).prefix(16))
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: id)
        headers.append("ce_source", text: "/bureaus/\(bureau)")
        headers.append("ce_type", text: InboundType.recordSubmitted.eventType)
        headers.append("ce_time", text: time)
        headers.append("content-type", text: "application/json")
        let number = documentNo.map { RecordNumber.recordId(bureau: bureau, recordNo: $0) }
        let key = number.map(RecordNumber.family) ?? "\(bureau)/\(id)"
        return Submission(
            line: line, id: id, topic: InboundType.recordSubmitted.topics[0], key: Bytes(utf8: key), headers: headers, value: value)
    }
}
