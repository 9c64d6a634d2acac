/// Whom a message is about, as its sender says it. Not checked beyond its form, not normalised.
public struct SubjectStatement: Hashable, Sendable {
    public var kind: SubjectKind
    public var idType: IdentityType
    public var idNumber: String
    public var name: String

    public init(kind: SubjectKind, idType: IdentityType, idNumber: String, name: String) {
        self.kind = kind
        self.idType = idType
        self.idNumber = idNumber
        self.name = name
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let kind: SubjectKind = fields.word("kind"), let idType: IdentityType = fields.word("idType"),
            let idNumber = fields.text("idNumber"), let name = fields.text("name")
        else { return nil }
        self.init(kind: kind, idType: idType, idNumber: idNumber, name: name)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("kind", kind.rawValue)
            $0.member("idType", idType.rawValue)
            $0.member("idNumber", idNumber)
            $0.member("name", name)
        }
    }

    /// The checked number. Throws what is wrong with it; a kind that does not have such documents is `subject.kind`.
    public func identity(at path: String, today: CivilDate) -> Result<IdentityNumber, SubjectFailure> {
        var reasons: [Reason] = []
        if kind != idType.kind {
            let kinds = idType.kind == .person ? "persons" : "organizations"
            reasons.append(Reason(.subjectKind, at: "\(path)/idType", hint: "\(idType.rawValue) is a document of \(kinds)"))
        }
        do throws(IdentityFailure) {
            let number = try IdentityNumber(idNumber, type: idType, today: today)
            return reasons.isEmpty ? .success(number) : .failure(SubjectFailure(reasons: reasons))
        } catch {
            return .failure(SubjectFailure(reasons: reasons + error.reasons(at: "\(path)/idNumber")))
        }
    }
}

/// Everything that is wrong with the subject of a message.
public struct SubjectFailure: Error, Hashable, Sendable {
    public let reasons: [Reason]
}

/// A document that somebody handed in: its name, its digest, and where it lies.
public struct Evidence: Hashable, Sendable {
    public var name: String
    public var sha256: String
    public var uri: String?

    public init(name: String, sha256: String, uri: String? = nil) {
        self.name = name
        self.sha256 = sha256
        self.uri = uri
    }

    init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let name = fields.text("name"), let sha256 = fields.text("sha256") else { return nil }
        self.init(name: name, sha256: sha256, uri: fields.text("uri"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("name", name)
            $0.member("sha256", sha256)
            $0.member("uri", ifPresent: uri)
        }
    }
}
