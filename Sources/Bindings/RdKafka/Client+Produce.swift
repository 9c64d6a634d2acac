import CRdKafka

extension Client {
    /// Hands over a record; key, value and headers are copied. Its delivery report carries the tag.
    func produce(
        to topic: OpaquePointer, _ partition: Int, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: consuming HeaderList?, timestamp: Int64, tag: Int
    ) throws(RdKafkaError) {
        let list = headers?.release()
        let error: OpaquePointer? = withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 8) { arguments in
            var count = 0
            func add(_ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_t) -> Void) {
                var argument = rd_kafka_vu_t()
                argument.vtype = type
                set(&argument)
                arguments.initializeElement(at: count, to: argument)
                count += 1
            }
            add(RD_KAFKA_VTYPE_RKT) { $0.u.rkt = topic }
            add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = Int32(partition) }
            add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = RD_KAFKA_MSG_F_COPY }
            add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.u.i64 = timestamp }
            add(RD_KAFKA_VTYPE_OPAQUE) { $0.u.ptr = UnsafeMutableRawPointer(bitPattern: tag) }
            if let key {
                add(RD_KAFKA_VTYPE_KEY) {
                    $0.u.mem.ptr = Client.address(key)
                    $0.u.mem.size = key.count
                }
            }
            if let value {
                add(RD_KAFKA_VTYPE_VALUE) {
                    $0.u.mem.ptr = Client.address(value)
                    $0.u.mem.size = value.count
                }
            }
            if let list { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = list } }
            return rd_kafka_produceva(pointer, arguments.baseAddress, count)
        }
        guard let error else { return }
        // The list stays ours when the record was not taken.
        if let list { rd_kafka_headers_destroy(list) }
        throw RdKafkaError(taking: error)
    }

    /// Not null, also where there are no bytes: null would be another value.
    private static func address(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(bitPattern: 1)
    }
}
