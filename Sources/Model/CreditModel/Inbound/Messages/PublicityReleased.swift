/// `publicity.released`: an officer releases a person's record for publication.
public struct PublicityReleased: Hashable, Sendable {
    public var recordId: String
    public var subjectId: String
    public var officer: Officer
    public var basis: String

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let recordId = fields.text("recordId"), let subjectId = fields.text("subjectId"), let officer = fields.officer("officer"),
            let basis = fields.text("basis")
        else { return nil }
        self.recordId = recordId
        self.subjectId = subjectId
        self.officer = officer
        self.basis = basis
    }
}
