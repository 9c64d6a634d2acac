import StreamCore

/// Looks for identity numbers (GB 11643) and organisations' codes (GB 32100) by their check characters.
///
/// It is not the scanner that masks them, so that what that one overlooks is seen here. It counts eighteen letters and digits that stand
/// alone, with single blanks or hyphens between them or not, in full-width characters too. A longer run is no number.
struct NumberScan {
    private var run: [UInt8] = []

    /// Whether a number or a code stands in the text.
    mutating func finds(in text: Bytes) -> Bool {
        guard text.count >= 18 else { return false }
        return text.withUnsafeBytes { finds(in: $0) }
    }

    /// What belongs to a run: 1 letters and digits, 2 what may stand between them, 3 the first byte of a full-width character.
    private static let kinds: [UInt8] = (0...255).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): 1
        case UInt8(ascii: " "), UInt8(ascii: "-"): 2
        case 0xef: 3
        default: 0
        }
    }

    private mutating func finds(in text: UnsafeRawBufferPointer) -> Bool {
        NumberScan.kinds.withUnsafeBufferPointer { kinds in
            var position = 0
            var hasWide = false
            // A number takes at least eighteen bytes, so one look at the last of them passes over most of a text.
            while position + 18 <= text.count {
                let ahead = text[position + 17]
                let kind = kinds[Int(ahead)]
                if kind == 0, ahead < 0x80 {
                    position += 18
                    continue
                }
                if kind == 0 || kind == 3 {
                    // Inside another script. Only full-width digits matter there; they are looked for once.
                    hasWide = true
                    position += 18
                    continue
                }
                var start = position + 17
                while start > position, isPart(text[start - 1], kinds) { start -= 1 }
                var end = position + 18
                while end < text.count, isPart(text[end], kinds) { end += 1 }
                if end - start >= 18, holds(UnsafeRawBufferPointer(rebasing: text[start..<end])) { return true }
                position = end
            }
            return hasWide && findsWide(in: text)
        }
    }

    @inline(__always)
    private func isPart(_ byte: UInt8, _ kinds: UnsafeBufferPointer<UInt8>) -> Bool {
        let kind = kinds[Int(byte)]
        return kind == 1 || kind == 2
    }

    /// The runs of a text whose full-width digits and letters (EF BC 90…99, A1…BA, EF BD 81…9A) are read as the others.
    private mutating func findsWide(in text: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        var hasWideDigit = false
        while position + 2 < text.count, !hasWideDigit {
            if text[position] == 0xef, text[position + 1] == 0xbc, text[position + 2] &- 0x90 < 10 { hasWideDigit = true }
            position += 1
        }
        guard hasWideDigit else { return false }
        var narrow: [UInt8] = []
        narrow.reserveCapacity(text.count)
        position = 0
        while position < text.count {
            let byte = text[position]
            if byte == 0xef, position + 2 < text.count, let plain = NumberScan.plain(text[position + 1], text[position + 2]) {
                narrow.append(plain)
                position += 3
            } else {
                narrow.append(byte < 0x80 ? byte : 0)
                position += 1
            }
        }
        return narrow.withUnsafeBytes { bytes in
            bytes.split { !(NumberScan.kinds[Int($0)] == 1 || NumberScan.kinds[Int($0)] == 2) }.contains {
                holds(UnsafeRawBufferPointer(rebasing: $0))
            }
        }
    }

    private static func plain(_ second: UInt8, _ third: UInt8) -> UInt8? {
        switch (second, third) {
        case (0xbc, 0x90...0x99): third - 0x90 + UInt8(ascii: "0")
        case (0xbc, 0xa1...0xba): third - 0xa1 + UInt8(ascii: "A")
        case (0xbd, 0x81...0x9a): third - 0x81 + UInt8(ascii: "A")
        case (0xbc, 0x8d): UInt8(ascii: "-")
        default: nil
        }
    }

    /// Whether eighteen characters of a run stand alone and are a number. Two separators in a row end what stands before them.
    private mutating func holds(_ text: UnsafeRawBufferPointer) -> Bool {
        run.removeAll(keepingCapacity: true)
        var separators = 0
        for byte in text {
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") {
                separators += 1
                continue
            }
            if separators > 1 {
                if isNumber() { return true }
                run.removeAll(keepingCapacity: true)
            }
            separators = 0
            run.append(byte >= UInt8(ascii: "a") ? byte - 32 : byte)
        }
        return isNumber()
    }

    private func isNumber() -> Bool { run.count == 18 && (isIdentityNumber() || isOrganizationCode()) }

    private func isIdentityNumber() -> Bool {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        var sum = 0
        for (index, weight) in weights.enumerated() {
            let digit = Int(run[index]) - 48
            guard 0...9 ~= digit else { return false }
            sum += digit * weight
        }
        let check = (12 - sum % 11) % 11
        guard run[17] == (check == 10 ? UInt8(ascii: "X") : UInt8(48 + check)) else { return false }
        func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + Int(run[$1]) - 48 } }
        let (year, month, day) = (number(6..<10), number(10..<12), number(12..<14))
        guard 1850...2200 ~= year, 1...12 ~= month, day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private func isOrganizationCode() -> Bool {
        // The place of each character among those that the standard allows; 255 for the others.
        func value(_ byte: UInt8) -> Int { Int(NumberScan.codeValues[Int(byte)]) }
        var sum = 0
        var weight = 1
        for index in 0..<17 {
            guard value(run[index]) < 31 else { return false }
            sum += value(run[index]) * weight
            weight = weight * 3 % 31
        }
        guard run[2..<8].allSatisfy({ $0 <= UInt8(ascii: "9") }), value(run[17]) == (31 - sum % 31) % 31 else { return false }
        // The ninth to the seventeenth are a code of GB 11714, where letters count from ten.
        var inner = 0
        for (index, weight) in [3, 7, 9, 10, 5, 8, 4, 2].enumerated() {
            let byte = Int(run[8 + index])
            inner += weight * (byte < 58 ? byte - 48 : byte - 55)
        }
        let check = 11 - inner % 11
        return run[16] == (check == 10 ? UInt8(ascii: "X") : UInt8(48 + check % 11))
    }

    private static let codeValues: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in "0123456789ABCDEFGHJKLMNPQRTUWXY".utf8.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
}
