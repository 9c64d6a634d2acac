import CreditModel
import StreamCore

/// The gates with what they look up: made once from the policy, asked for every message.
///
/// An object, because it is handed from one to the next with every message, and a policy is large.
final class Gates: Sendable {
    let policy: PolicyPack
    let basis: BasisGate
    let shapeLimits: Shape.Limits
    /// How rows of 双公示 become records.
    let rowRules: DoublePublicityRow.Rules
    /// How long a message is known by its source and id.
    let rememberedTerm: Instant.Span

    init(_ policy: PolicyPack) {
        self.policy = policy
        basis = BasisGate(policy)
        shapeLimits = Shape.Limits(
            textCharactersMax: policy.limits.textCharactersMax, listEntriesMax: policy.limits.listEntriesMax)
        rowRules = DoublePublicityRow.Rules(suspectedYuanFrom: policy.limits.suspectedYuanFrom) { policy.severity(ofPenalty: $0) }
        let term = policy.retention.rememberedMessages
        // Months and years are counted from some day: here the longest that they can be.
        let days = term.unit == .months ? term.count * 31 : term.unit == .years ? term.count * 366 : term.count * 7
        rememberedTerm = term.span ?? .seconds(Int64(days) * 86_400)
    }

    /// The gates that every message passes first: envelope, signature, the source's right to the type, and identifiers that topics show.
    func reasons(ofEnvelope arrival: Arrival, today: CivilDate) -> [Reason] {
        var reasons = arrival.reasons
        reasons += SignatureGate.reasons(arrival.envelope, topic: arrival.message.topic, today: today, policy: policy)
        reasons += RightsGate.reasons(type: arrival.type, source: arrival.submission.source, policy: policy)
        reasons += ProhibitedGate.reasons(identifier: Bytes(utf8: arrival.submission.id), at: "")
        reasons += ProhibitedGate.reasons(identifier: Bytes(utf8: arrival.submission.source), at: "")
        return reasons
    }
}
