/// Numbers for tests and samples: their check characters are right, but nobody has them.
///
/// Region 410199 was never given to a district, so no real number begins with it.
public enum SyntheticIdentity {
    public static let region = "410199"

    /// A number of GB 11643 of somebody born on that day.
    public static func residentId(born birthDate: CivilDate, region: String = region, using generator: inout some RandomNumberGenerator)
        -> String
    {
        let sequence = Int.random(in: 1...999, using: &generator)
        let digits = Array("\(region)\(birthDate.year * 10_000 + birthDate.month * 100 + birthDate.day)".utf8) + threeDigits(sequence)
        return String(decoding: digits + [Citizen.checkCharacter(digits[...])], as: UTF8.self)
    }

    /// A number of GB 11643 of an adult, born between 1950 and 1999.
    public static func residentId(using generator: inout some RandomNumberGenerator) -> String {
        residentId(born: CivilDate(dayNumber: Int.random(in: -7305...10_956, using: &generator)), using: &generator)
    }

    /// A number of a residence permit for people of Hong Kong, Macao and Taiwan.
    public static func hmtResidence(born birthDate: CivilDate, using generator: inout some RandomNumberGenerator) -> String {
        residentId(born: birthDate, region: ["810000", "820000", "830000"].randomElement(using: &generator) ?? "810000", using: &generator)
    }

    /// A number of a foreigner's permanent residence card of 2023; 999 is no country.
    public static func foreignPermanentResidence(born birthDate: CivilDate, using generator: inout some RandomNumberGenerator) -> String {
        residentId(born: birthDate, region: "941999", using: &generator)
    }

    /// A code of GB 32100 of an enterprise.
    public static func uscc(using generator: inout some RandomNumberGenerator) -> String {
        var code = Array("91\(region)MA".utf8)
        for _ in 0..<6 { code.append(CreditCode.alphabet[Int.random(in: 0..<CreditCode.alphabet.count, using: &generator)]) }
        code.append(OrganizationCode.checkCharacter(code[8..<16]))
        code.append(CreditCode.checkCharacter(code[...]))
        return String(decoding: code, as: UTF8.self)
    }

    /// An organisation code of GB 11714.
    public static func organizationCode(using generator: inout some RandomNumberGenerator) -> String {
        let code = (0..<8).map { _ in UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &generator) }
        return String(decoding: code + [OrganizationCode.checkCharacter(code[...])], as: UTF8.self)
    }

    /// The number with another check character, which is therefore wrong.
    public static func withWrongCheck(_ number: String) -> String {
        guard let last = number.last else { return number }
        return number.dropLast() + (last == "5" ? "6" : "5")
    }

    private static func threeDigits(_ number: Int) -> [UInt8] {
        [number / 100, number / 10 % 10, number % 10].map { UInt8(ascii: "0") + UInt8($0) }
    }
}
