import StreamCore

/// Reading the members of a step message. What fails is a dead letter: between workers nobody is there to be told.
extension JSONValue {
    /// Parses a step message. Throws for a message without a value, and for one that is no JSON.
    public static func step(_ value: Bytes?) throws(Rejection) -> JSONValue {
        guard let value else { throw Rejection("schema.missing", hint: "a step message has a value") }
        do {
            return try JSONParser.parse(value).root
        } catch {
            throw Rejection("schema.format", hint: "a step message is JSON, but \(error)")
        }
    }

    func needed(_ name: StaticString) throws(Rejection) -> JSONValue {
        guard let member = self[name], !member.isNull else {
            throw Rejection("schema.missing", at: "/\(name)", hint: "the worker before wrote a message without it")
        }
        return member
    }

    /// A member that may be absent or null.
    func present(_ name: StaticString) -> JSONValue? {
        guard let member = self[name], !member.isNull else { return nil }
        return member
    }

    func text(_ name: StaticString) throws(Rejection) -> String {
        guard let text = try needed(name).string else { throw wrongType(name) }
        return text
    }

    func textIfPresent(_ name: StaticString) throws(Rejection) -> String? {
        guard let member = present(name) else { return nil }
        guard let text = member.string else { throw wrongType(name) }
        return text
    }

    func count(_ name: StaticString) throws(Rejection) -> UInt64 {
        guard let number = try needed(name).int64, number >= 0 else { throw wrongType(name) }
        return UInt64(number)
    }

    func countIfPresent(_ name: StaticString) throws(Rejection) -> UInt64? {
        present(name) == nil ? nil : try count(name)
    }

    func instantIfPresent(_ name: StaticString) throws(Rejection) -> Instant? {
        guard let member = present(name) else { return nil }
        guard let text = member.stringBytes, let instant = Instant(rfc3339: text) else { throw wrongType(name) }
        return instant
    }

    func dateIfPresent(_ name: StaticString) throws(Rejection) -> CivilDate? {
        guard let member = present(name) else { return nil }
        guard let text = member.stringBytes, let date = CivilDate(iso: text) else { throw wrongType(name) }
        return date
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable>(_ name: StaticString) throws(Rejection) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text(name)) else { throw wrongType(name) }
        return word
    }

    /// The bytes of an object or array as they stand.
    func rawIfPresent(_ name: StaticString, _ kind: JSONKind) throws(Rejection) -> Bytes? {
        guard let member = present(name) else { return nil }
        guard member.kind == kind else { throw wrongType(name) }
        return member.bytes
    }

    func wrongType(_ name: StaticString) -> Rejection {
        Rejection("schema.type", at: "/\(name)", hint: "the worker before wrote a value that this one does not know")
    }
}

extension [Reason] {
    /// Reads the reasons that a worker before has written.
    init(step list: JSONValue?) throws(Rejection) {
        self = []
        guard let list else { return }
        for element in list.elements {
            guard let reason = Reason(element) else {
                throw Rejection("schema.type", at: "/reasons", hint: "the worker before wrote a reason that this one does not know")
            }
            append(reason)
        }
    }
}
