/// The number of a document or the code of an organisation, brought to one form and checked.
public struct IdentityNumber: Hashable, Sendable {
    public let type: IdentityType
    /// The number in ASCII, without spaces and hyphens, letters upper case.
    public let text: String
    /// The date of birth, where the number says it.
    public let birthDate: CivilDate?

    /// The oldest age that a number may say.
    public static let ageMax = 130

    /// Reads a number as somebody typed it.
    ///
    /// - Parameter today: births after it are not possible, nor those more than 130 years before.
    public init(_ raw: String, type: IdentityType, today: CivilDate) throws(IdentityFailure) {
        let characters = IdentityNumber.normalized(raw)
        var problems: [IdentityFailure.Problem] = []
        var birthDate: CivilDate?
        switch type {
        case .residentId, .hmtResidence:
            if !Citizen.isWellFormed(characters[...]) || (type == .hmtResidence && !Citizen.hasRegionOfHongKongMacaoTaiwan(characters)) {
                problems.append(.format)
            } else {
                birthDate = Citizen.check(characters[...], today: today, problems: &problems)
            }
        case .foreignPermanentResidence:
            if characters.count == 18, characters[0] == UInt8(ascii: "9"), Citizen.isWellFormed(characters[...]) {
                birthDate = Citizen.check(characters[...], today: today, problems: &problems)
            } else if !(characters.count == 15 && characters[..<3].allSatisfy(\.isUpper) && characters[3...].allSatisfy(\.isDigit)) {
                problems.append(.format)
            }
        case .uscc:
            CreditCode.check(characters[...], problems: &problems)
        case .organizationCode:
            if characters.count != 9 || !OrganizationCode.isWellFormed(characters[...]) {
                problems.append(.format)
            } else if !OrganizationCode.isValid(characters[...]) {
                problems.append(.checkDigit)
            }
        case .passport:
            if !(5...20 ~= characters.count && characters.allSatisfy(\.isLetterOrDigit)) { problems.append(.format) }
        case .hongKongMacaoPermit:
            // Eight digits are the person's; ten are those and how often the card was issued.
            let isWellFormed =
                [9, 11].contains(characters.count) && (characters[0] == UInt8(ascii: "H") || characters[0] == UInt8(ascii: "M"))
                && characters[1...].allSatisfy(\.isDigit)
            if !isWellFormed { problems.append(.format) }
        case .taiwanPermit:
            let isNew = characters.count == 8 && characters.allSatisfy(\.isDigit)
            let isOld = 10...11 ~= characters.count && characters[..<10].allSatisfy(\.isDigit) && characters[10...].allSatisfy(\.isUpper)
            if !isNew && !isOld { problems.append(.format) }
        case .registrationNo, .taxNo, .institutionNo, .socialOrganizationNo:
            if !(5...24 ~= characters.count && characters.allSatisfy { $0.isLetterOrDigit || $0 >= 0x80 }) { problems.append(.format) }
        case .militaryId, .other:
            if !(3...96 ~= characters.count && characters.allSatisfy { $0 >= 0x20 && $0 != 0x7f }) { problems.append(.format) }
        }
        guard problems.isEmpty else { throw IdentityFailure(type: type, problems: problems) }
        self.type = type
        self.text = String(decoding: characters, as: UTF8.self)
        self.birthDate = birthDate
    }

    /// The last four characters behind asterisks; of numbers with fewer than eight, none. More than that is never shown.
    public var masked: String { IdentityNumber.masked(text) }

    static func masked(_ text: String) -> String {
        text.count < 8 ? "****" : "****\(text.suffix(4))"
    }

    /// The UTF-8 bytes of a number: full-width characters in ASCII form, no blanks and hyphens, letters upper case.
    static func normalized(_ raw: String) -> [UInt8] {
        var characters: [UInt8] = []
        characters.reserveCapacity(raw.utf8.count)
        for scalar in raw.unicodeScalars {
            let scalar = CharacterForms.halfWidth(scalar)
            if CharacterForms.isBlank(scalar) || CharacterForms.isHyphen(scalar) { continue }
            switch scalar {
            case "a"..."z": characters.append(UInt8(scalar.value) - 0x20)
            case _ where scalar.isASCII: characters.append(UInt8(scalar.value))
            default: characters.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            }
        }
        return characters
    }
}

