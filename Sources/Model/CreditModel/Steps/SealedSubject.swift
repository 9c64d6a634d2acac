import Crypto
import StreamCore

/// `subject.sealed.v1`: the identity of a subject, under a key that only delivery, notice and query may use. Key: the subject id.
public struct SealedSubject: Sendable {
    public static let topic: Topic = "subject.sealed.v1"
    public static let type = "chengxin.subject.sealed.v1"

    public var subjectId: String
    public var version: UInt64
    public var sealed: Bytes

    public init(subjectId: String, version: UInt64, sealed: Bytes) {
        self.subjectId = subjectId
        self.version = version
        self.sealed = sealed
    }

    /// Seals an identity for the recipients, bound to the subject id.
    public init(_ identity: Identity, subjectId: String, version: UInt64, because cause: Cause, keys: ClusterKeys) {
        var writer = JSONWriter()
        identity.encode(into: &writer)
        self.init(
            subjectId: subjectId, version: version,
            sealed: keys.sealRecipient(
                writer.bytes, context: SealedSubject.context(subjectId), salt: Bytes(utf8: "\(cause)#\(version)")))
    }

    /// Who the subject is. Only delivery, notice and query have the key.
    public func open(keys: ClusterKeys) throws(Rejection) -> Identity {
        let plain: Bytes
        do {
            plain = try keys.openRecipient(sealed, context: SealedSubject.context(subjectId))
        } catch {
            throw Rejection("schema.format", at: "/sealed", hint: "\(error)")
        }
        return try Identity(decoding: JSONValue.step(plain))
    }

    private static func context(_ subjectId: String) -> Bytes { Bytes(utf8: "\(topic.name)/\(subjectId)") }

    /// What is sealed.
    public struct Identity: Hashable, Sendable {
        public var kind: SubjectKind
        public var idType: String
        /// Normalised.
        public var idNumber: String
        public var name: String
        public init(kind: SubjectKind, idType: String, idNumber: String, name: String) {
            self.kind = kind
            self.idType = idType
            self.idNumber = idNumber
            self.name = name
        }

        public init(decoding value: JSONValue) throws(Rejection) {
            kind = try value.word("kind")
            idType = try value.text("idType")
            idNumber = try value.text("idNumber")
            name = try value.text("name")
        }

        public func encode(into writer: inout JSONWriter) {
            writer.object {
                $0.member("kind", kind.rawValue)
                $0.member("idType", idType)
                $0.member("idNumber", idNumber)
                $0.member("name", name)
            }
        }
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SealedSubject {
        guard let sealed = try value.needed("sealed").stringBytes.flatMap({ Base64.bytes($0) }) else { throw value.wrongType("sealed") }
        return SealedSubject(subjectId: try value.text("subjectId"), version: try value.count("version"), sealed: sealed[...])
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("subjectId", subjectId)
            $0.member("version", Int64(clamping: version))
            $0.member("sealed", Base64.text(sealed))
        }
    }
}
