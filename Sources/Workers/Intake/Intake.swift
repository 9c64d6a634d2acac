import CreditModel
import StreamCore

/// Takes in what others send: judges each message by all gates at once, answers what it refuses or has seen before, and passes the rest
/// on, sealed to identity where it names a subject.
///
/// Everything about one record number or case meets in one partition. What lies in another is routed there first.
public struct Intake: Worker {
    let policy: PolicyPack
    let keys: ClusterKeys
    let partitionCount: Int
    let gates: Gates

    /// What is remembered of record numbers and cases, by the proper key of their messages.
    static let families = Table(1, "families")

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        self.policy = policy
        self.keys = keys
        self.partitionCount = partitionCount
        gates = Gates(policy)
    }

    public var topology: Topology {
        Topology(
            worker: "intake",
            inputs: Intake.inboundTopics + [RoutedMessage.topic],
            tables: [Intake.families],
            outputs: [VerifiedMessage.topic, RoutedMessage.topic, SubmissionAnswered.topic, InboundAnswered.topic]
                + Area.allCases.compactMap(\.filedTopic),
            isSealed: true)
    }

    public var policyVersion: String { policy.version }

    /// The topics that others write to. Those whose types come with later workers too: what lies there is answered, not left lying.
    static let inboundTopics = TopicCatalogue.contract.filter { $0.kind == .inbound }.map(\.topic)

    // MARK: Decoding

    /// An input of intake.
    public enum Decoded: Sendable {
        case arrival(Arrival)
        /// The remembered messages of a case come of age.
        case forgetting(family: Bytes)
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        switch input {
        case .timer(let timer): return .forgetting(family: timer.key)
        case .message(let message):
            guard message.topic == RoutedMessage.topic else { return .arrival(try Arrival(message, isRouted: false, gates: gates)) }
            return .arrival(try Arrival(RoutedMessage.open(message, keys: keys), isRouted: true, gates: gates))
        }
    }

    public func reads(for decoded: Decoded) -> [Read] {
        switch decoded {
        case .forgetting(let family): return [.row(Intake.families, key: family)]
        case .arrival(let arrival):
            guard let key = arrival.key, !isElsewhere(arrival, key) else { return [] }
            return [.row(Intake.families, key: key)]
        }
    }

    // MARK: Deciding

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        switch decoded {
        case .forgetting(let key): return forget(try family(in: state, key), key, at: moment)
        case .arrival(let arrival):
            if let key = arrival.key, isElsewhere(arrival, key) { return routed(arrival, to: key, at: moment) }
            let family = try arrival.key.map { key throws(Rejection) in try self.family(in: state, key) } ?? Family()
            return arrival.isSubmission ? take(submission: arrival, family, at: moment) : take(request: arrival, family, at: moment)
        }
    }

    private func family(in state: State, _ key: Bytes) throws(Rejection) -> Family {
        guard let row = state.row(Intake.families, key) else { return Family() }
        do {
            return try Family(row)
        } catch {
            throw Rejection("state.damaged", hint: "intake cannot read its own row; check the store")
        }
    }

    var rememberedTerm: Instant.Span { gates.rememberedTerm }

    /// Record numbers are remembered for ever. Of other cases nothing is kept beyond the term.
    private func forget(_ known: Family, _ key: Bytes, at moment: Moment) -> Decision {
        var family = known
        var decision = Decision()
        family.dropSeen(before: moment.tick, remembered: rememberedTerm)
        if family.isEmpty {
            decision.forget(Intake.families, key)
        } else {
            decision.put(Intake.families, key, family.encoded)
            setForgetting(of: family, key, into: &decision)
        }
        return decision
    }

    /// One timer for a row that may become empty. Rows with parties stay, and are cleaned when they are touched.
    func setForgetting(of family: Family, _ key: Bytes, into decision: inout Decision) {
        guard family.parties.isEmpty, let oldest = family.seen.first else { return }
        decision.set(Timer(due: oldest.at + rememberedTerm, key: key))
    }

    // MARK: Routing

    private func isElsewhere(_ arrival: Arrival, _ key: Bytes) -> Bool {
        // What was routed once is judged where it lies, whatever the key says now: nothing goes in circles.
        !arrival.isRouted && Partitioner.partition(of: key, count: partitionCount) != arrival.message.partition
    }

    private func routed(_ arrival: Arrival, to key: Bytes, at moment: Moment) -> Decision {
        var decision = Decision()
        decision.say(
            Output(
                topic: RoutedMessage.topic, key: key, type: RoutedMessage.type, correlation: arrival.submission.id,
                value: RoutedMessage.encode(arrival.message, to: key, because: moment.cause, keys: keys)))
        return decision
    }
}
