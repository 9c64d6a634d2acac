import StreamCore

/// The headers of everything that a transaction says, written one after the other into one run of memory, which is used again.
///
/// Unsafe: a dozen headers for each output pass here, so room is made once for each and nothing is allocated. The pointer does not leave
/// this file but for the length of a call. Its fields are not watched for accesses at the same time, for the same reason: it belongs to
/// one thread, and nothing that is passed in calls back.
public final class HeaderBook {
    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var capacity = 1 << 16
    /// Bytes written so far: where the next header begins.
    @exclusivity(unchecked) public private(set) var count = 0

    public init() { memory = .allocate(byteCount: capacity, alignment: 8) }

    deinit { memory.deallocate() }

    /// Begins anew in the same memory.
    public func removeAll() { count = 0 }

    public func append(_ name: StaticString, _ value: Bytes) {
        value.withUnsafeBytes { raw in
            begin(name, room: raw.count)
            put(raw)
            end(raw.count)
        }
    }

    public func append(_ name: StaticString, text: String) {
        var text = text
        text.withUTF8 { utf8 in
            begin(name, room: utf8.count)
            put(UnsafeRawBufferPointer(utf8))
            end(utf8.count)
        }
    }

    public func append(_ name: StaticString, decimal number: Int64) {
        begin(name, room: 20)
        let before = count
        put(decimal: number)
        end(count - before)
    }

    /// A name, a hash sign and a number: the id of an output.
    public func append(_ name: StaticString, _ value: Bytes, index: Int) {
        value.withUnsafeBytes { raw in
            begin(name, room: raw.count + 21)
            let before = count
            put(raw)
            put(UInt8(ascii: "#"))
            put(decimal: Int64(index))
            end(count - before)
        }
    }

    /// All of another's, as they are.
    public func append(contentsOf headers: Headers) {
        headers.encoded.withUnsafeBytes { raw in
            makeRoom(raw.count)
            put(raw)
        }
    }

    /// What was written in these places, each followed by one header more: its number among them, `PREFIX:1/3`. One allocation for all.
    public func closed(_ ranges: some Collection<Range<Int>>, numbering name: StaticString, _ prefix: String) -> [Headers] {
        var prefix = prefix
        let (bytes, ends) = prefix.withUTF8 { prefix in numbered(ranges, name, UnsafeRawBufferPointer(prefix)) }
        var start = 0
        return ends.map { end in
            defer { start = end }
            return Headers(trusted: bytes[start..<end])
        }
    }

    private func numbered(
        _ ranges: some Collection<Range<Int>>, _ name: StaticString, _ prefix: UnsafeRawBufferPointer
    ) -> (bytes: [UInt8], ends: [Int]) {
        let total = ranges.count
        var ends: [Int] = []
        ends.reserveCapacity(total)
        let most = ranges.reduce(0) { $0 + $1.count } + total * (6 + name.utf8CodeUnitCount + prefix.count + 42)
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { output, written in
            // The same pen writes to another sheet.
            let own = (memory, capacity, count)
            memory = UnsafeMutableRawPointer(output.baseAddress ?? UnsafeMutablePointer(bitPattern: 1)!)
            capacity = most
            count = 0
            for (index, range) in ranges.enumerated() {
                put(UnsafeRawBufferPointer(start: own.0 + range.lowerBound, count: range.count))
                begin(name, room: 0)
                let before = count
                put(prefix)
                put(UInt8(ascii: ":"))
                put(decimal: Int64(index + 1))
                put(UInt8(ascii: "/"))
                put(decimal: Int64(total))
                end(count - before)
                ends.append(count)
            }
            written = count
            (memory, capacity, count) = own
        }
        return (bytes, ends)
    }

    // MARK: Writing

    /// A header's name and an empty length, with room for its value.
    @inline(__always)
    private func begin(_ name: StaticString, room: Int) {
        let length = name.utf8CodeUnitCount
        makeRoom(length + 6 + room)
        memory.storeBytes(of: UInt16(truncatingIfNeeded: length).littleEndian, toByteOffset: count, as: UInt16.self)
        count += 2
        put(UnsafeRawBufferPointer(start: name.utf8Start, count: length))
        count += 4
    }

    /// The value is written: its length goes before it.
    @inline(__always)
    private func end(_ length: Int) {
        memory.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, toByteOffset: count - length - 4, as: UInt32.self)
    }

    @inline(__always)
    private func put(_ raw: UnsafeRawBufferPointer) {
        guard let start = raw.baseAddress else { return }
        (memory + count).copyMemory(from: start, byteCount: raw.count)
        count += raw.count
    }

    @inline(__always)
    private func put(_ byte: UInt8) {
        memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    private func put(decimal number: Int64) {
        if number < 0 { put(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = number.magnitude
        var place = count + digits
        count = place
        repeat {
            place -= 1
            memory.storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: place, as: UInt8.self)
            rest /= 10
        } while rest > 0
    }

    @inline(__always)
    private func makeRoom(_ room: Int) {
        if count + room > capacity { grow(room) }
    }

    private func grow(_ room: Int) {
        capacity = max(capacity * 2, count + room)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = larger
    }
}
