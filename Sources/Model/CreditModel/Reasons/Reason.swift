/// Something that is wrong with a message, where, and what to do. Never holds a value of the message.
public struct Reason: Error, Hashable, Sendable {
    public var code: ReasonCode
    /// JSON Pointer (RFC 6901) into the message; empty for the whole.
    public var path: String
    public var hint: String

    public init(_ code: ReasonCode, at path: String = "", hint: String? = nil) {
        self.code = code
        self.path = path
        self.hint = hint ?? code.hint
    }

    /// Writes `{code, path, message {zh, en}, hint}`.
    public func write(to writer: inout JSONWriter) {
        let message = code.message
        writer.object {
            $0.member("code", code.rawValue)
            $0.member("path", path)
            $0.member(
                "message",
                object: {
                    $0.member("zh", message.zh)
                    $0.member("en", message.en)
                })
            $0.member("hint", hint)
        }
    }

    /// The reason in an answer; nil when it is none that we know.
    public init?(_ value: JSONValue) {
        guard let code = value["code"]?.string.flatMap(ReasonCode.init(rawValue:)), let path = value["path"]?.string else { return nil }
        self.init(code, at: path, hint: value["hint"]?.string)
    }
}

extension Reason: CustomStringConvertible {
    public var description: String { "\(code.rawValue) at \"\(path)\": \(hint)" }
}

extension JSONWriter {
    /// Writes a member with an array of reasons.
    public mutating func member(_ name: StaticString, _ reasons: [Reason]) {
        self.name(name)
        beginArray()
        for reason in reasons { reason.write(to: &self) }
        endArray()
    }
}

/// JSON Pointers (RFC 6901).
public enum JSONPointer {
    /// The pointer to a member of what `path` points to.
    public static func member(_ name: String, of path: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return "\(path)/\(name)" }
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(path)/\(escaped)"
    }

    /// The pointer to an element of what `path` points to.
    public static func element(_ index: Int, of path: String) -> String { "\(path)/\(index)" }
}
