import RdKafka
import StreamCore

/// Headers between librdkafka's form and the run of bytes that `Headers` keeps: two bytes of name length, the name, four bytes of value
/// length (all ones for null), the value; lengths little endian.
///
/// Unsafe: a record has about ten of them, so that this is passed ten times as often as anything else here.
enum HeaderCodec {
    @inline(__always)
    static func append(_ view: Consumer.RecordView, to scratch: ScratchBytes) {
        view.forEachHeader { name, value in
            let nameLength = min(name.count, Int(UInt16.max))
            let valueLength = value?.count ?? 0
            let place = scratch.room(2 + nameLength + 4 + valueLength)
            place.storeBytes(of: UInt16(nameLength).littleEndian, as: UInt16.self)
            if nameLength > 0, let from = name.baseAddress { (place + 2).copyMemory(from: from, byteCount: nameLength) }
            let length = value == nil ? UInt32.max : UInt32(truncatingIfNeeded: valueLength)
            (place + 2 + nameLength).storeBytes(of: length.littleEndian, as: UInt32.self)
            if valueLength > 0, let from = value?.baseAddress {
                (place + 2 + nameLength + 4).copyMemory(from: from, byteCount: valueLength)
            }
        }
    }

    /// Nil when there are none.
    static func list(_ headers: Headers) -> HeaderList? {
        guard !headers.isEmpty else { return nil }
        let list = HeaderList(capacity: 12)
        headers.encoded.withUnsafeBytes { bytes in
            var place = 0
            // `Headers` does not hold bytes that are cut off; where it did, the rest would be left out.
            while place + 2 <= bytes.count {
                let nameLength = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
                let nameEnd = place + 2 + nameLength
                guard nameEnd + 4 <= bytes.count else { return }
                let name = UnsafeRawBufferPointer(rebasing: bytes[(place + 2)..<nameEnd])
                let length = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: nameEnd, as: UInt32.self))
                place = nameEnd + 4
                guard length != .max else {
                    list.append(name: name, value: nil)
                    continue
                }
                guard place + Int(length) <= bytes.count else { return }
                list.append(name: name, value: UnsafeRawBufferPointer(rebasing: bytes[place..<(place + Int(length))]))
                place += Int(length)
            }
        }
        return list
    }
}
