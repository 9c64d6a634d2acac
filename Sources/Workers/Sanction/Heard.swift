import CreditModel
import StreamCore

/// What a case knows of the subject's hearing.
struct Hearing: Hashable, Sendable {
    /// The notice of the proposal.
    var noticeId: String
    var deliveredAt: Instant?
    /// The end of the window for objections; nil before the delivery, and where the calendar has no answer yet.
    var objectionEnd: Instant?
    /// The end of the term to correct.
    var correctionEnd: Instant?
    /// When the open objection came.
    var objectedAt: Instant?
    /// When it is answered at the latest; nil where the calendar has no answer yet.
    var answerDueAt: Instant?
    /// Whether that has passed, and somebody was told.
    var isAnswerOverdue = false

    init(noticeId: String) { self.noticeId = noticeId }

    /// When both terms are over; they run together.
    var end: Instant? {
        guard let objectionEnd, let correctionEnd else { return nil }
        return max(objectionEnd, correctionEnd)
    }

    /// Whether an objection that came then came in time. Before the notice is delivered every one does.
    func takesObjection(receivedAt: Instant) -> Bool { objectionEnd.map { receivedAt < $0 } ?? true }

    func encode(into writer: inout RowWriter) {
        writer.text(noticeId)
        for instant in [deliveredAt, objectionEnd, correctionEnd, objectedAt, answerDueAt] { writer.optional(instant) { $0.instant($1) } }
        writer.byte(isAnswerOverdue ? 1 : 0)
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        noticeId = try reader.text()
        deliveredAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        objectionEnd = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        correctionEnd = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        objectedAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        answerDueAt = try reader.optional { reader throws(RowDamage) in try reader.instant() }
        isAnswerOverdue = try reader.byte() == 1
    }
}

/// That the subject was heard: the notice of the proposal was delivered, the window for objections and the term to correct are over, and
/// no objection is open (河南省社会信用条例 article 28, 行政处罚法 articles 44 and 45). There is no other way to one than this initialiser.
struct Heard: Hashable, Sendable {
    let noticeId: String
    let deliveredAt: Instant

    /// Nil as long as anything of it is still to come.
    init?(_ hearing: Hearing, _ machine: SanctionMachine, at tick: Instant) {
        guard machine.state == .awaitingDecision, let deliveredAt = hearing.deliveredAt, let end = hearing.end, end <= tick,
            hearing.objectedAt == nil
        else { return nil }
        noticeId = hearing.noticeId
        self.deliveredAt = deliveredAt
    }
}
