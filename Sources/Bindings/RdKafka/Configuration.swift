import CRdKafka

/// The properties of one handle, in librdkafka's own names. A client takes them over.
public struct Configuration: ~Copyable {
    private let pointer: OpaquePointer

    public init() { pointer = rd_kafka_conf_new() }

    deinit { rd_kafka_conf_destroy(pointer) }

    /// Throws what librdkafka has against the name or the value.
    public borrowing func set(_ name: String, _ value: String) throws(RdKafkaError) {
        var text = [CChar](repeating: 0, count: 512)
        let result = rd_kafka_conf_set(pointer, name, value, &text, text.count)
        guard result != RD_KAFKA_CONF_OK else { return }
        throw RdKafkaError(.invalidArgument, text: Configuration.string(text))
    }

    /// The value that holds now; nil when there is no such property.
    public borrowing func value(of name: String) -> String? {
        var size = 0
        guard rd_kafka_conf_get(pointer, name, nil, &size) == RD_KAFKA_CONF_OK else { return nil }
        var text = [CChar](repeating: 0, count: size + 1)
        guard rd_kafka_conf_get(pointer, name, &text, &size) == RD_KAFKA_CONF_OK else { return nil }
        return Configuration.string(text)
    }

    /// A copy for `rd_kafka_new`, which keeps it when it succeeds.
    borrowing func duplicate() -> OpaquePointer { rd_kafka_conf_dup(pointer) }

    static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
