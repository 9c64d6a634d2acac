import StreamCore
import StreamEngine

/// How messages lie in a file of the inbox: eight bytes that say what it is, then records of length, hash and content, then a length of
/// zero, without which something is missing.
enum InboxCodec {
    /// "CXIN" and the version.
    static let head: [UInt8] = [0x43, 0x58, 0x49, 0x4e, 1, 0, 0, 0]
    static let tail: [UInt8] = [0, 0, 0, 0]
    private static let frameHead = 12
    private static let contentHead = 14

    struct Record {
        var topic: Topic
        var key: Bytes?
        var headers: Headers
        var value: Bytes?
        /// The record with its frame, as it lies in the file.
        var frame: Bytes
    }

    enum Reading {
        case record(Record)
        /// The bytes at hand end inside the record, which has this many.
        case needs(Int)
        case torn
        case end
    }

    static func append(_ topic: Topic, _ key: Bytes?, _ headers: Headers, _ value: Bytes?, to bytes: inout Bytes) {
        var content = Bytes()
        content.reserveCapacity(contentHead + 64 + (key?.count ?? 0) + headers.encoded.count + (value?.count ?? 0))
        let name = topic.name.utf8
        append(UInt32(name.count), 2, to: &content)
        append(UInt32(bitPattern: Int32(key?.count ?? -1)), 4, to: &content)
        append(UInt32(headers.encoded.count), 4, to: &content)
        append(UInt32(bitPattern: Int32(value?.count ?? -1)), 4, to: &content)
        content.append(contentsOf: name)
        if let key { content.append(contentsOf: key) }
        content.append(contentsOf: headers.encoded)
        if let value { content.append(contentsOf: value) }
        append(UInt32(content.count), 4, to: &bytes)
        bytes.append(littleEndian: hash(content))
        bytes.append(contentsOf: content)
    }

    /// The record at `position`, which moves past it.
    static func read(_ bytes: Bytes, at position: inout Int) -> Reading {
        guard position + tail.count <= bytes.endIndex else { return .needs(tail.count) }
        let length = Int(number(bytes, position, 4))
        if length == 0 { return .end }
        guard position + frameHead <= bytes.endIndex else { return .needs(frameHead) }
        guard length >= contentHead, length < 1 << 30 else { return .torn }
        let start = position + frameHead
        guard start + length <= bytes.endIndex else { return .needs(frameHead + length) }
        let content = bytes[start..<(start + length)]
        let wanted = UInt64(number(bytes, position + 4, 4)) | UInt64(number(bytes, position + 8, 4)) << 32
        guard hash(content) == wanted else { return .torn }
        let nameLength = Int(number(bytes, start, 2))
        let keyLength = Int(Int32(bitPattern: number(bytes, start + 2, 4)))
        let headersLength = Int(Int32(bitPattern: number(bytes, start + 6, 4)))
        let valueLength = Int(Int32(bitPattern: number(bytes, start + 10, 4)))
        guard headersLength >= 0, length == contentHead + nameLength + max(0, keyLength) + headersLength + max(0, valueLength) else {
            return .torn
        }
        var place = start + contentHead
        func take(_ count: Int) -> Bytes {
            defer { place += count }
            return bytes[place..<(place + count)]
        }
        let name = take(nameLength).text
        let key = keyLength < 0 ? nil : take(keyLength)
        guard let headers = Headers(encoded: take(headersLength)) else { return .torn }
        let value = valueLength < 0 ? nil : take(valueLength)
        let frame = bytes[position..<(start + length)]
        position = start + length
        return .record(Record(topic: Topic(name), key: key, headers: headers, value: value, frame: frame))
    }

    private static func hash(_ content: Bytes) -> UInt64 { RowSum.hash(4, [], content) }

    private static func append(_ number: UInt32, _ count: Int, to bytes: inout Bytes) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * index))) }
    }

    private static func number(_ bytes: Bytes, _ position: Int, _ count: Int) -> UInt32 {
        var number: UInt32 = 0
        for index in 0..<count { number |= UInt32(bytes[position + index]) << UInt32(8 * index) }
        return number
    }
}
