/// The bureau's own numbers of records, and the ids made of them.
public enum RecordNumber {
    /// The number without the `#n` of a further party and the `~n` of a revision that named another subject: what is about one decision.
    ///
    /// Works on record ids (`bureau/recordNo`) too.
    public static func family(of number: String) -> String {
        // Nearly all numbers have neither sign, and bytes say that without looking at characters.
        guard number.utf8.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "~") }) else { return number }
        var rest = Substring(number)
        if let generation = suffix(of: rest, after: "~") { rest = rest[..<generation] }
        if let party = suffix(of: rest, after: "#") { rest = rest[..<party] }
        return rest.endIndex == number.endIndex ? number : String(rest)
    }

    /// The number of the party: n of `#n`, 1 without it.
    public static func party(of number: String) -> Int {
        var rest = Substring(number)
        if let generation = suffix(of: rest, after: "~") { rest = rest[..<generation] }
        guard let party = suffix(of: rest, after: "#") else { return 1 }
        return Int(rest[rest.index(after: party)...]) ?? 1
    }

    /// The id of a record: `bureau/recordNo`.
    public static func recordId(bureau: String, recordNo: String) -> String { "\(bureau)/\(recordNo)" }

    /// Where a suffix of the sign and a number from 2 on begins; nil when there is none.
    private static func suffix(of text: Substring, after sign: Character) -> String.Index? {
        guard let place = text.lastIndex(of: sign), place != text.startIndex else { return nil }
        let digits = text[text.index(after: place)...].utf8
        guard 1...9 ~= digits.count, digits.allSatisfy(\.isDigit), digits.first != UInt8(ascii: "0"), Int(Substring(digits)) != 1 else {
            return nil
        }
        return place
    }
}
