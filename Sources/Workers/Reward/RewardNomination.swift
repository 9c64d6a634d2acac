import CreditModel
import StreamCore

/// `reward.nominated` behind identity: its subject is an id, its texts are masked.
struct RewardNomination: Sendable {
    var programme: String
    var basis: String
    /// Intake lets no nomination pass without one.
    var consentGivenAt: Instant

    init(_ data: Bytes) throws(Rejection) {
        let value = try JSONValue.step(data)
        let givenAt = value["consent"]?["givenAt"]?.stringBytes
        guard let programme = value["programme"]?.string, let basis = value["basis"]?.string,
            let consentGivenAt = givenAt.flatMap({ Instant(rfc3339: $0) ?? CivilDate(iso: $0)?.start })
        else {
            throw Rejection("schema.missing", at: "/data", hint: "intake lets no nomination pass without programme, basis and consent")
        }
        self.programme = programme
        self.basis = basis
        self.consentGivenAt = consentGivenAt
    }
}

/// `objection.raised` behind identity. Whose it is goes no further: whoever objects is protected.
struct RaisedObjection: Sendable {
    var caseId: String
    var statement: String
    /// A JSON array.
    var evidence: Bytes?

    init(_ data: Bytes) throws(Rejection) {
        let value = try JSONValue.step(data)
        guard let caseId = value["caseId"]?.string, let statement = value["statement"]?.string else {
            throw Rejection("schema.missing", at: "/data", hint: "intake lets no objection pass without caseId and statement")
        }
        self.caseId = caseId
        self.statement = statement
        evidence = value["evidence"].flatMap { $0.kind == .array ? $0.bytes : nil }
    }
}
