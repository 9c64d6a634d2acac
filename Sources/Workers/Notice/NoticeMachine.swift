import CreditModel

/// The life of one notice: by which gateway it goes out next, and when it counts as delivered.
///
/// requested → sent by the first gateway → delivered | failed or silent → sent by the next → … → undeliverable. Delivered is only what a
/// gateway that was given it has proven; a proof that comes late, from a gateway that was given up, proves the same. The whole table of
/// states and events is in `NoticeMachineTests`.
struct NoticeMachine: Hashable, Sendable {
    enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// A gateway has to be found; lasts within one decision only.
        case ready = 0
        /// Nobody knows yet who the subject is.
        case awaitingSubject = 1
        /// None of the gateways that are left has a key.
        case awaitingKey = 2
        /// The last gateway that was tried has it.
        case sent = 3
        case delivered = 4
        /// No gateway is left: a person has to deliver it.
        case undeliverable = 5
    }

    /// By what a notice can go out now.
    enum Offer: Hashable, Sendable {
        case channel(String)
        case subjectUnknown
        case keyMissing
        case nothing
    }

    enum Event: Hashable, Sendable {
        case offered(Offer)
        case subjectSeen
        /// The wait for a key is over.
        case askedAgain
        /// The gateway that has it was silent for too long.
        case receiptOverdue
        /// A gateway says what became of it; nil: whoever says so is no gateway.
        case receipt(ReceiptStatus, from: String?)
    }

    /// What has to be done, in this order.
    enum Action: Hashable, Sendable {
        /// Look which gateway can take it, and say so by `offered`.
        case findChannel
        /// It goes out by the last of `tried`.
        case send
        case tell(NoticeProgressed.Status, by: String?)
        case startReceipt
        case startAsking
        case alert(Alert)
    }

    enum Alert: String, Hashable, Sendable {
        case undeliverable = "notice.undeliverable"
        case keyMissing = "notice.key-missing"
        case subjectUnknown = "notice.subject-unknown"
    }

    enum Verdict: Hashable, Sendable {
        case done([Action])
        /// True, and nothing follows from it.
        case noted
        /// It is known already.
        case duplicate
        /// The notice has gone on without it.
        case superseded
        case refused(ReasonCode)
        /// An event that is nobody's message has nothing to do.
        case unchanged
    }

    private(set) var state: State
    /// The gateways that it was given to, in this order.
    private(set) var tried: [String]

    init() {
        state = .ready
        tried = []
    }

    /// Puts a machine together again from its row.
    init(state: State, tried: [String]) {
        self.state = state
        self.tried = tried
    }

    /// Whether something is still to come.
    var isOpen: Bool { state != .delivered && state != .undeliverable }

    mutating func apply(_ event: Event) -> Verdict {
        switch (state, event) {
        case (.ready, .offered(.channel(let channel))):
            state = .sent
            tried.append(channel)
            return .done([.send, .tell(.sent, by: channel), .startReceipt])
        case (.ready, .offered(.subjectUnknown)):
            state = .awaitingSubject
            return .done([.startAsking])
        case (.ready, .offered(.keyMissing)):
            state = .awaitingKey
            return .done([.startAsking])
        case (.ready, .offered(.nothing)):
            state = .undeliverable
            return .done([.tell(.undeliverable, by: nil), .alert(.undeliverable)])

        case (.awaitingSubject, .subjectSeen), (.awaitingKey, .askedAgain):
            state = .ready
            return .done([.findChannel])
        // The first wait may be the time between two topics; the second is somebody's to look at.
        case (.awaitingSubject, .askedAgain): return .done([.alert(.subjectUnknown)])

        case (.sent, .receiptOverdue):
            state = .ready
            return .done([.tell(.failed, by: tried.last), .findChannel])

        case (_, .receipt(let status, from: let channel)):
            guard let channel, tried.contains(channel) else { return .refused(.policySourceNotAllowed) }
            return receive(status, from: channel)

        case (_, .offered), (_, .subjectSeen), (_, .askedAgain), (_, .receiptOverdue): return .unchanged
        }
    }

    private mutating func receive(_ status: ReceiptStatus, from channel: String) -> Verdict {
        switch status {
        case .delivered:
            guard state != .delivered else { return .duplicate }
            state = .delivered
            return .done([.tell(.delivered, by: channel)])
        case .failed, .rejected, .notFound:
            // What was proven once stays so: terms that began with it are running.
            if state == .delivered { return .refused(.stateNotEligible) }
            guard state == .sent, channel == tried.last else { return .superseded }
            state = .ready
            return .done([.tell(.failed, by: channel), .findChannel])
        case .received: return state == .sent && channel == tried.last ? .noted : .superseded
        // Words of agencies.
        case .applied, .lifted: return .refused(.schemaRange)
        }
    }
}
