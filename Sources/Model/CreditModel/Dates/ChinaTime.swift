import StreamCore

/// The time of Asia/Shanghai: UTC+8, without summer time since 1991. Legal days begin and end by it.
public enum ChinaTime {
    static let offsetMilliseconds: Int64 = 8 * 3_600_000
    static let dayMilliseconds: Int64 = 86_400_000

    /// Appends RFC 3339 with the offset +08:00; milliseconds only if there are some. Years outside 0000…9999 are clamped.
    public static func appendRFC3339(_ instant: Instant, to text: inout [UInt8]) {
        let earliest: Int64 = -62_167_219_200_000 - offsetMilliseconds
        let latest: Int64 = 253_402_300_799_999 - offsetMilliseconds
        let local = min(max(instant.milliseconds, earliest), latest) + offsetMilliseconds
        let day = Int(local >= 0 ? local / dayMilliseconds : (local - dayMilliseconds + 1) / dayMilliseconds)
        let inDay = Int(local - Int64(day) * dayMilliseconds)
        let (year, month, dayOfMonth) = Instant.civil(fromDay: day)
        func two(_ number: Int) {
            text.append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
            text.append(UInt8(ascii: "0") + UInt8(number % 10))
        }
        two(year / 100)
        two(year % 100)
        text.append(UInt8(ascii: "-"))
        two(month)
        text.append(UInt8(ascii: "-"))
        two(dayOfMonth)
        text.append(UInt8(ascii: "T"))
        two(inDay / 3_600_000)
        text.append(UInt8(ascii: ":"))
        two(inDay / 60_000 % 60)
        text.append(UInt8(ascii: ":"))
        two(inDay / 1000 % 60)
        let milliseconds = inDay % 1000
        if milliseconds > 0 {
            text.append(UInt8(ascii: "."))
            text.append(UInt8(ascii: "0") + UInt8(milliseconds / 100))
            two(milliseconds % 100)
        }
        text.append(contentsOf: [
            UInt8(ascii: "+"), UInt8(ascii: "0"), UInt8(ascii: "8"), UInt8(ascii: ":"), UInt8(ascii: "0"), UInt8(ascii: "0"),
        ])
    }
}
