import StreamCore

/// Packs what a worker remembers into few bytes: numbers in base 128, the lowest digits first; runs of bytes after their length.
///
/// The first byte is the version of the layout, so that a later one can read the rows of an earlier one.
public struct RowWriter: Sendable {
    /// An array, because appending to a slice costs several times as much.
    private var packed: [UInt8] = []

    public init(layout: UInt8, reserving capacity: Int = 256) {
        packed.reserveCapacity(capacity)
        packed.append(layout)
    }

    /// What was written, without a copy.
    public var bytes: Bytes { packed[...] }

    public mutating func byte(_ byte: UInt8) { packed.append(byte) }

    public mutating func number(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            packed.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        packed.append(UInt8(rest))
    }

    /// A number that may be below zero, those near zero in one byte.
    public mutating func signed(_ number: Int64) {
        self.number(UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    public mutating func instant(_ instant: Instant) { signed(instant.milliseconds) }

    /// A run of bytes whose length the reader finds before it.
    public mutating func run(_ run: Bytes) {
        number(UInt64(run.count))
        packed.append(contentsOf: run)
    }

    public mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { text in
            number(UInt64(text.count))
            packed.append(contentsOf: text)
        }
    }

    /// Bytes whose length the reader knows.
    public mutating func fixed(_ run: Bytes) { packed.append(contentsOf: run) }

    /// Eight bytes, the most significant first.
    public mutating func fixed(bigEndian number: UInt64) {
        withUnsafeBytes(of: number.bigEndian) { packed.append(contentsOf: $0) }
    }

    /// A mark and, when there is a value, what `write` makes of it.
    @inlinable
    public mutating func optional<Value>(_ value: Value?, _ write: (inout RowWriter, Value) -> Void) {
        byte(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    @inlinable
    public mutating func list<Element>(_ elements: [Element], _ write: (inout RowWriter, Element) -> Void) {
        number(UInt64(elements.count))
        for element in elements { write(&self, element) }
    }
}
