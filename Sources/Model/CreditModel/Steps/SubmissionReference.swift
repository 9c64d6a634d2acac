import StreamCore

/// Source and id of an inbound message: what its sender knows it by.
public struct SubmissionReference: Hashable, Sendable {
    public var source: String
    public var id: String

    public init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    init(decoding value: JSONValue) throws(Rejection) {
        source = try value.text("source")
        id = try value.text("id")
    }

    func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("source", source)
            $0.member("id", id)
        }
    }
}
