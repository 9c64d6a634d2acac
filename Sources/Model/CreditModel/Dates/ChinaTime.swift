import StreamCore

/// The time of Asia/Shanghai: UTC+8, without summer time since 1991. Legal days begin and end by it.
public enum ChinaTime {
    static let offsetMilliseconds: Int64 = 8 * 3_600_000
    static let dayMilliseconds: Int64 = 86_400_000

    /// RFC 3339 with the offset +08:00: `2026-05-13T00:00:00+08:00`; milliseconds only if there are some.
    public static func rfc3339(_ instant: Instant) -> String {
        var text: [UInt8] = []
        appendRFC3339(instant, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what `rfc3339` says. Years outside 0000…9999 are clamped.
    public static func appendRFC3339(_ instant: Instant, to text: inout [UInt8]) {
        let earliest: Int64 = -62_167_219_200_000 - offsetMilliseconds
        let latest: Int64 = 253_402_300_799_999 - offsetMilliseconds
        let local = min(max(instant.milliseconds, earliest), latest) + offsetMilliseconds
        let day = local.floorDivided(by: dayMilliseconds)
        let inDay = Int(local - day * dayMilliseconds)
        let (year, month, dayOfMonth) = Instant.civil(fromDay: Int(day))
        func two(_ number: Int, then sign: Unicode.Scalar) {
            text.append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
            text.append(UInt8(ascii: "0") + UInt8(number % 10))
            text.append(UInt8(ascii: sign))
        }
        two(year / 100, then: "0")
        text.removeLast()
        two(year % 100, then: "-")
        two(month, then: "-")
        two(dayOfMonth, then: "T")
        two(inDay / 3_600_000, then: ":")
        two(inDay / 60_000 % 60, then: ":")
        let milliseconds = inDay % 1000
        if milliseconds == 0 {
            two(inDay / 1000 % 60, then: "+")
        } else {
            two(inDay / 1000 % 60, then: ".")
            text.append(UInt8(ascii: "0") + UInt8(milliseconds / 100))
            two(milliseconds % 100, then: "+")
        }
        two(8, then: ":")
        two(0, then: " ")
        text.removeLast()
    }
}

extension Instant {
    /// An instant of RFC 3339: date, `T`, time, offset. Seconds may be absent; fractions are cut to milliseconds. Nil for anything else.
    public init?(rfc3339 text: Bytes) {
        let bytes = Array(text)
        guard bytes.count >= 17, bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"),
            let date = CivilDate(iso: bytes[0..<10]),
            let hour = Digits.number(bytes[11..<13]), hour < 24, let minute = Digits.number(bytes[14..<16]), minute < 60
        else { return nil }
        var position = 16
        var second = 0
        var milliseconds = 0
        if bytes[position] == UInt8(ascii: ":") {
            // 60 is a leap second, which our scale does not have: it is the next minute's 0.
            guard bytes.count >= position + 3, let number = Digits.number(bytes[(position + 1)..<(position + 3)]), number <= 60 else {
                return nil
            }
            second = number
            position += 3
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                let digits = bytes[(position + 1)...].prefix { $0 &- UInt8(ascii: "0") < 10 }
                guard !digits.isEmpty else { return nil }
                for digit in Array(digits.prefix(3)) + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 3 - digits.count)) {
                    milliseconds = milliseconds * 10 + Int(digit - UInt8(ascii: "0"))
                }
                position = digits.endIndex
            }
        }
        guard position < bytes.count else { return nil }
        var offsetMinutes = 0
        if bytes[position] | 0x20 == UInt8(ascii: "z") {
            guard position + 1 == bytes.count else { return nil }
        } else {
            guard position + 6 == bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-"),
                bytes[position + 3] == UInt8(ascii: ":"), let hours = Digits.number(bytes[(position + 1)..<(position + 3)]), hours < 24,
                let minutes = Digits.number(bytes[(position + 4)..<(position + 6)]), minutes < 60
            else { return nil }
            offsetMinutes = (hours * 60 + minutes) * (bytes[position] == UInt8(ascii: "-") ? -1 : 1)
        }
        let seconds = date.dayNumber * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(milliseconds))
    }

    /// An instant of RFC 3339.
    public init?(rfc3339 text: String) {
        self.init(rfc3339: Bytes(utf8: text))
    }
}
