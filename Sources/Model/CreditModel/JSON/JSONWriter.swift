import StreamCore

/// Writes JSON into a buffer of bytes: members in the order written, no spaces.
///
/// What opens has to be closed by the caller; commas are the writer's work.
public struct JSONWriter: Sendable {
    public private(set) var buffer: [UInt8] = []
    private var needsComma = false

    public init(reserving capacity: Int = 512) {
        buffer.reserveCapacity(capacity)
    }

    /// What was written, without a copy.
    public var bytes: Bytes { buffer[...] }

    /// Forgets what was written and keeps the memory, if nobody else holds it.
    public mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        needsComma = false
    }

    // MARK: Containers

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value is written next. It must need no escapes.
    public mutating func name(_ name: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        buffer.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        buffer.append(UInt8(ascii: "\""))
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the member whose value is written next, escaped where needed.
    public mutating func name(text: String) {
        string(text)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// An object, written by `content`.
    public mutating func object(_ content: (inout JSONWriter) -> Void) {
        beginObject()
        content(&self)
        endObject()
    }

    /// An array, written by `content`.
    public mutating func array(_ content: (inout JSONWriter) -> Void) {
        beginArray()
        content(&self)
        endArray()
    }

    // MARK: Values

    public mutating func string(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { appendString(UnsafeRawBufferPointer($0)) }
        needsComma = true
    }

    /// A string given as its UTF-8 bytes. They must be valid.
    public mutating func string(utf8 bytes: Bytes) {
        separate()
        bytes.withUnsafeBytes { appendString($0) }
        needsComma = true
    }

    public mutating func integer(_ number: Int64) {
        separate()
        appendInteger(number)
        needsComma = true
    }

    public mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    public mutating func null() {
        raw("null")
    }

    /// A point of time as RFC 3339 with the offset of Asia/Shanghai: `2026-05-13T00:00:00+08:00`, milliseconds only if there are some.
    public mutating func instant(_ instant: Instant) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        ChinaTime.appendRFC3339(instant, to: &buffer)
        buffer.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A value that is JSON already.
    public mutating func raw(_ value: Bytes) {
        separate()
        buffer.append(contentsOf: value)
        needsComma = true
    }

    private mutating func raw(_ value: StaticString) {
        separate()
        buffer.append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
        needsComma = true
    }

    // MARK: Members

    public mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    public mutating func member(_ name: StaticString, _ number: Int64) {
        self.name(name)
        integer(number)
    }

    public mutating func member(_ name: StaticString, _ number: Int) {
        self.name(name)
        integer(Int64(number))
    }

    public mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    public mutating func member(_ name: StaticString, _ instant: Instant) {
        self.name(name)
        self.instant(instant)
    }

    public mutating func member(_ name: StaticString, raw value: Bytes) {
        self.name(name)
        raw(value)
    }

    /// Writes the member when there is a text.
    public mutating func member(_ name: StaticString, ifPresent text: String?) {
        if let text { member(name, text) }
    }

    /// Writes the member when there is an instant.
    public mutating func member(_ name: StaticString, ifPresent instant: Instant?) {
        if let instant { member(name, instant) }
    }

    /// Writes the member when there is a value.
    public mutating func member(_ name: StaticString, ifPresent value: Bool?) {
        if let value { member(name, value) }
    }

    public mutating func member(_ name: StaticString, _ texts: [String]) {
        self.name(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    public mutating func member(_ name: StaticString, object content: (inout JSONWriter) -> Void) {
        self.name(name)
        object(content)
    }

    public mutating func member(_ name: StaticString, array content: (inout JSONWriter) -> Void) {
        self.name(name)
        array(content)
    }

    // MARK: Bytes

    @inline(__always)
    private mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        buffer.append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        buffer.append(byte)
        needsComma = true
    }

    /// Copies runs that need no escape as a whole; raw pointers because this is half of what a worker does with a message.
    private mutating func appendString(_ text: UnsafeRawBufferPointer) {
        buffer.append(UInt8(ascii: "\""))
        var runStart = 0
        var position = 0
        while position < text.count {
            if position + 8 <= text.count {
                let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let stops = JSONWriter.escapes(in: word)
                if stops == 0 {
                    position += 8
                    continue
                }
                position += stops.trailingZeroBitCount >> 3
            }
            let byte = text[position]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            buffer.append(contentsOf: text[runStart..<position])
            appendEscape(byte)
            position += 1
            runStart = position
        }
        if runStart < text.count { buffer.append(contentsOf: text[runStart...]) }
        buffer.append(UInt8(ascii: "\""))
    }

    /// The high bits of those bytes of a word that need an escape; the lowest is exact.
    @inline(__always)
    private static func escapes(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        let control = (word &- (ones &* 0x20)) & ~word
        return (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | control) & (ones << 7)
    }

    private mutating func appendEscape(_ byte: UInt8) {
        buffer.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer.append(byte)
        case 0x08: buffer.append(UInt8(ascii: "b"))
        case 0x0c: buffer.append(UInt8(ascii: "f"))
        case 0x0a: buffer.append(UInt8(ascii: "n"))
        case 0x0d: buffer.append(UInt8(ascii: "r"))
        case 0x09: buffer.append(UInt8(ascii: "t"))
        default:
            buffer.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), UInt8(ascii: "0") + byte >> 4])
            buffer.append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
        }
    }

    private mutating func appendInteger(_ number: Int64) {
        if number < 0 { buffer.append(UInt8(ascii: "-")) }
        var magnitude = number.magnitude
        let start = buffer.count
        repeat {
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        buffer[start...].reverse()
    }
}
