import CreditModel
import StreamCore

/// A record that has passed the gates, ready to be filed.
struct Filing: Sendable {
    /// The bureau's number without the `#n` of a party.
    var family: String
    var suffix: String
    var revision: UInt64
    var lookupKey: Bytes
    var finality: Finality
    /// What was found without refusing, a JSON object.
    var notes: Bytes?
    /// `{"subject": …, "data": …}`: what is sealed for identity.
    var plain: Bytes
    /// Digest of `plain`, which has neither number nor revision in it.
    var content: Fingerprint

    init(_ record: RecordSubmitted, _ claim: SubjectGate.Claim, finality: Finality, notes: Bytes?, keys: ClusterKeys) {
        family = RecordNumber.family(of: record.recordNo)
        suffix = String(record.recordNo.dropFirst(family.count))
        revision = record.revision
        lookupKey = Bytes(utf8: claim.lookupKey(keys))
        self.finality = finality
        self.notes = notes
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.name("subject")
            claim.write(to: &$0)
            $0.member(
                "data",
                object: {
                    $0.member("catalogItem", record.catalogItem)
                    $0.member("field", ifPresent: record.field)
                    $0.member("occupation", ifPresent: record.occupation)
                    $0.name("conduct")
                    record.conduct.write(to: &$0)
                    $0.name("decision")
                    record.decision.write(to: &$0)
                    $0.member("severity", record.severity.rawValue)
                    $0.member("validUntil", ifPresent: record.validUntil?.description)
                    if !record.attributes.isEmpty {
                        $0.name("attributes")
                        RecordAttribute.write(record.attributes, to: &$0)
                    }
                })
        }
        plain = writer.bytes
        content = Fingerprint(ContentDigest.sha256(plain))
    }
}
