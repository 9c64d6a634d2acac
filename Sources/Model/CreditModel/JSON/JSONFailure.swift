/// Why some bytes are not the JSON that we take (RFC 8259, read strictly): the place and the kind of mistake, never the content.
public struct JSONFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Bytes from the beginning of what was parsed.
    public let offset: Int
    public let problem: Problem

    public init(offset: Int, problem: Problem) {
        self.offset = offset
        self.problem = problem
    }

    /// The kinds of mistakes.
    public enum Problem: String, Hashable, Sendable, CaseIterable {
        case empty
        case byteOrderMark
        case unexpectedEnd
        case unexpectedByte
        case invalidNumber
        case invalidEscape
        case loneSurrogate
        case controlCharacter
        case nulCharacter
        case invalidUTF8
        case duplicateMember
        case tooDeep
        case tooLarge
        case trailingBytes
    }

    public var description: String { "byte \(offset): \(problem.explanation)" }
}

extension JSONFailure.Problem {
    /// What is wrong, in words.
    public var explanation: String {
        switch self {
        case .empty: "there is no value"
        case .byteOrderMark: "the text begins with a byte order mark; send it without"
        case .unexpectedEnd: "the text ends in the middle of a value"
        case .unexpectedByte: "this byte cannot stand here"
        case .invalidNumber: "this is not a number as JSON writes them (no leading zeros or plus sign, digits after the point)"
        case .invalidEscape: "this is not an escape sequence of JSON"
        case .loneSurrogate: "half of a surrogate pair stands alone"
        case .controlCharacter: "a control character has to be escaped"
        case .nulCharacter: "the character NUL is not allowed"
        case .invalidUTF8: "these bytes are not UTF-8"
        case .duplicateMember: "an object names this member twice"
        case .tooDeep: "arrays and objects are nested too deeply"
        case .tooLarge: "the text is longer than a parser takes"
        case .trailingBytes: "something follows after the value"
        }
    }
}
