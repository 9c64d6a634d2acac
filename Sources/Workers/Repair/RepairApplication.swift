import CreditModel
import StreamCore

/// `repair.applied` behind identity: its subject is an id, its texts are masked.
struct RepairApplication: Sendable {
    var recordId: String
    var kind: RepairApplied.Kind
    var hasCommitment: Bool
    var hasEvidence: Bool
    var extensionUntil: CivilDate?
    /// nil when it says nothing.
    var statement: String?
    /// The parts that whoever decides wants to see, a JSON object.
    var parts: Bytes

    init(_ data: Bytes) throws(Rejection) {
        let value = try JSONValue.step(data)
        guard let recordId = value["recordId"]?.string, let kind = value["kind"]?.string.flatMap(RepairApplied.Kind.init(rawValue:)) else {
            throw Rejection("schema.missing", at: "/data", hint: "intake lets no application pass without recordId and kind")
        }
        self.recordId = recordId
        self.kind = kind
        hasCommitment = value["commitment"]?.kind == .object
        var evidence = value["evidence"]?.elements.makeIterator()
        hasEvidence = evidence?.next() != nil
        extensionUntil = value["extension"]?["until"]?.stringBytes.flatMap { CivilDate(iso: $0) }
        statement = value["statement"]?.string.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
        var writer = JSONWriter(reserving: data.count)
        writer.beginObject()
        for (name, member) in value.members where !["recordId", "kind", "subject"].contains(name.string) {
            writer.name(text: name.string ?? "")
            writer.raw(member.bytes)
        }
        writer.endObject()
        parts = writer.bytes
    }
}
