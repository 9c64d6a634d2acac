import CreditModel
import Crypto
import StreamCore
import WorkerHost

/// How a message of a topic is printed: as one line of text, or as one JSON object.
enum MessageLine {
    /// `topic partition offset time key headers value`. A value that is JSON stands as it is, other text as a string; what is neither
    /// (sealed payloads of changelogs and dead letters) is told by its length.
    static func write(_ message: Message, to writer: inout JSONWriter) {
        writer.member("topic", message.topic.name)
        writer.member("partition", message.partition)
        writer.member("offset", message.offset)
        writer.member("time", message.timestamp.description)
        writer.name("key")
        if let key = message.key { bytes(key, to: &writer) } else { writer.null() }
        writer.member(
            "headers",
            object: { writer in
                var names: Set<String> = []
                for (name, value) in message.headers {
                    // JSON has one member of a name; the first counts everywhere else too.
                    guard names.insert(name.text).inserted else { continue }
                    writer.name(text: name.text)
                    if let value { bytes(value, to: &writer) } else { writer.null() }
                }
            })
        writer.name("value")
        value(message.value, to: &writer)
    }

    private static func value(_ value: Bytes?, to writer: inout JSONWriter) {
        guard let value else { return writer.null() }
        if (try? JSONParser.parse(value)) != nil {
            // Outside of texts a line end is only white space, and inside it would not be JSON.
            writer.raw(value.contains(10) || value.contains(13) ? Bytes(value.map { $0 == 10 || $0 == 13 ? 32 : $0 }) : value)
        } else {
            bytes(value, to: &writer)
        }
    }

    private static func bytes(_ bytes: Bytes, to writer: inout JSONWriter) {
        if isUTF8(bytes), !bytes.contains(0) {
            writer.string(utf8: bytes)
        } else {
            writer.object {
                $0.member("sealed", true)
                $0.member("bytes", bytes.count)
                $0.member("base64", Base64.text(bytes))
            }
        }
    }

    /// Bytes that are text as text, others by their number.
    static func text(_ bytes: Bytes) -> String {
        isUTF8(bytes) && !bytes.contains(0) ? bytes.text : "(\(bytes.count) bytes that are no text)"
    }

    /// `topic/partition/offset  time  key  value`, without line ends and without what steers a terminal.
    static func text(_ message: Message) -> String {
        let key = message.key.map { text($0) } ?? "-"
        let value = message.value.map { text($0) } ?? "(null)"
        return Console.printable("\(message.origin)  \(ChinaTime.rfc3339(message.timestamp))  \(key)  \(value)")
    }
}
