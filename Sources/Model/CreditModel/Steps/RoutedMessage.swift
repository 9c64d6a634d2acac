import Crypto
import StreamCore

/// `intake.routed.v1`: a message on its way to the partition where everything about its record number or case meets. Key: the proper one.
///
/// Its bytes, headers and place are kept as they were, sealed under the key of steps: nobody has looked yet whether they may be seen.
public enum RoutedMessage {
    public static let topic: Topic = "intake.routed.v1"
    public static let type = "chengxin.message.routed.v1"
    private static let layout: UInt8 = 1

    /// `{"origin", "sealed"}`.
    public static func encode(_ message: Message, to key: Bytes, because cause: Cause, keys: ClusterKeys) -> Bytes {
        let sealed = keys.sealStep(packed(message), context: context(key), salt: Bytes(utf8: "\(cause)#0"))
        var writer = JSONWriter(reserving: sealed.count * 4 / 3 + 128)
        writer.object {
            $0.member("origin", message.origin.description)
            $0.member("sealed", Base64.text(sealed))
        }
        return writer.bytes
    }

    /// The message as it lay in its first place, from one that `encode` has made.
    public static func open(_ routed: Message, keys: ClusterKeys) throws(Rejection) -> Message {
        let value = try JSONValue.step(routed.value)
        guard let key = routed.key, let sealed = try value.needed("sealed").stringBytes.flatMap({ Base64.bytes($0) }) else {
            throw value.wrongType("sealed")
        }
        do {
            return try unpacked(keys.openStep(sealed[...], context: context(key)))
        } catch {
            throw Rejection("schema.format", at: "/sealed", hint: "it was changed, or sealed under another cluster's key: \(error)")
        }
    }

    private static func context(_ key: Bytes) -> Bytes {
        var context = Bytes(utf8: topic.name + "/")
        context.append(contentsOf: key)
        return context
    }

    private static func packed(_ message: Message) -> Bytes {
        var row = RowWriter(
            layout: layout,
            reserving: 96 + (message.key?.count ?? 0) + (message.value?.count ?? 0) + message.headers.encoded.count)
        row.text(message.topic.name)
        row.number(UInt64(message.partition))
        row.signed(message.offset)
        row.instant(message.timestamp)
        row.optional(message.key) { $0.run($1) }
        row.optional(message.value) { $0.run($1) }
        row.run(message.headers.encoded)
        return row.bytes
    }

    private static func unpacked(_ bytes: Bytes) throws(RowDamage) -> Message {
        var row = RowReader(bytes)
        guard try row.byte() == layout else { throw RowDamage() }
        let topic = Topic(try row.text())
        let partition = Int(clamping: try row.number())
        let offset = try row.signed()
        let timestamp = try row.instant()
        let key = try row.optional { row throws(RowDamage) in try row.run() }
        let value = try row.optional { row throws(RowDamage) in try row.run() }
        guard let headers = Headers(encoded: try row.run()), row.isAtEnd else { throw RowDamage() }
        return Message(
            topic: topic, partition: partition, offset: offset, timestamp: timestamp, key: key, value: value, headers: headers)
    }
}
