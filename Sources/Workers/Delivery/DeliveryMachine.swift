import CreditModel

/// The life of what goes to one agency under one order or grant: the newest sequence goes out until the agency has answered.
///
/// A newer sequence takes the place of an open older one. What takes something back goes out again and again, whatever the agency says,
/// until it says that it is done; once anything has gone out, a lifting goes the same way. The whole table of states and events is in
/// `DeliveryMachineTests`.
struct DeliveryMachine: Hashable, Sendable {
    enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// It has to go out; lasts within one decision only.
        case ready = 0
        /// Nobody knows yet who the subject is.
        case awaitingSubject = 1
        /// The agency has no key.
        case awaitingKey = 2
        /// The agency has it, and has not answered.
        case sent = 3
        /// It went out as often as the policy wants; an answer still counts.
        case givenUp = 4
        /// The agency will not do it; an answer still counts.
        case rejected = 5
        /// The agency has done it, or there is nothing to do.
        case acknowledged = 6
    }

    /// Whether it can go out now.
    enum Offer: Hashable, Sendable, CaseIterable {
        case key, subjectUnknown, keyMissing
    }

    enum Event: Hashable, Sendable {
        case dispatched(DeliveryAction, sequence: UInt64)
        case offered(Offer)
        case subjectSeen
        /// The wait for a key or for the subject is over.
        case askedAgain
        case receiptOverdue(attemptsMax: Int)
        /// Somebody says what became of it: the order's own agency, or another.
        case receipt(ReceiptStatus, sequence: UInt64, isFromAgency: Bool)
    }

    /// What has to be done, in this order.
    enum Action: Hashable, Sendable {
        /// Look whether it can go out, and say so by `offered`.
        case find
        /// It is sealed and goes out, and stands as the newest.
        case send
        /// The same message goes out once more.
        case sendAgain
        case tell(DeliveryProgressed.Status, ReceiptStatus?)
        case startReceipt
        case startAsking
        case alert(Alert)
        /// Nothing of it stands any more.
        case dropCurrent
    }

    enum Alert: String, Hashable, Sendable {
        case keyMissing = "delivery.key-missing"
        case subjectUnknown = "delivery.subject-unknown"
        case receiptOverdue = "delivery.receipt-overdue"
        case givenUp = "delivery.given-up"
        case rejected = "delivery.rejected"
        /// An agency that has applied something says that it knows nobody of that identity, when it has to lift it.
        case contradicted = "delivery.contradicted"
    }

    enum Verdict: Hashable, Sendable {
        case done([Action])
        /// True, and nothing follows from it.
        case noted
        /// It is known already.
        case duplicate
        /// Something newer has gone out.
        case superseded
        case refused(ReasonCode)
        /// An event that is nobody's message has nothing to do.
        case unchanged
    }

    private(set) var state: State
    private(set) var action: DeliveryAction
    private(set) var sequence: UInt64
    /// How often this sequence went out.
    private(set) var attempts: Int
    /// Whether anything has ever gone out to the agency.
    private(set) var isOut: Bool
    /// Whether the agency has said that it applies it.
    private(set) var isApplied: Bool
    /// The agency's last word about this sequence.
    private(set) var receipt: ReceiptStatus?

    /// An order or grant of which nothing is known; the first dispatch follows in the same decision.
    init(_ action: DeliveryAction) {
        self.init(state: .acknowledged, action, sequence: 0, attempts: 0, isOut: false, isApplied: false, receipt: nil)
    }

    /// Puts a machine together again from its row.
    init(
        state: State, _ action: DeliveryAction, sequence: UInt64, attempts: Int, isOut: Bool, isApplied: Bool, receipt: ReceiptStatus?
    ) {
        self.state = state
        self.action = action
        self.sequence = sequence
        self.attempts = attempts
        self.isOut = isOut
        self.isApplied = isApplied
        self.receipt = receipt
    }

    /// Whether this sequence has gone out.
    private var hasGoneOut: Bool {
        switch state {
        case .ready, .awaitingSubject, .awaitingKey: false
        case .sent, .givenUp, .rejected: true
        case .acknowledged: isOut
        }
    }

    mutating func apply(_ event: Event) -> Verdict {
        switch (state, event) {
        case (_, .dispatched(let action, let sequence)):
            guard sequence > self.sequence else { return .unchanged }
            self.action = action
            self.sequence = sequence
            attempts = 0
            receipt = nil
            if action.takesBack, !isOut {
                // The agency has never heard of it, and learns nobody's name for nothing.
                state = .acknowledged
                return .done([.tell(.acknowledged, nil)])
            }
            state = .ready
            return .done([.find])

        case (.ready, .offered(.key)):
            state = .sent
            attempts = 1
            isOut = true
            return .done([.send, .tell(.sent, nil), .startReceipt])
        case (.ready, .offered(.subjectUnknown)):
            state = .awaitingSubject
            return .done([.tell(.waiting, nil), .startAsking])
        case (.ready, .offered(.keyMissing)):
            state = .awaitingKey
            return .done([.tell(.waiting, nil), .alert(.keyMissing), .startAsking])

        case (.awaitingSubject, .subjectSeen), (.awaitingKey, .askedAgain):
            state = .ready
            return .done([.find])
        // The first wait may be the time between two topics; the second is somebody's to look at.
        case (.awaitingSubject, .askedAgain): return .done([.alert(.subjectUnknown)])

        case (.sent, .receiptOverdue(let attemptsMax)):
            guard action.takesBack || attempts < attemptsMax else {
                state = .givenUp
                return .done([.tell(.overdue, receipt), .alert(.givenUp)])
            }
            attempts += 1
            return .done([.sendAgain, .tell(.overdue, receipt), .alert(.receiptOverdue), .startReceipt])

        case (_, .receipt(let status, let sequence, let isFromAgency)):
            guard isFromAgency else { return .refused(.policySourceNotAllowed) }
            return receive(status, about: sequence)

        case (_, .offered), (_, .subjectSeen), (_, .askedAgain), (_, .receiptOverdue): return .unchanged
        }
    }

    private mutating func receive(_ status: ReceiptStatus, about sequence: UInt64) -> Verdict {
        // Words of gateways.
        if status == .delivered || status == .failed { return .refused(.schemaRange) }
        guard sequence > 0, sequence <= self.sequence else { return .refused(.stateNotFound) }
        if sequence < self.sequence {
            // What it did before something newer went out: there is the more to take back.
            if status == .applied, isOut { isApplied = true }
            return isOut ? .superseded : .refused(.stateNotFound)
        }
        guard hasGoneOut else { return .refused(.stateNotFound) }
        let isOver = state == .acknowledged
        switch status {
        case .received:
            if isOver { return .superseded }
            receipt = status
            return .noted
        case .rejected:
            if isOver { return .refused(.stateNotEligible) }
            if receipt == .rejected { return .duplicate }
            receipt = status
            if !action.takesBack { state = .rejected }
            return .done([.tell(.rejected, status), .alert(.rejected)])
        case .notFound:
            if isOver { return receipt == status ? .duplicate : .refused(.stateNotEligible) }
            if action.takesBack, isApplied {
                if receipt == .notFound { return .duplicate }
                receipt = status
                return .done([.tell(.rejected, status), .alert(.contradicted)])
            }
            return acknowledge(status)
        case .applied, .lifted:
            guard action.done.contains(status) else { return .refused(.schemaRange) }
            if isOver { return receipt == status ? .duplicate : .refused(.stateNotEligible) }
            isApplied = !action.isLast && status == .applied
            return acknowledge(status)
        case .delivered, .failed: return .refused(.schemaRange)
        }
    }

    private mutating func acknowledge(_ status: ReceiptStatus) -> Verdict {
        state = .acknowledged
        receipt = status
        return .done([.tell(.acknowledged, status)] + (action.isLast ? [.dropCurrent] : []))
    }
}
