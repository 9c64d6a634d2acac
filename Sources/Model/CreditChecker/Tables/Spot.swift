import StreamCore

/// The place of a record in eight bytes: number of its partition among all, and offset.
struct Spot: Hashable {
    let bits: UInt64

    static let none = Spot(bits: 0)

    init(bits: UInt64) { self.bits = bits }

    init(_ place: Int, _ offset: Int64) {
        bits = UInt64(place + 1) << 40 | UInt64(truncatingIfNeeded: offset) & 0xff_ffff_ffff
    }

    var isNone: Bool { bits == 0 }
    var place: Int { Int(bits >> 40) - 1 }
    var offset: Int64 { Int64(bits & 0xff_ffff_ffff) }
}