/// Why a number cannot be right. Names no part of the number.
public struct IdentityFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let type: IdentityType
    /// At least one.
    public let problems: [Problem]

    public init(type: IdentityType, problems: [Problem]) {
        self.type = type
        self.problems = problems
    }

    public enum Problem: Hashable, Sendable, CaseIterable {
        /// Another length, or characters that this type does not have.
        case format
        /// The last character does not follow from the others.
        case checkDigit
        /// The organisation code within a USCC (characters 9 to 17) fails its own check of GB 11714.
        case innerCheckDigit
        /// The date of birth does not exist, lies ahead, or too far back.
        case birthDate

        public var code: ReasonCode {
            switch self {
            case .format: .schemaFormat
            case .checkDigit, .innerCheckDigit: .subjectCheckDigit
            case .birthDate: .subjectBirthDate
            }
        }
    }

    /// The reasons for an answer, all at `path`.
    public func reasons(at path: String) -> [Reason] {
        problems.map { Reason($0.code, at: path, hint: hint(for: $0)) }
    }

    public var description: String { problems.map { "\($0.code.rawValue): \(hint(for: $0))" }.joined(separator: "; ") }

    private func hint(for problem: Problem) -> String {
        switch problem {
        case .format: "\(type.rawValue) \(type.form)"
        case .checkDigit: "the last character does not follow from the others; compare the number with the document"
        case .innerCheckDigit: "characters 9 to 17 are no organisation code of GB 11714; compare the code with the certificate"
        case .birthDate: "characters 7 to 14 have to be a date of birth, not in the future and at most \(IdentityNumber.ageMax) years ago"
        }
    }
}

extension IdentityType {
    /// What a number of this type looks like.
    public var form: String {
        switch self {
        case .residentId: "has 17 digits and a check character (GB 11643); numbers of 15 digits are no longer valid"
        case .hmtResidence: "has 17 digits and a check character, and begins with 810000, 820000 or 830000"
        case .foreignPermanentResidence: "has 18 characters beginning with 9, or 3 letters and 12 digits"
        case .uscc: "has 18 characters: digits and capital letters without I, O, S, V, Z; the third to eighth are digits (GB 32100)"
        case .organizationCode: "has 8 characters and a check character (GB 11714)"
        case .passport: "has 5 to 20 letters and digits"
        case .hongKongMacaoPermit: "has the letter H or M and 8 or 10 digits"
        case .taiwanPermit: "has 8 digits, or 10 digits and a letter"
        case .registrationNo, .taxNo, .institutionNo, .socialOrganizationNo: "has 5 to 24 letters and digits"
        case .militaryId, .other: "has 3 to 32 characters"
        }
    }
}

// MARK: - Check characters

/// 公民身份号码: 17 digits and a check character by ISO 7064 MOD 11-2 (GB 11643-1999).
enum Citizen {
    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checkCharacters = Array("10X98765432".utf8)

    static func isWellFormed(_ characters: ArraySlice<UInt8>) -> Bool {
        characters.count == 18 && characters.dropLast().allSatisfy(\.isDigit)
            && (characters[characters.endIndex - 1].isDigit || characters[characters.endIndex - 1] == UInt8(ascii: "X"))
    }

    static func hasRegionOfHongKongMacaoTaiwan(_ characters: [UInt8]) -> Bool {
        [UInt8](characters.prefix(6)) == Array("810000".utf8) || [UInt8](characters.prefix(6)) == Array("820000".utf8)
            || [UInt8](characters.prefix(6)) == Array("830000".utf8)
    }

