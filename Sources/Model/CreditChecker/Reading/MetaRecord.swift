import StreamCore

/// The record that ends a transaction in a changelog: lines of `name=value`.
struct MetaRecord {
    /// `instance:start.counter`.
    var transaction: Bytes
    var cluster: Bytes
    var worker: Bytes
    var partition: Int64
    var partitionCount: Int64
    var sequence: Int64
    var tick: Int64
    var checksum: UInt64
    /// The next offset of each input, by its topic's name.
    var next: [(topic: Bytes, offset: Int64)]

    /// The key of every meta record: what would be the number of a table.
    static let key: UInt8 = 255

    init?(_ value: Bytes) {
        var transaction: Bytes?
        var cluster: Bytes?
        var worker: Bytes?
        var partition: Int64?
        var partitionCount: Int64?
        var sequence: Int64?
        var tick: Int64?
        var checksum: UInt64?
        var next: [(topic: Bytes, offset: Int64)] = []
        for line in value.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.lastIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = line[..<equals]
            let content = line[(equals + 1)...]
            if name.starts(with: "next:".utf8) {
                guard let offset = Decimal.number(content) else { return nil }
                next.append((name.dropFirst(5), offset))
            } else if name.elementsEqual("txn".utf8) {
                transaction = content
            } else if name.elementsEqual("cluster".utf8) {
                cluster = content
            } else if name.elementsEqual("worker".utf8) {
                worker = content
            } else if name.elementsEqual("partition".utf8) {
                partition = Decimal.number(content)
            } else if name.elementsEqual("partitions".utf8) {
                partitionCount = Decimal.number(content)
            } else if name.elementsEqual("sequence".utf8) {
                sequence = Decimal.number(content)
            } else if name.elementsEqual("tick".utf8) {
                tick = Decimal.number(content)
            } else if name.elementsEqual("checksum".utf8) {
                checksum = UInt64(content.text, radix: 16)
            }
        }
        guard let transaction, let cluster, let worker, let partition, let partitionCount, let sequence, let tick, let checksum else {
            return nil
        }
        self.transaction = transaction
        self.cluster = cluster
        self.worker = worker
        self.partition = partition
        self.partitionCount = partitionCount
        self.sequence = sequence
        self.tick = tick
        self.checksum = checksum
        self.next = next
    }
}
