/// The names of the legal clocks. The code knows which clock it needs, the pack how long it runs.
public enum ClockName: String, Sendable, CaseIterable {
    /// An incoming record that is not in order goes back to its sender.
    case recordReturn = "record.return"
    /// A decision of 双公示 is published by its bureau.
    case recordPublish = "record.publish"
    /// A provider updates when the basis was revoked.
    case recordBasisRevoked = "record.basis-revoked"
    /// A changed or revoked penalty is withdrawn from publicity.
    case recordPenaltyWithdrawn = "record.penalty-withdrawn"
    /// A judgment's record is deleted after its ground has gone.
    case recordJudgmentDeletion = "record.judgment-deletion"
    /// The source bureau answers an inquiry.
    case disputeInquiry = "dispute.inquiry"
    /// The case is decided.
    case disputeDecision = "dispute.decision"
    /// An appraisal keeps the clock of a dispute from running no longer than this, counted from the inquiry.
    case disputeAppraisal = "dispute.appraisal"
    /// The case is decided where no bureau has to be asked.
    case disputeOwnDecision = "dispute.own-decision"
    /// An unverified record is removed.
    case disputeRemoval = "dispute.removal"
    /// Somebody may ask for a review.
    case disputeReview = "dispute.review"
    /// The review is decided.
    case disputeReviewDecision = "dispute.review-decision"
    /// An application is accepted or returned.
    case repairAcceptance = "repair.acceptance"
    /// A person decides.
    case repairDecision = "repair.decision"
    /// A granted repair is executed everywhere.
    case repairExecution = "repair.execution"
    /// A refusal may be appealed.
    case repairAppeal = "repair.appeal"
    /// Objections to a proposed sanction.
    case sanctionObjection = "sanction.objection"
    /// Correction before a sanction.
    case sanctionCorrection = "sanction.correction"
    /// An objection is answered.
    case sanctionObjectionAnswer = "sanction.objection-answer"
    /// A proposed sanction is decided, one way or the other.
    case sanctionDecision = "sanction.decision"
    /// Publicity of a nomination, in which anybody may object.
    case rewardPublicity = "reward.publicity"
    /// An objection to a reward is answered.
    case rewardObjectionAnswer = "reward.objection-answer"
    /// A reward is decided, one way or the other.
    case rewardDecision = "reward.decision"
    /// An agency acknowledges.
    case deliveryReceipt = "delivery.receipt"
    /// A gateway acknowledges.
    case noticeReceipt = "notice.receipt"
}

/// How long something legal may take, and why.
public struct Clock: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    public var term: Term
    /// What sets it going.
    public var start: Bilingual
    /// What stops it for a while.
    public var pause: Bilingual?
    /// What happens when it has run out.
    public var breach: Bilingual?
    public var force: Force
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, term: Term, start: Bilingual, pause: Bilingual? = nil, breach: Bilingual? = nil,
        force: Force = Force(),
        provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.term = term
        self.start = start
        self.pause = pause
        self.breach = breach
        self.force = force
        self.provenance = provenance
    }
}
