import CreditModel

/// The life of one application for repair: what happens to it, and what has to be done because of it.
///
/// filed → `NOT_ADMITTED` | `RETURNED` | reviewing → `REFUSED` | `RETURNED` | granted → `EXECUTED`; an extension that was executed suspends
/// the record until its day. What goes against the person comes from an `AuthorizedReview` and from nowhere else: no silence and no rule
/// refuses. The whole table of states and events is in `RepairMachineTests`.
struct RepairMachine: Hashable, Sendable {
    enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// Not judged yet; lasts within one decision only.
        case filed = 0
        /// Accepted by rule; a person decides.
        case reviewing = 1
        /// Granted, and the ledger has not shown it yet.
        case granted = 2
        /// An extension is running.
        case suspended = 3
        case notAdmitted = 4
        case returned = 5
        case refused = 6
        case executed = 7
        /// The record had its end by another way: there is nothing left to repair.
        case overtaken = 8
    }

    /// What the rules say about an application as it was filed.
    enum Judgement: Hashable, Sendable {
        case complete
        /// Something is missing, which can be handed in later.
        case incomplete
        case notAdmissible
    }

    enum Event: Hashable, Sendable {
        case judged(Judgement)
        case reviewed(AuthorizedReview)
        /// The term of decision has passed, and nobody has decided.
        case decisionOverdue(whenSilent: RepairSilence)
        /// The term of execution has passed, and the ledger does not show it.
        case executionOverdue
        /// A version of the record has this case as its cause.
        case shown
        /// The record has no effect any more.
        case recordEnded
        /// The last day of the extension is over.
        case extensionOver
    }

    /// What has to be done, in this order.
    enum Action: Hashable, Sendable {
        case tell(RepairProgressed.Status)
        /// The term of decision begins.
        case startDecision
        /// The task for whoever decides.
        case wantReview
        /// From now on others may decide as well.
        case escalate
        case alert(Alert)
        /// The term of execution begins.
        case startExecution
        /// The ruling of this kind of repair goes to the ledger.
        case rule
        /// The extension's restriction is taken from the record.
        case lift
        case tellExtensionOver
    }

    enum Alert: String, Hashable, Sendable {
        case decisionOverdue = "repair.decision-overdue"
        case executionOverdue = "repair.execution-overdue"
    }

    enum Verdict: Hashable, Sendable {
        case done([Action])
        case unchanged
        case refused(ReasonCode)
    }

    let kind: RepairApplied.Kind
    private(set) var state: State

    init(_ kind: RepairApplied.Kind) {
        self.kind = kind
        state = .filed
    }

    /// Puts a machine together again from its row.
    init(_ kind: RepairApplied.Kind, state: State) {
        self.kind = kind
        self.state = state
    }

    /// Whether a decision about it or its execution is still to come. While it is, no second application is taken for the record.
    var isOpen: Bool { state == .reviewing || state == .granted }

    mutating func apply(_ event: Event) -> Verdict {
        switch (state, event) {
        case (.filed, .judged(.complete)):
            state = .reviewing
            return .done([.tell(.received), .startDecision, .tell(.accepted), .wantReview])
        case (.filed, .judged(.incomplete)):
            state = .returned
            return .done([.tell(.received), .tell(.returned)])
        case (.filed, .judged(.notAdmissible)):
            state = .notAdmitted
            return .done([.tell(.notAdmitted)])

        case (.reviewing, .reviewed(let review)):
            switch review.decision {
            case .granted: return grant()
            case .refused:
                state = .refused
                return .done([.tell(.refused)])
            case .returned:
                state = .returned
                return .done([.tell(.returned)])
            }
        case (.reviewing, .decisionOverdue(whenSilent: .wait)):
            return .done([.alert(.decisionOverdue), .escalate, .startDecision, .tell(.accepted), .wantReview])
        case (.reviewing, .decisionOverdue(whenSilent: .grant)):
            guard case .done(let actions) = grant() else { return .unchanged }
            return .done([.alert(.decisionOverdue)] + actions)
        case (.reviewing, .recordEnded):
            state = .overtaken
            return .done([.tell(.returned)])

        case (.granted, .shown):
            state = kind == .extended ? .suspended : .executed
            return .done([.tell(.executed)])
        case (.granted, .executionOverdue): return .done([.alert(.executionOverdue)])
        case (.granted, .recordEnded):
            state = .executed
            // The ruling may still be on its way and would restrict an ended record for ever.
            return .done(kind == .extended ? [.tell(.executed), .lift] : [.tell(.executed)])

        case (.suspended, .extensionOver):
            state = .executed
            return .done([.lift, .tellExtensionOver])
        case (.suspended, .recordEnded):
            state = .executed
            return .done([.lift])

        case (_, .reviewed): return .refused(.stateNotEligible)
        case (_, .judged), (_, .decisionOverdue), (_, .executionOverdue), (_, .shown), (_, .recordEnded), (_, .extensionOver):
            return .unchanged
        }
    }

    /// What follows a grant follows in the same decision: between the two there is no step that could be forgotten.
    private mutating func grant() -> Verdict {
        state = .granted
        return .done([.startExecution, .tell(.granted), .rule])
    }
}
