import CreditModel

/// The life of one reward: what happens to it, and what has to be done because of it.
///
/// nominated → `NOT_ADMITTED` | publicised → objected, until answered → deciding, once the publicity is over → `REFUSED` | granted → `ENDED` by
/// expiry, wish or an adverse record. A grant comes from an `AuthorizedDecision` after the publicity and from nowhere else. The whole table of
/// states and events is in `RewardMachineTests`.
struct RewardMachine: Hashable, Sendable {
    enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// Not verified yet; lasts within one decision only.
        case nominated = 0
        /// Anybody may object.
        case publicised = 1
        /// An objection waits for its answer, also beyond the end of the publicity.
        case objected = 2
        /// The publicity is over, and nothing stands against a decision.
        case deciding = 3
        case granted = 4
        case notAdmitted = 5
        case refused = 6
        case ended = 7
    }

    enum Event: Hashable, Sendable {
        case verified(isAdmitted: Bool)
        case objected
        case answered(AuthorizedAnswer)
        case publicityOver
        /// The term of answering has passed, and nobody has answered.
        case answerOverdue
        /// Nobody has decided in time.
        case decisionOverdue
        case decided(AuthorizedDecision)
        /// The person does not want it.
        case declined
        /// An adverse record has effect, and nothing restricts it.
        case adverseRecord
        /// The last day of what was granted is over.
        case expired
    }

    /// What has to be done, in this order.
    enum Action: Hashable, Sendable {
        /// The publicity begins.
        case startPublicity
        /// The term of answering begins.
        case startAnswer
        /// The term of deciding begins.
        case startDecision
        case tell(RewardProgressed.Status)
        case notify(NoticeKind)
        case alert(Alert)
        /// Each benefit goes to its agency.
        case grant
        /// The end goes wherever the grant went.
        case end
    }

    enum Alert: String, Hashable, Sendable {
        case objectionOverdue = "reward.objection-overdue"
        case decisionOverdue = "reward.decision-overdue"
    }

    enum Verdict: Hashable, Sendable {
        case done([Action])
        case unchanged
        case refused(ReasonCode)
    }

    private(set) var state: State

    init() { state = .nominated }

    /// Puts a machine together again from its row.
    init(state: State) { self.state = state }

    /// Whether it stands in the way of a second one of its programme.
    var isOpen: Bool {
        switch state {
        case .publicised, .objected, .deciding, .granted: true
        case .nominated, .notAdmitted, .refused, .ended: false
        }
    }

    mutating func apply(_ event: Event) -> Verdict {
        switch (state, event) {
        case (.nominated, .verified(isAdmitted: true)):
            state = .publicised
            return .done([.startPublicity, .tell(.publicised), .notify(.rewardPublicised)])
        case (.nominated, .verified(isAdmitted: false)):
            state = .notAdmitted
            return .done([.tell(.notAdmitted)])

        case (.publicised, .objected):
            state = .objected
            return .done([.startAnswer, .tell(.objected)])
        // One answer answers all of them: the term goes on.
        case (.objected, .objected): return .done([.tell(.objected)])
        case (.objected, .answered(let answer)):
            switch answer.result {
            case .dismissed:
                state = .publicised
                return .done([.tell(.publicised)])
            case .upheld:
                state = .refused
                return .done([.tell(.refused), .notify(.rewardEnded)])
            }
        case (.objected, .answerOverdue): return .done([.alert(.objectionOverdue), .startAnswer])
        case (.publicised, .publicityOver):
            state = .deciding
            return .done([.startDecision])
        // Whoever was nominated is not forgotten: it is told again each time the term passes.
        case (.deciding, .decisionOverdue): return .done([.alert(.decisionOverdue), .startDecision])

        case (.deciding, .decided(let decision)):
            switch decision.decision {
            case .grant:
                state = .granted
                return .done([.grant, .tell(.granted), .notify(.rewardGranted)])
            case .refuse:
                state = .refused
                return .done([.tell(.refused), .notify(.rewardEnded)])
            }

        case (.publicised, .declined), (.objected, .declined), (.deciding, .declined), (.publicised, .adverseRecord),
            (.objected, .adverseRecord), (.deciding, .adverseRecord):
            state = .ended
            return .done([.tell(.ended), .notify(.rewardEnded)])
        case (.granted, .declined), (.granted, .adverseRecord), (.granted, .expired):
            state = .ended
            return .done([.end, .tell(.ended), .notify(.rewardEnded)])

        case (_, .objected), (_, .answered), (_, .decided), (_, .declined): return .refused(.stateNotEligible)
        case (_, .verified), (_, .publicityOver), (_, .answerOverdue), (_, .decisionOverdue), (_, .adverseRecord), (_, .expired):
            return .unchanged
        }
    }
}
