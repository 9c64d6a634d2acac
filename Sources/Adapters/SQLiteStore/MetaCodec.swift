import StreamCore
import StreamEngine

/// A shard's meta as it lies in its store: a version, then numbers of eight bytes and texts with a length of four, little endian.
enum MetaCodec {
    private static let version: UInt8 = 1

    static func encode(_ meta: ShardMeta) -> Bytes {
        var bytes: Bytes = [version]
        bytes.reserveCapacity(128 + meta.inputNext.count * 48)
        func number(_ number: Int64) { bytes.append(littleEndian: UInt64(bitPattern: number)) }
        func text(_ text: String) {
            number(Int64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        text(meta.clusterId)
        text(meta.worker)
        for value in [meta.partition, meta.partitionCount, meta.writerVersion, meta.schemaVersion] { number(Int64(value)) }
        for value in [meta.changelogNext, meta.tick.milliseconds, meta.sequence, meta.writtenAt.milliseconds] { number(value) }
        number(Int64(bitPattern: meta.checksum))
        number(Int64(meta.inputNext.count))
        for (topic, next) in meta.inputNext.sorted(by: { $0.key < $1.key }) {
            text(topic.name)
            number(next)
        }
        return bytes
    }

    static func decode(_ bytes: Bytes) -> ShardMeta? {
        guard bytes.first == version else { return nil }
        var rest = bytes.dropFirst()
        func number() -> Int64? {
            guard rest.count >= 8 else { return nil }
            let value = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            rest = rest.dropFirst(8)
            return Int64(bitPattern: value)
        }
        func text() -> String? {
            guard let length = number(), length >= 0, length <= rest.count else { return nil }
            defer { rest = rest.dropFirst(Int(length)) }
            return rest.prefix(Int(length)).text
        }
        guard let cluster = text(), let worker = text(), let partition = number(), let partitionCount = number(),
            let writerVersion = number(), let schemaVersion = number(), let changelogNext = number(), let tick = number(),
            let sequence = number(), let writtenAt = number(), let checksum = number(), let inputs = number()
        else { return nil }
        var meta = ShardMeta(
            clusterId: cluster, worker: worker, partition: Int(partition), partitionCount: Int(partitionCount),
            changelogNext: changelogNext, tick: Instant(milliseconds: tick), sequence: sequence, checksum: UInt64(bitPattern: checksum),
            writerVersion: Int(writerVersion), schemaVersion: Int(schemaVersion), writtenAt: Instant(milliseconds: writtenAt))
        for _ in 0..<max(0, inputs) {
            guard let topic = text(), let next = number() else { return nil }
            meta.inputNext[Topic(topic)] = next
        }
        return meta
    }
}
