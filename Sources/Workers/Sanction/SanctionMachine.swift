import CreditModel

/// The life of one proposed sanction: what happens to it, and what has to be done because of it.
///
/// proposed → noticed → awaiting decision → ordered ⇄ suspended → lifted; an objection holds it until it is answered; before the order it
/// can be dismissed at any time. An order comes from a `Decided` and from nowhere else, and that from a delivered notice, terms that are
/// over, an officer other than the proposer, and records that carry the measures. The whole table is in `SanctionMachineTests`.
struct SanctionMachine: Hashable, Sendable {
    enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// Not judged yet; lasts within one decision only.
        case filed = 0
        /// The notice is on its way.
        case proposed = 1
        /// The notice was delivered; the window for objections and the term to correct run.
        case noticed = 2
        case awaitingDecision = 3
        /// Somebody has heard of it otherwise.
        case objectedBeforeNotice = 4
        case objectedInTerm = 5
        /// The terms have run out while the objection is open.
        case objectedAfterTerm = 6
        case ordered = 7
        /// A record that it rests on is disputed or not final.
        case suspended = 8
        case notAdmitted = 9
        case dismissed = 10
        case lifted = 11
    }

    enum Event: Hashable, Sendable {
        case judged(isAdmissible: Bool)
        case noticeDelivered
        case noticeUndeliverable
        /// Both terms are over.
        case termsOver
        case objected
        case answered(AuthorizedAnswer)
        case answerOverdue
        /// Nobody has decided in time.
        case decisionOverdue
        case confirmed(Decided)
        case dismissed(AuthorizedApprover)
        case revoked(AuthorizedApprover)
        /// A record is restricted, or held again.
        case groundsDoubted
        /// No record is.
        case groundsClear
        /// The records carry no measure any more.
        case groundsGone
        /// The subject turns out not to be of age.
        case underage
        /// The last day of the measures is over.
        case untilOver
    }

    /// What has to be done, in this order.
    enum Action: Hashable, Sendable {
        case tell(SanctionProgressed.Status)
        case notify(NoticeKind)
        /// Both terms begin, with the delivered notice.
        case startTerms
        case startAnswer
        case alert(Alert)
        /// One order goes out for each measure that was decided.
        case impose(Decided)
        /// To wherever an order went.
        case dispatch(SanctionDispatched.Action)
    }

    enum Alert: String, Hashable, Sendable {
        case undeliverable = "sanction.notice-undeliverable"
        case answerOverdue = "sanction.objection-overdue"
        case decisionOverdue = "sanction.decision-overdue"
    }

    enum Verdict: Hashable, Sendable {
        case done([Action])
        case unchanged
        case refused(ReasonCode)
    }

    private(set) var state: State

    init() { state = .filed }

    /// Puts a machine together again from its row.
    init(state: State) { self.state = state }

    /// Whether it is announced and neither ordered nor over.
    var isPending: Bool {
        switch state {
        case .proposed, .noticed, .awaitingDecision, .objectedBeforeNotice, .objectedInTerm, .objectedAfterTerm: true
        case .filed, .ordered, .suspended, .notAdmitted, .dismissed, .lifted: false
        }
    }

    var isObjected: Bool { state == .objectedBeforeNotice || state == .objectedInTerm || state == .objectedAfterTerm }

    /// Whether its orders have effect, or would have it but for a suspension.
    var isImposed: Bool { state == .ordered || state == .suspended }

    mutating func apply(_ event: Event) -> Verdict {
        switch (state, event) {
        case (.filed, .judged(isAdmissible: true)): return go(.proposed, [.tell(.proposed), .notify(.sanctionProposed)])
        case (.filed, .judged(isAdmissible: false)): return go(.notAdmitted, [.tell(.notAdmitted)])

        case (.proposed, .noticeDelivered): return go(.noticed, [.startTerms, .tell(.noticed)])
        case (.objectedBeforeNotice, .noticeDelivered): return go(.objectedInTerm, [.startTerms, .tell(.noticed), .tell(.objected)])
        case (.proposed, .noticeUndeliverable), (.objectedBeforeNotice, .noticeUndeliverable): return .done([.alert(.undeliverable)])
        case (.noticed, .termsOver): return go(.awaitingDecision, [.tell(.awaitingDecision)])
        case (.objectedInTerm, .termsOver): return go(.objectedAfterTerm, [])

        case (.proposed, .objected): return go(.objectedBeforeNotice, [.startAnswer, .tell(.objected)])
        case (.noticed, .objected): return go(.objectedInTerm, [.startAnswer, .tell(.objected)])
        // Raised in time and read late: the decision has not been taken.
        case (.awaitingDecision, .objected): return go(.objectedAfterTerm, [.startAnswer, .tell(.objected)])
        case (.objectedBeforeNotice, .objected), (.objectedInTerm, .objected), (.objectedAfterTerm, .objected):
            // What is added is answered with the rest, and in the same term.
            return .done([.tell(.objected)])

        case (.objectedBeforeNotice, .answered(let answer)):
            return answer.result == .upheld ? dismiss() : go(.proposed, [.tell(.proposed)])
        case (.objectedInTerm, .answered(let answer)): return answer.result == .upheld ? dismiss() : go(.noticed, [.tell(.noticed)])
        case (.objectedAfterTerm, .answered(let answer)):
            return answer.result == .upheld ? dismiss() : go(.awaitingDecision, [.tell(.awaitingDecision)])
        case (.objectedBeforeNotice, .answerOverdue), (.objectedInTerm, .answerOverdue), (.objectedAfterTerm, .answerOverdue):
            return .done([.alert(.answerOverdue)])
        case (_, .decisionOverdue) where isPending: return .done([.alert(.decisionOverdue)])

        case (.awaitingDecision, .confirmed(let decided)):
            return go(.ordered, [.impose(decided), .tell(.ordered), .dispatch(.impose), .notify(.sanctionOrdered)])
        case (_, .dismissed) where isPending: return dismiss()
        case (_, .revoked) where isImposed: return lift()

        case (.ordered, .groundsDoubted): return go(.suspended, [.tell(.suspended), .dispatch(.suspend)])
        case (.suspended, .groundsClear): return go(.ordered, [.tell(.resumed), .dispatch(.resume)])
        case (_, .groundsGone) where isPending, (_, .underage) where isPending: return dismiss()
        case (_, .groundsGone) where isImposed, (_, .underage) where isImposed, (_, .untilOver) where isImposed: return lift()

        case (_, .answered), (_, .confirmed), (_, .dismissed), (_, .revoked), (_, .objected): return .refused(.stateNotEligible)
        case (_, .judged), (_, .noticeDelivered), (_, .noticeUndeliverable), (_, .termsOver), (_, .answerOverdue), (_, .decisionOverdue),
            (_, .groundsDoubted), (_, .groundsClear), (_, .groundsGone), (_, .underage), (_, .untilOver):
            return .unchanged
        }
    }

    private mutating func go(_ next: State, _ actions: [Action]) -> Verdict {
        state = next
        return .done(actions)
    }

    private mutating func dismiss() -> Verdict { go(.dismissed, [.tell(.dismissed), .notify(.sanctionDismissed)]) }

    private mutating func lift() -> Verdict { go(.lifted, [.tell(.lifted), .dispatch(.lift), .notify(.sanctionLifted)]) }
}
