import StreamCore

/// Reads JSON (RFC 8259) strictly and in one pass into a flat list of nodes.
///
/// Keep one parser and use it again: when the document of the last call is gone, its list is used again and parsing allocates nothing.
public struct JSONParser: Sendable {
    /// How many arrays and objects may lie in one another.
    public let depthMax: Int
    private var nodes: [JSONNode] = []
    private var containers: [JSONScanner.Container] = []

    public init(depthMax: Int = 64) {
        self.depthMax = depthMax
    }

    /// The document in these bytes; it keeps them and decodes nothing before it is asked.
    public mutating func parse(_ bytes: Bytes) throws(JSONFailure) -> JSONDocument {
        guard bytes.count < Int(Int32.max) else { throw JSONFailure(offset: 0, problem: .tooLarge) }
        nodes.removeAll(keepingCapacity: true)
        containers.removeAll(keepingCapacity: true)
        // What messages have: a list that grows from nothing would be moved seven times.
        nodes.reserveCapacity(bytes.count / 16 + 8)
        // Moved out and back, so that the scanner is their only owner and writes in place.
        var scanner = JSONScanner(depthMax: depthMax)
        swap(&scanner.nodes, &nodes)
        swap(&scanner.containers, &containers)
        let failure = bytes.withUnsafeBytes { buffer in scanner.scan(buffer) }
        swap(&scanner.nodes, &nodes)
        swap(&scanner.containers, &containers)
        if let failure { throw failure }
        return JSONDocument(bytes: bytes, nodes: nodes)
    }

    /// The document in these bytes, by a parser of its own.
    public static func parse(_ bytes: Bytes) throws(JSONFailure) -> JSONDocument {
        var parser = JSONParser()
        return try parser.parse(bytes)
    }
}

/// A value or a member name of a document. In an object names and values alternate; what belongs to a container lies behind it,
/// up to `next`.
struct JSONNode: Sendable {
    var start: UInt32
    var length: UInt32
    var next: UInt32
    var kind: JSONKind
    /// A string or name in which a backslash occurs.
    var hasEscapes: Bool
    /// A cheap digest of a name: different names mostly differ in it, equal ones never.
    var nameMark: UInt16

    @inline(__always)
    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

/// The pass over the bytes.
///
/// It uses raw pointers: this runs for every byte of every message. Each load is behind a comparison of `position` with `count`, and
/// the pointer does not leave `scan`.
struct JSONScanner {
    /// An array or object that is not closed yet.
    struct Container: Sendable {
        var node: Int
        var isObject: Bool
        var memberCount: Int
        /// One bit for each name mark that has occurred, so that most names need no look back.
        var marksSeen: UInt64
    }

    /// From so many members on, names are compared by sorting them once: looking back for each would take quadratic time.
    private static let comparedOneByOneMax = 32

    let depthMax: Int
    var nodes: [JSONNode] = []
    var containers: [Container] = []
    private var base = UnsafeRawPointer(bitPattern: 1)!
    private var count = 0
    private var position = 0

    init(depthMax: Int) { self.depthMax = depthMax }

    mutating func scan(_ buffer: UnsafeRawBufferPointer) -> JSONFailure? {
        guard let start = buffer.baseAddress, buffer.count > 0 else { return JSONFailure(offset: 0, problem: .empty) }
        base = start
        count = buffer.count
        if count >= 3, byte(0) == 0xef, byte(1) == 0xbb, byte(2) == 0xbf {
            return JSONFailure(offset: 0, problem: .byteOrderMark)
        }
        skipSpace()
        if position == count { return JSONFailure(offset: position, problem: .empty) }
        while true {
            if let problem = scanValue() { return JSONFailure(offset: position, problem: problem) }
            if containers.isEmpty { break }
        }
        skipSpace()
        return position == count ? nil : JSONFailure(offset: position, problem: .trailingBytes)
    }

