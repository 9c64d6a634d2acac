import StreamCore

/// How rows and their `meta` lie in a worker's changelog topic. The partition is the shard's.
public enum Changelog {
    /// Table number, then the row's key.
    public static func key(table: UInt8, key: Bytes) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(key.count + 1)
        bytes.append(table)
        bytes.append(contentsOf: key)
        return bytes
    }

    /// What one changelog record says.
    public enum Entry {
        case row(Change)
        /// The end of a transaction's changes.
        case meta(ShardMeta)
    }

    /// Reads a record of a changelog. Throws for what no version of this engine has written.
    public static func entry(_ message: Message) throws(Rejection) -> Entry {
        guard let key = message.key, let table = key.first else {
            throw Rejection("changelog.key", hint: "\(message.origin) has no key: it was not written by this engine")
        }
        guard table == EngineTables.meta else {
            return .row(Change(table: table, key: key.dropFirst(), payload: message.value))
        }
        guard let value = message.value, let meta = meta(value, at: message.offset) else {
            throw Rejection("changelog.meta", hint: "\(message.origin) is no meta record that this version can read")
        }
        return .meta(meta)
    }

    public static let metaKey: Bytes = [EngineTables.meta]

    /// The value of a `meta` record: lines of `name=value`, for people and programs. The checksum is hexadecimal: as a decimal number it can
    /// be one of eighteen digits, and one in some hundred of these has the check characters of an organisation's code.
    public static func metaValue(_ meta: ShardMeta, transaction: String) -> Bytes {
        var text = "format=2\ntxn=\(transaction)\ncluster=\(meta.clusterId)\nworker=\(meta.worker)\npartition=\(meta.partition)\n"
        text += "partitions=\(meta.partitionCount)\nsequence=\(meta.sequence)\ntick=\(meta.tick.milliseconds)\n"
        text +=
            "writer=\(meta.writerVersion)\nschema=\(meta.schemaVersion)\nchecksum=\(String(meta.checksum, radix: 16))\nwritten=\(meta.writtenAt.milliseconds)\n"
        for (topic, next) in meta.inputNext.sorted(by: { $0.key < $1.key }) {
            text += "next:\(topic)=\(next)\n"
        }
        return Bytes(utf8: text)
    }

    private static func meta(_ value: Bytes, at offset: Int64) -> ShardMeta? {
        var fields: [Substring: Substring] = [:]
        var inputNext: [Topic: Int64] = [:]
        let text = value.text
        for line in text.split(separator: "\n") {
            guard let equals = line.lastIndex(of: "=") else { return nil }
            let name = line[..<equals]
            let content = line[line.index(after: equals)...]
            if name.hasPrefix("next:") {
                guard let next = Int64(content) else { return nil }
                inputNext[Topic(String(name.dropFirst(5)))] = next
            } else {
                fields[name] = content
            }
        }
        func number(_ name: Substring) -> Int64? { fields[name].flatMap { Int64($0) } }
        guard number("format") == 2, let cluster = fields["cluster"], let worker = fields["worker"], let partition = number("partition"),
            let partitions = number("partitions"), let sequence = number("sequence"), let tick = number("tick"),
            let writer = number("writer"), let schema = number("schema"),
            let checksum = fields["checksum"].flatMap({ UInt64($0, radix: 16) }),
            let written = number("written")
        else { return nil }
        return ShardMeta(
            clusterId: String(cluster), worker: String(worker), partition: Int(partition), partitionCount: Int(partitions),
            changelogNext: offset + 1, inputNext: inputNext, tick: Instant(milliseconds: tick), sequence: sequence, checksum: checksum,
            writerVersion: Int(writer), schemaVersion: Int(schema), writtenAt: Instant(milliseconds: written))
    }
}
