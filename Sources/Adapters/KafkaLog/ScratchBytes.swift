/// Memory to write to, one run after the other, that stays when it is emptied.
///
/// Unsafe: every byte that is read from a broker passes it, and an array would ask at each of the many small pieces of a record whether
/// it is alone and large enough.
final class ScratchBytes {
    private var start = UnsafeMutableRawPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var capacity = 64 << 10
    private(set) var count = 0

    deinit { start.deallocate() }

    /// Room for so many bytes at the end. They are written by the caller, and count from now on.
    @inline(__always)
    func room(_ size: Int) -> UnsafeMutableRawPointer {
        if capacity - count < size { grow(size) }
        let room = start + count
        count += size
        return room
    }

    @inline(__always)
    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let from = bytes.baseAddress, bytes.count > 0 else { return }
        room(bytes.count).copyMemory(from: from, byteCount: bytes.count)
    }

    private func grow(_ size: Int) {
        let larger = max(capacity * 2, count + size)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
        capacity = larger
    }

    /// A part of what was written, as an array of exactly its size.
    func bytes(_ part: Range<Int>) -> [UInt8] {
        precondition(part.upperBound <= count, "only \(count) bytes were written")
        return [UInt8](unsafeUninitializedCapacity: part.count) { buffer, written in
            written = part.count
            guard let to = buffer.baseAddress, written > 0 else { return }
            UnsafeMutableRawPointer(to).copyMemory(from: start + part.lowerBound, byteCount: written)
        }
    }

    /// Empties it. Much memory is given back: a backlog is over some day.
    func clear() {
        count = 0
        guard capacity > 8 << 20 else { return }
        start.deallocate()
        capacity = 64 << 10
        start = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    }
}