    /// Reads one value, or opens a container that is not empty, and what follows up to the next value.
    @inline(__always)
    private mutating func scanValue() -> JSONFailure.Problem? {
        guard position < count else { return .unexpectedEnd }
        switch byte(position) {
        case UInt8(ascii: "\""):
            if let problem = scanString(.string) { return problem }
        case UInt8(ascii: "{"):
            if let problem = open(.object) { return problem }
            skipSpace()
            guard position < count else { return .unexpectedEnd }
            if byte(position) != UInt8(ascii: "}") { return scanName() }
        case UInt8(ascii: "["):
            if let problem = open(.array) { return problem }
            skipSpace()
            guard position < count else { return .unexpectedEnd }
            if byte(position) != UInt8(ascii: "]") { return nil }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            if let problem = scanNumber() { return problem }
        case UInt8(ascii: "t"):
            if let problem = scanLiteral("true", .bool) { return problem }
        case UInt8(ascii: "f"):
            if let problem = scanLiteral("false", .bool) { return problem }
        case UInt8(ascii: "n"):
            if let problem = scanLiteral("null", .null) { return problem }
        default:
            return .unexpectedByte
        }
        while let container = containers.last {
            skipSpace()
            guard position < count else { return .unexpectedEnd }
            let next = byte(position)
            if next == UInt8(ascii: ",") {
                position += 1
                skipSpace()
                return container.isObject ? scanName() : nil
            }
            guard next == (container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return .unexpectedByte }
            position += 1
            if let problem = close(container) { return problem }
        }
        return nil
    }

    private mutating func open(_ kind: JSONKind) -> JSONFailure.Problem? {
        guard containers.count < depthMax else { return .tooDeep }
        containers.append(Container(node: nodes.count, isObject: kind == .object, memberCount: 0, marksSeen: 0))
        nodes.append(JSONNode(start: UInt32(position), length: 0, next: 0, kind: kind, hasEscapes: false, nameMark: 0))
        position += 1
        return nil
    }

    private mutating func close(_ container: Container) -> JSONFailure.Problem? {
        nodes[container.node].length = UInt32(position) - nodes[container.node].start
        nodes[container.node].next = UInt32(nodes.count)
        containers.removeLast()
        guard container.memberCount > Self.comparedOneByOneMax else { return nil }
        return findDuplicateBySorting(container)
    }

    private mutating func scanName() -> JSONFailure.Problem? {
        guard position < count else { return .unexpectedEnd }
        guard byte(position) == UInt8(ascii: "\"") else { return .unexpectedByte }
        let start = position
        let index = nodes.count
        if let problem = scanString(.string) { return problem }
        let mark = nameMark(nodes[index])
        nodes[index].nameMark = mark
        let last = containers.count - 1
        let bit: UInt64 = 1 << UInt64(mark & 63)
        if containers[last].marksSeen & bit != 0, containers[last].memberCount < Self.comparedOneByOneMax,
            occursBefore(index, in: containers[last])
        {
            position = start
            return .duplicateMember
        }
        containers[last].marksSeen |= bit
        containers[last].memberCount += 1
        skipSpace()
        guard position < count else { return .unexpectedEnd }
        guard byte(position) == UInt8(ascii: ":") else { return .unexpectedByte }
        position += 1
        skipSpace()
        return nil
    }

    private mutating func scanString(_ kind: JSONKind) -> JSONFailure.Problem? {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            // Eight bytes at a time while there is nothing to look at: no quote, backslash, control character or longer character.
            while position + 8 <= count {
                let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let stops = JSONScanner.stops(in: word)
                if stops != 0 {
                    position += stops.trailingZeroBitCount >> 3
                    break
                }
                position += 8
            }
            guard position < count else { return .unexpectedEnd }
            let next = byte(position)
            if next >= 0x80 {
                // Chinese text is a run of such characters.
                repeat {
                    let length = UTF8Validity.sequenceLength(base, at: position, count: count)
                    if length == 0 { return .invalidUTF8 }
                    position += length
                } while position < count && byte(position) >= 0x80
            } else if next == UInt8(ascii: "\"") {
                let length = position - start
                position += 1
                nodes.append(
                    JSONNode(
                        start: UInt32(start), length: UInt32(length), next: UInt32(nodes.count + 1), kind: kind, hasEscapes: hasEscapes,
                        nameMark: 0))
                return nil
            } else if next == UInt8(ascii: "\\") {
                hasEscapes = true
                if let problem = scanEscape() { return problem }
            } else if next < 0x20 {
                return next == 0 ? .nulCharacter : .controlCharacter
            } else {
                position += 1
            }
        }
    }

