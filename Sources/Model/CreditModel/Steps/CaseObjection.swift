import StreamCore

/// What was objected, for whoever answers it. It does not say whose it is: whoever objects is protected.
public struct CaseObjection: Hashable, Sendable {
    /// Masked by identity.
    public var statement: String
    /// A JSON array; nil when there is none.
    public var evidence: Bytes?

    public init(statement: String, evidence: Bytes? = nil) {
        self.statement = statement
        self.evidence = evidence
    }

    public init(decoding value: JSONValue) throws(Rejection) {
        statement = try value.text("statement")
        evidence = try value.rawIfPresent("evidence", .array)
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("statement", statement)
            if let evidence { $0.member("evidence", raw: evidence) }
        }
    }
}
