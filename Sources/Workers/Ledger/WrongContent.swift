import CreditModel
import StreamCore

/// What a dispute has taken out of a subject's records, so that it does not come back under another number or in a later revision.
///
/// Kept by fingerprint: a record that was withdrawn by the document that it rests on, a correction by the whole of what it replaced.
struct WrongContent: Hashable, Sendable {
    /// The record in which it stood, and the case that has taken it out.
    var recordId: String
    var caseId: String

    static let table = Table(2, "wrongs")
    private static let layout: UInt8 = 1
    private static let fingerprintBytes = 16

    /// Of the deciding document: item, number and date, however the number is spaced. nil: it names none.
    static func documentKey(subjectId: String, _ content: RecordContent) -> Bytes? {
        guard let number = (try? JSONParser.parse(content.decision).root["documentNo"]?.string) ?? nil else { return nil }
        let spaceless = number.filter { !$0.isWhitespace }
        guard !spaceless.isEmpty else { return nil }
        return key(subjectId, "d", Bytes(utf8: "\(content.catalogItem)\n\(spaceless)\n\(content.decisionDate)"))
    }

    /// Of everything that one record has said.
    static func contentKey(subjectId: String, recordId: String, _ content: RecordContent) -> Bytes {
        var writer = JSONWriter()
        writer.object {
            $0.member("recordId", recordId)
            content.encodeMembers(into: &$0)
        }
        return key(subjectId, "c", writer.bytes)
    }

    private static func key(_ subjectId: String, _ kind: String, _ print: Bytes) -> Bytes {
        Bytes(utf8: "\(subjectId)/\(kind)") + ContentDigest.sha256(print).prefix(fingerprintBytes)
    }

    var encoded: Bytes {
        var writer = RowWriter(layout: WrongContent.layout)
        writer.text(recordId)
        writer.text(caseId)
        return writer.bytes
    }

    init(recordId: String, caseId: String) {
        self.recordId = recordId
        self.caseId = caseId
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == WrongContent.layout else { throw RowDamage() }
        recordId = try reader.text()
        caseId = try reader.text()
        guard reader.isAtEnd else { throw RowDamage() }
    }

    // MARK: Deciding

    /// What has to be read before a submission is taken in: a new record may rest on a document, a revision bring back a content.
    static func keys(for filed: FiledRecord) -> [Bytes] {
        guard case .submit(let submission) = filed.action else { return [] }
        if submission.revision > 1 {
            return [contentKey(subjectId: filed.subjectId, recordId: filed.recordId, submission.record)]
                + [documentKey(subjectId: filed.subjectId, submission.record)].compactMap { $0 }
        }
        return [documentKey(subjectId: filed.subjectId, submission.record)].compactMap { $0 }
    }

    /// Why a submission is not taken in; nil: nothing of it was found wrong before.
    static func reason(against filed: FiledRecord, known row: RecordRow?, in state: State) throws(Rejection) -> Reason? {
        for (key, payload) in state.rows(table) {
            let wrong: WrongContent
            do { wrong = try WrongContent(payload) } catch {
                throw Rejection("state.damaged", hint: "the ledger cannot read its own row; check the store")
            }
            let isDocument = key.dropFirst(filed.subjectId.utf8.count + 1).first == UInt8(ascii: "d")
            // What stands beside the wrong record, resting on the same document, may still be revised.
            if isDocument && (row != nil || wrong.recordId == filed.recordId) { continue }
            return Reason(
                .stateNotEligible, at: isDocument ? "/decision/documentNo" : "",
                hint: "\(wrong.caseId) has taken this out of \(wrong.recordId); it does not come back, only a new decision does")
        }
        return nil
    }

    /// What a ruling of a dispute takes out. Other cases find nothing wrong with what a record says.
    static func taken(by ruling: RecordRuling, from before: RecordRow) -> (key: Bytes, wrong: WrongContent)? {
        guard ruling.caseId.hasPrefix("dispute/"), !before.machine.isOver, let content = before.content else { return nil }
        let wrong = WrongContent(recordId: ruling.recordId, caseId: ruling.caseId)
        switch ruling.ruling {
        case .withdraw: return documentKey(subjectId: ruling.subjectId, content).map { ($0, wrong) }
        case .correct: return (contentKey(subjectId: ruling.subjectId, recordId: ruling.recordId, content), wrong)
        case .annotate, .suspend, .state, .clear, .repair, .seal: return nil
        }
    }
}
