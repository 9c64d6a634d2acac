import StreamCore

/// Whole numbers as headers and changelogs write them.
enum Decimal {
    /// nil for anything but digits, with a minus before them or not, or more of them than an offset has.
    static func number(_ text: Bytes) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text
        guard !digits.isEmpty, digits.count <= 18 else { return nil }
        var number: Int64 = 0
        for byte in digits {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return isNegative ? -number : number
    }
}
