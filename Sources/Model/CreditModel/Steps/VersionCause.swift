import StreamCore

/// Why there is a version of a record: the one input that made it.
public struct VersionCause: Hashable, Sendable {
    /// `topic/partition/offset`, or the place that stands for a timer.
    public var origin: String
    public var type: String
    /// The case, where a ruling made it.
    public var caseId: String?

    public init(origin: String, type: String, caseId: String? = nil) {
        self.origin = origin
        self.type = type
        self.caseId = caseId
    }

    init(decoding value: JSONValue) throws(Rejection) {
        origin = try value.text("origin")
        type = try value.text("type")
        caseId = try value.textIfPresent("caseId")
    }

    func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("origin", origin)
            $0.member("type", type)
            $0.member("caseId", ifPresent: caseId)
        }
    }
}