    /// The high bits of those bytes of a word at which a string has to be looked at closely.
    ///
    /// The lowest bit that is set is exact; borrows only reach bytes above it.
    @inline(__always)
    static func stops(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        let control = (word &- (ones &* 0x20)) & ~word
        return (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | control | word) & highs
    }

    private mutating func scanEscape() -> JSONFailure.Problem? {
        guard position + 1 < count else {
            position = count
            return .unexpectedEnd
        }
        switch byte(position + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
            return nil
        case UInt8(ascii: "u"):
            guard let unit = hexadecimal(at: position + 2) else { return .invalidEscape }
            if unit == 0 { return .nulCharacter }
            if unit & 0xf800 != 0xd800 {
                position += 6
                return nil
            }
            guard unit < 0xdc00, position + 7 < count, byte(position + 6) == UInt8(ascii: "\\"), byte(position + 7) == UInt8(ascii: "u"),
                let second = hexadecimal(at: position + 8), second & 0xfc00 == 0xdc00
            else { return .loneSurrogate }
            position += 12
            return nil
        default:
            return .invalidEscape
        }
    }

    private func hexadecimal(at offset: Int) -> UInt16? {
        guard offset + 4 <= count else { return nil }
        var unit: UInt16 = 0
        for index in offset..<(offset + 4) {
            guard let digit = JSONScanner.hexadecimalDigit(byte(index)) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private mutating func scanNumber() -> JSONFailure.Problem? {
        let start = position
        if byte(position) == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        skipDigits()
        let integerLength = position - integerStart
        if integerLength > 1, byte(integerStart) == UInt8(ascii: "0") {
            position = start
            return .invalidNumber
        }
        if integerLength == 0 { return numberProblem(start) }
        if position < count, byte(position) == UInt8(ascii: ".") {
            position += 1
            let fractionStart = position
            skipDigits()
            if position == fractionStart { return numberProblem(start) }
        }
        if position < count, byte(position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < count, byte(position) == UInt8(ascii: "+") || byte(position) == UInt8(ascii: "-") { position += 1 }
            let exponentStart = position
            skipDigits()
            if position == exponentStart { return numberProblem(start) }
        }
        nodes.append(
            JSONNode(
                start: UInt32(start), length: UInt32(position - start), next: UInt32(nodes.count + 1), kind: .number, hasEscapes: false,
                nameMark: 0))
        return nil
    }

    private mutating func numberProblem(_ start: Int) -> JSONFailure.Problem {
        if position == count { return .unexpectedEnd }
        position = start
        return .invalidNumber
    }

    @inline(__always)
    private mutating func skipDigits() {
        while position < count, byte(position) &- UInt8(ascii: "0") < 10 { position += 1 }
    }

    private mutating func scanLiteral(_ literal: StaticString, _ kind: JSONKind) -> JSONFailure.Problem? {
        let length = literal.utf8CodeUnitCount
        let start = position
        for index in 0..<length {
            guard position < count else { return .unexpectedEnd }
            guard byte(position) == literal.utf8Start[index] else { return .unexpectedByte }
            position += 1
        }
        nodes.append(
            JSONNode(
                start: UInt32(start), length: UInt32(length), next: UInt32(nodes.count + 1), kind: kind, hasEscapes: false, nameMark: 0))
        return nil
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < count {
            let next = byte(position)
            guard next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 else { return }
            position += 1
        }
    }

    @inline(__always)
    private func byte(_ offset: Int) -> UInt8 { base.load(fromByteOffset: offset, as: UInt8.self) }

    // MARK: Member names

    private func nameMark(_ node: JSONNode) -> UInt16 {
        if node.hasEscapes {
            let name = decoded(node)
            guard let first = name.first, let last = name.last else { return 0 }
            return JSONScanner.nameMark(count: name.count, first: first, middle: name[name.count / 2], last: last)
        }
        let range = node.range
        if range.isEmpty { return 0 }
        return JSONScanner.nameMark(
            count: range.count, first: byte(range.lowerBound), middle: byte(range.lowerBound + range.count / 2),
            last: byte(range.upperBound - 1))
    }

    private static func nameMark(count: Int, first: UInt8, middle: UInt8, last: UInt8) -> UInt16 {
        ((UInt16(truncatingIfNeeded: count) &* 31 &+ UInt16(first)) &* 31 &+ UInt16(middle)) &* 31 &+ UInt16(last)
    }

    private func occursBefore(_ index: Int, in container: Container) -> Bool {
        let mark = nodes[index].nameMark
        var other = container.node + 1
        while other < index {
            if nodes[other].nameMark == mark, areEqual(nodes[other], nodes[index]) { return true }
            other = Int(nodes[other + 1].next)
        }
        return false
    }

    private func areEqual(_ left: JSONNode, _ right: JSONNode) -> Bool {
        if left.hasEscapes || right.hasEscapes { return decoded(left) == decoded(right) }
        guard left.length == right.length else { return false }
        for index in 0..<Int(left.length) where byte(Int(left.start) + index) != byte(Int(right.start) + index) { return false }
        return true
    }

    private func precedes(_ left: JSONNode, _ right: JSONNode) -> Bool {
        if left.hasEscapes || right.hasEscapes { return decoded(left).lexicographicallyPrecedes(decoded(right)) }
        let leftBytes = UnsafeRawBufferPointer(start: base + Int(left.start), count: Int(left.length))
        let rightBytes = UnsafeRawBufferPointer(start: base + Int(right.start), count: Int(right.length))
        return leftBytes.lexicographicallyPrecedes(rightBytes)
    }

    private mutating func findDuplicateBySorting(_ container: Container) -> JSONFailure.Problem? {
        var names: [Int] = []
        names.reserveCapacity(container.memberCount)
        var index = container.node + 1
        while index < Int(nodes[container.node].next) {
            names.append(index)
            index = Int(nodes[index + 1].next)
        }
        names.sort { precedes(nodes[$0], nodes[$1]) }
        for (left, right) in zip(names, names.dropFirst()) where areEqual(nodes[left], nodes[right]) {
            position = Int(max(nodes[left].start, nodes[right].start)) - 1
            return .duplicateMember
        }
        return nil
    }

    private func decoded(_ node: JSONNode) -> [UInt8] {
        JSONText.decoded(UnsafeRawBufferPointer(start: base + Int(node.start), count: Int(node.length)))
    }
}

/// The characters of a string that has escapes. Only for what the scanner has found to be right.
enum JSONText {
    static func decoded(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var position = 0
        func unit(at offset: Int) -> UInt32 {
            var unit: UInt32 = 0
            for index in offset..<min(offset + 4, raw.count) {
                unit = unit << 4 | UInt32(JSONScanner.hexadecimalDigit(raw[index]) ?? 0)
            }
            return unit
        }
        while position < raw.count {
            let byte = raw[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < raw.count else {
                text.append(byte)
                position += 1
                continue
            }
            position += 2
            switch raw[position - 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0c)
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit(at: position)
                position += 4
                if scalar & 0xfc00 == 0xd800 {
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + unit(at: position + 2) & 0x3ff
                    position += 6
                }
                text.append(contentsOf: Array(String(Character(Unicode.Scalar(scalar) ?? "\u{fffd}")).utf8))
            case let other: text.append(other)
            }
        }
        return text
    }
}
