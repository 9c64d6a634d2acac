import CRdKafka

/// Who a consumer was in its group when this was taken: a transaction that sends offsets proves by it that the place is still ours.
public final class GroupMetadata {
    let pointer: OpaquePointer
    public let generation: Int32
    public let memberId: String

    /// Throws when librdkafka writes it in a form that is not known here: a generation that is guessed would fence nobody.
    init(taking pointer: OpaquePointer) throws(RdKafkaError) {
        self.pointer = pointer
        var buffer: UnsafeMutableRawPointer?
        var size = 0
        if let error = rd_kafka_consumer_group_metadata_write(pointer, &buffer, &size) {
            rd_kafka_consumer_group_metadata_destroy(pointer)
            throw RdKafkaError(taking: error)
        }
        let parsed = GroupMetadata.parse(UnsafeRawBufferPointer(start: buffer, count: size))
        rd_kafka_mem_free(nil, buffer)
        guard let parsed else {
            rd_kafka_consumer_group_metadata_destroy(pointer)
            throw RdKafkaError(
                .badMessage, text: "librdkafka \(Library.version) writes the membership of a group in an unknown form", isFatal: true)
        }
        generation = parsed.generation
        memberId = parsed.memberId
    }

    deinit { rd_kafka_consumer_group_metadata_destroy(pointer) }

    /// `CGMDv2:`, the generation (four bytes of this machine), group id, 0, member id, 0, and the instance (rdkafka_cgrp.c, the same
    /// from 2.0 to 2.8). There is no other way to learn the generation.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> (generation: Int32, memberId: String)? {
        let magic = Array("CGMDv2:".utf8)
        guard bytes.count > magic.count + 4, bytes.prefix(magic.count).elementsEqual(magic) else { return nil }
        let generation = bytes.loadUnaligned(fromByteOffset: magic.count, as: Int32.self)
        let texts = bytes[(magic.count + 4)...]
        guard let groupEnd = texts.firstIndex(of: 0) else { return nil }
        let rest = texts[(groupEnd + 1)...]
        guard let memberEnd = rest.firstIndex(of: 0) else { return nil }
        return (generation, String(decoding: rest[..<memberEnd], as: UTF8.self))
    }
}
