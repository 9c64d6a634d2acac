import CreditModel
import StreamCore

/// An inbound message that can be answered: what it says, as far as it could be read, and what is wrong with its form.
public struct Arrival: Sendable {
    /// As it lay in its first place.
    let message: Message
    let isRouted: Bool
    let envelope: Envelope
    let submission: SubmissionReference
    /// The data as JSON; nil where there is none.
    let data: JSONValue?
    /// What is wrong with the envelope and with the text, before any member is looked at.
    let reasons: [Reason]
    /// What a record says, however it was written.
    let record: SubmittedRecord?
    /// Where everything about the same thing meets; nil where the message does not say what it is about.
    let key: Bytes?

    var type: InboundType? { envelope.inboundType }

    /// Whether `record.outcomes.v1` answers it: everything on the topic of submissions, whatever it is.
    var isSubmission: Bool { message.topic == Intake.submissions }

    init(_ message: Message, isRouted: Bool, gates: Gates) throws(Rejection) {
        var parser = JSONParser()
        let envelope = Envelope(message, bytesMax: gates.policy.limits.inboundBytesMax, parser: &parser)
        guard let source = envelope.source, let id = envelope.id else {
            let reason = envelope.reasons.first ?? Reason(.envelopeMissing)
            throw Rejection(reason.code.rawValue, at: reason.path, hint: reason.hint)
        }
        self.message = message
        self.isRouted = isRouted
        self.envelope = envelope
        submission = SubmissionReference(source: source, id: id)
        var reasons = envelope.reasons
        var data: JSONValue?
        // What is too large is not parsed: that is what the limit is for.
        if !reasons.contains(where: { $0.code == .envelopeTooLarge }) {
            do {
                data = try envelope.parsed(by: &parser)
            } catch {
                reasons.append(error)
            }
        }
        self.data = data
        self.reasons = reasons
        record = envelope.inboundType == .recordSubmitted ? data.map { SubmittedRecord($0, gates: gates) } : nil
        key = Arrival.key(of: envelope, data, record, submission)
    }

    private static func key(
        of envelope: Envelope, _ data: JSONValue?, _ record: SubmittedRecord?, _ submission: SubmissionReference
    ) -> Bytes? {
        guard let type = envelope.inboundType else { return nil }
        if let record {
            guard let bureau = envelope.sender?.bureauId, let recordNo = record.recordNo else { return nil }
            return Bytes(utf8: RecordNumber.family(of: RecordNumber.recordId(bureau: bureau, recordNo: recordNo)))
        }
        guard let data else { return nil }
        return type.properKey(of: data, source: submission.source, id: submission.id).map { Bytes(utf8: $0) }
    }
}

extension Intake {
    static let submissions: Topic = "record.submissions.v1"
}

extension Arrival {
    /// The bureau's own number, as the message says it.
    var recordNo: String? { record == nil ? data?["recordNo"]?.string : record?.recordNo }

    /// What is remembered of it: digests of source and id, and of type and data.
    func seen(at now: Instant) -> Family.Seen {
        var sender = Bytes(utf8: submission.source)
        sender.append(0)
        sender.append(contentsOf: submission.id.utf8)
        var content = Fingerprint(ContentDigest.sha256(envelope.data ?? []))
        // The same data under another type is another message.
        // By the bytes of its name (FNV-1a), because what is stored may not depend on an order in the code.
        content.high ^= (envelope.type ?? "").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Family.Seen(sender: Fingerprint(ContentDigest.sha256(sender)), content: content, at: now)
    }
}