    /// The check character of 17 digits.
    static func checkCharacter(_ digits: ArraySlice<UInt8>) -> UInt8 {
        var sum = 0
        for (digit, weight) in zip(digits, weights) { sum += Int(digit - UInt8(ascii: "0")) * weight }
        return checkCharacters[sum % 11]
    }

    static func hasValidCheck(_ characters: ArraySlice<UInt8>) -> Bool {
        checkCharacter(characters.dropLast()) == characters[characters.endIndex - 1]
    }

    /// The date in characters 7 to 14; nil when there is no such day.
    static func birthDate(_ characters: ArraySlice<UInt8>) -> CivilDate? {
        let start = characters.startIndex
        guard let year = Digits.number(characters[(start + 6)..<(start + 10)]),
            let month = Digits.number(characters[(start + 10)..<(start + 12)]),
            let day = Digits.number(characters[(start + 12)..<(start + 14)])
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Checks a well-formed number; the date of birth when it is possible.
    static func check(_ characters: ArraySlice<UInt8>, today: CivilDate, problems: inout [IdentityFailure.Problem]) -> CivilDate? {
        if !hasValidCheck(characters) { problems.append(.checkDigit) }
        guard let birthDate = birthDate(characters), birthDate <= today, birthDate >= today.adding(years: -IdentityNumber.ageMax) else {
            problems.append(.birthDate)
            return nil
        }
        return birthDate
    }
}

/// 统一社会信用代码: 17 characters and a check character (GB 32100-2015), with an organisation code inside.
enum CreditCode {
    static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: .max, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    static func isWellFormed(_ characters: ArraySlice<UInt8>) -> Bool {
        let start = characters.startIndex
        return characters.count == 18 && characters.allSatisfy { values[Int($0)] != .max }
            && characters[(start + 2)..<(start + 8)].allSatisfy(\.isDigit)
    }

    /// The check character of 17 characters of the alphabet.
    static func checkCharacter(_ characters: ArraySlice<UInt8>) -> UInt8 {
        var sum = 0
        for (character, weight) in zip(characters, weights) { sum += Int(values[Int(character)]) * weight }
        return alphabet[(31 - sum % 31) % 31]
    }

    static func hasValidCheck(_ characters: ArraySlice<UInt8>) -> Bool {
        checkCharacter(characters.dropLast()) == characters[characters.endIndex - 1]
    }

    static func hasValidInnerCheck(_ characters: ArraySlice<UInt8>) -> Bool {
        OrganizationCode.isValid(characters[(characters.startIndex + 8)..<(characters.startIndex + 17)])
    }

    static func check(_ characters: ArraySlice<UInt8>, problems: inout [IdentityFailure.Problem]) {
        guard isWellFormed(characters) else { return problems.append(.format) }
        if !hasValidCheck(characters) { problems.append(.checkDigit) }
        if !hasValidInnerCheck(characters) { problems.append(.innerCheckDigit) }
    }
}

/// 组织机构代码: 8 characters and a check character (GB 11714-1997).
enum OrganizationCode {
    private static let weights = [3, 7, 9, 10, 5, 8, 4, 2]

    static func isWellFormed(_ characters: ArraySlice<UInt8>) -> Bool {
        characters.count == 9 && characters.allSatisfy { $0.isDigit || $0.isUpper }
    }

    /// The check character of 8 digits and capital letters.
    static func checkCharacter(_ characters: ArraySlice<UInt8>) -> UInt8 {
        var sum = 0
        for (character, weight) in zip(characters, weights) {
            sum += weight * Int(character.isDigit ? character - UInt8(ascii: "0") : character - UInt8(ascii: "A") + 10)
        }
        let check = UInt8(11 - sum % 11)
        return check == 10 ? UInt8(ascii: "X") : UInt8(ascii: "0") + check % 11
    }

    static func isValid(_ characters: ArraySlice<UInt8>) -> Bool {
        checkCharacter(characters.dropLast()) == characters[characters.endIndex - 1]
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isUpper: Bool { self &- UInt8(ascii: "A") < 26 }
    var isLetterOrDigit: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
