import CreditModel
import StreamCore

extension Arrival {
    /// The longest record number that an answer repeats, in bytes; a longer one is refused, and its answer lies under the source.
    private static let recordNoBytesMax = 512

    /// The answer to a submission, as far as intake knows what it is about.
    func answer(
        _ status: SubmissionAnswered.Status, _ reasons: [Reason], recordNo: String? = nil, revision: UInt64? = nil, recordId: String? = nil
    ) -> Output {
        let stated = recordNo ?? record?.recordNo ?? data?["recordNo"]?.string
        let recordNo = stated.flatMap { $0.isEmpty || $0.utf8.count > Arrival.recordNoBytesMax ? nil : Arrival.shown($0) }
        return SubmissionAnswered(
            submission: shownSubmission, bureau: envelope.sender?.bureauId, recordNo: recordNo, revision: revision ?? record?.revision,
            recordId: recordId, status: status, reasons: reasons
        ).output()
    }

    /// The answer to a message that is no submission.
    func requestAnswer(_ status: SubmissionAnswered.Status, _ reasons: [Reason]) -> Output {
        InboundAnswered(submission: shownSubmission, type: envelope.type.map(Arrival.shown), status: status, reasons: reasons).output()
    }

    /// A message whose identifiers hold an identity number is refused, and the refusal does not repeat the number.
    private var shownSubmission: SubmissionReference {
        SubmissionReference(source: Arrival.shown(submission.source), id: Arrival.shown(submission.id))
    }

    private static func shown(_ identifier: String) -> String { IdentityScanner.masked(identifier) ?? identifier }
}
