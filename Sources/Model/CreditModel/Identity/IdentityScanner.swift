import StreamCore

/// Finds identity numbers and organisations' codes in texts, by their check characters.
///
/// It sees numbers of GB 11643 (with a possible date of birth) and GB 32100 (with a valid inner code), in full-width characters, lower case
/// and with blanks or hyphens inside too. Where identifiers may stand, a number of 18 digits has to
/// stand without further digits beside it, a code without letters or digits, so that digests and longer numbers are left alone (`apart`).
/// In texts that people write a number also counts where only one end is free, or where another number ends, as when somebody writes a
/// telephone number right behind it (`adjoining`).
public enum IdentityScanner {
    private static let length = 18
    /// More blanks or hyphens than these in a row end a number.
    private static let separatorsMax = 2

    /// What may stand beside a number.
    public enum Surroundings: Sendable {
        case apart, adjoining
    }

    /// Where numbers lie, in the indices of `text`, ascending and apart.
    public static func matches(in text: Bytes, _ surroundings: Surroundings = .apart) -> [Range<Int>] {
        var matches: [Range<Int>] = []
        forEachRun(in: text) { run in appendMatches(in: run, surroundings, to: &matches) }
        return matches
    }

    /// Whether there is any number.
    public static func hasMatch(in text: Bytes, _ surroundings: Surroundings = .apart) -> Bool {
        !matches(in: text, surroundings).isEmpty
    }

    /// The text with the last four characters of each number behind asterisks; nil when there is none.
    public static func masked(_ text: String, _ surroundings: Surroundings = .apart) -> String? {
        let bytes = Bytes(utf8: text)
        let matches = matches(in: bytes, surroundings)
        guard !matches.isEmpty else { return nil }
        var masked: [UInt8] = []
        masked.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        for match in matches {
            masked.append(contentsOf: bytes[position..<match.lowerBound])
            let number = IdentityNumber.normalized(String(decoding: bytes[match], as: UTF8.self))
            masked.append(contentsOf: IdentityNumber.masked(String(decoding: number, as: UTF8.self)).utf8)
            position = match.upperBound
        }
        masked.append(contentsOf: bytes[position...])
        return String(decoding: masked, as: UTF8.self)
    }

    // MARK: Runs

    /// A letter or digit of a run in its ASCII form, and the bytes it came from.
    private struct Character {
        var ascii: UInt8
        var range: Range<Int>
        var followsSeparator: Bool
    }

    /// Calls `body` with the letters and digits that stand together, if they are enough for a number.
    private static func forEachRun(in text: Bytes, _ body: ([Character]) -> Void) {
        var run: [Character] = []
        var digitCount = 0
        var separators = 0
        func end() {
            if run.count >= length, digitCount >= 6 { body(run) }
            run.removeAll(keepingCapacity: true)
            digitCount = 0
            separators = 0
        }
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            var size = 1
            var ascii = byte
            if byte >= 0x80 {
                (ascii, size) = wide(text, at: position)
            }
            if ascii.isLetterOrDigit {
                let upper = ascii.isDigit ? ascii : ascii & 0xdf
                run.append(Character(ascii: upper, range: position..<(position + size), followsSeparator: separators > 0))
                if ascii.isDigit { digitCount += 1 }
                separators = 0
            } else if ascii == UInt8(ascii: " ") || ascii == UInt8(ascii: "-") || (9...13).contains(ascii) {
                separators += 1
                if separators > separatorsMax, !run.isEmpty { end() }
            } else if !run.isEmpty {
                end()
            }
            position += size
        }
        end()
    }

    /// The ASCII form of a longer character: a letter, digit, space or hyphen; 0 for others. Bytes that are no UTF-8 count one by one.
    private static func wide(_ text: Bytes, at position: Int) -> (ascii: UInt8, size: Int) {
        let byte = text[position]
        let size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
        guard position + size <= text.endIndex else { return (0, 1) }
        var value = UInt32(byte) & (size == 4 ? 0x07 : size == 3 ? 0x0f : 0x1f)
        for offset in 1..<max(size, 1) {
            guard text[position + offset] & 0xc0 == 0x80 else { return (0, 1) }
            value = value << 6 | UInt32(text[position + offset] & 0x3f)
        }
        guard size > 1, let scalar = Unicode.Scalar(value) else { return (0, size) }
        if CharacterForms.isHyphen(scalar) { return (UInt8(ascii: "-"), size) }
        if CharacterForms.isBlank(scalar) { return (UInt8(ascii: " "), size) }
        let narrow = CharacterForms.halfWidth(scalar)
        return (narrow.isASCII ? UInt8(narrow.value) : 0, size)
    }

    private static func appendMatches(in run: [Character], _ surroundings: Surroundings, to matches: inout [Range<Int>]) {
        let characters = run.map(\.ascii)
        var start = 0
        // Where the number before ended: what begins there is free as well.
        var lastEnd = -1
        while start + length <= run.count {
            let end = start + length
            let window = characters[start..<end]
            // A separator beside a number is an end as good as any other character.
            let isFreeBefore = start == 0 || run[start].followsSeparator || (surroundings == .adjoining && start == lastEnd)
            let isFreeBehind = end == run.count || run[end].followsSeparator
            let citizenEnds = (isFreeBefore || !characters[start - 1].isDigit, isFreeBehind || !characters[end].isDigit)
            let isCitizen = surroundings.allows(citizenEnds) && isCitizenNumber(window)
            if isCitizen || (surroundings.allows((isFreeBefore, isFreeBehind)) && isCreditCode(window)) {
                matches.append(run[start].range.lowerBound..<run[end - 1].range.upperBound)
                start = end
                lastEnd = end
            } else {
                start += 1
            }
        }
    }

    private static func isCitizenNumber(_ window: ArraySlice<UInt8>) -> Bool {
        guard Citizen.isWellFormed(window), Citizen.hasValidCheck(window), let birthDate = Citizen.birthDate(window) else { return false }
        // No clock here: any year in which somebody who lives or will live could be born.
        return 1850...2200 ~= birthDate.year
    }

    private static func isCreditCode(_ window: ArraySlice<UInt8>) -> Bool {
        CreditCode.isWellFormed(window) && CreditCode.hasValidCheck(window) && CreditCode.hasValidInnerCheck(window)
    }
}

extension IdentityScanner.Surroundings {
    /// Whether a number may end so: which of its ends, the first and the last, are free.
    fileprivate func allows(_ isFree: (Bool, Bool)) -> Bool {
        self == .adjoining ? isFree.0 || isFree.1 : isFree.0 && isFree.1
    }
}
