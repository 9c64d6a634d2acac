import StreamCore

/// The headers of an input, decoded: a CloudEvent in Kafka's binary mode.
struct ReferenceEnvelope: Sendable {
    var specversion: Bytes?
    var id: Bytes?
    var source: Bytes?
    var type: Bytes?
    var time: Bytes?
    var contentType: Bytes?

    /// Takes the last header of each name, in one pass. Others are ignored.
    init(_ headers: Headers) {
        for (name, value) in headers {
            if Self.matches(name, "ce_id") {
                id = value
            } else if Self.matches(name, "ce_source") {
                source = value
            } else if Self.matches(name, "ce_type") {
                type = value
            } else if Self.matches(name, "ce_time") {
                time = value
            } else if Self.matches(name, "ce_specversion") {
                specversion = value
            } else if Self.matches(name, "content-type") {
                contentType = value
            }
        }
    }

    /// The bureau that sent the input: what follows the last slash of the source.
    var bureau: Bytes {
        guard let source else { return [] }
        return source[(source.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? source.startIndex)...]
    }

    private static func matches(_ name: Bytes, _ wanted: StaticString) -> Bool {
        guard name.count == wanted.utf8CodeUnitCount else { return false }
        return name.withUnsafeBytes { $0.elementsEqual(UnsafeRawBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount)) }
    }
}
