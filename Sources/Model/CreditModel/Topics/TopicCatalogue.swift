import StreamCore

/// Every topic of the contract. `topics/` describes each of them in a file; a test compares the two.
public enum TopicCatalogue {
    /// The topics of a cluster with these workers: those of the contract, then each worker's own three.
    public static func all(workers: [String]) -> [TopicEntry] {
        contract + workers.flatMap(own)
    }

    /// The topics of the contract and of the workers that there are.
    public static let all: [TopicEntry] = all(workers: ["intake", "identity", "ledger"])

    /// The topic of a name; nil when the contract has none.
    public static func entry(_ topic: Topic) -> TopicEntry? { byTopic[topic] }

    private static let byTopic = Dictionary(all.map { ($0.topic, $0) }, uniquingKeysWith: { first, _ in first })

    /// Dead letters, redrive and changelog of one worker.
    public static func own(_ worker: String) -> [TopicEntry] {
        let topology = Topology(worker: worker, inputs: [], tables: [], outputs: [])
        return [
            TopicEntry(topology.deadLetters, .own, .whole, key: "the key of the input", from: [worker], to: ["operators"], types: []),
            TopicEntry(topology.redrive, .own, .step, key: "the key of the input", from: ["operators"], to: [worker], types: []),
            TopicEntry(topology.changelog, .own, .compacted, key: "table and key of the row", from: [worker], to: [worker], types: []),
        ]
    }

    /// The topics that workers share.
    public static let contract: [TopicEntry] = inbound + steps + outbound

    private static let inbound: [TopicEntry] = [
        TopicEntry(
            "record.submissions.v1", .inbound, .inbound, key: "`bureau/recordNo`", from: ["bureaus"], to: ["intake"],
            types: ["record.submitted", "record.withdrawn"]),
        TopicEntry(
            "subject.registrations.v1", .inbound, .inbound, key: "source and id", from: ["bureaus"], to: ["intake"],
            types: ["subject.registered"]),
        TopicEntry(
            "dispute.requests.v1", .inbound, .inbound, key: "record or case id", from: ["portal"], to: ["intake"],
            types: ["dispute.requested", "dispute.review-requested", "objection.raised"]),
        TopicEntry(
            "dispute.findings.v1", .inbound, .inbound, key: "case id", from: ["bureaus"], to: ["intake"],
            types: ["dispute.found"]),
        TopicEntry(
            "repair.applications.v1", .inbound, .inbound, key: "record id", from: ["portal"], to: ["intake"],
            types: ["repair.applied"]),
        TopicEntry(
            "repair.reviews.v1", .inbound, .inbound, key: "case id", from: ["bureaus"], to: ["intake"],
            types: ["repair.reviewed"]),
        TopicEntry(
            "sanction.triggers.v1", .inbound, .inbound, key: "`determinationNo`", from: ["bureaus"], to: ["intake"],
            types: ["sanction.triggered"]),
        TopicEntry(
            "sanction.decisions.v1", .inbound, .inbound, key: "case id", from: ["bureaus"], to: ["intake"],
            types: ["sanction.decided", "objection.answered"]),
        TopicEntry(
            "reward.nominations.v1", .inbound, .inbound, key: "source and id; of a decline, the case id",
            from: ["bureaus", "portal"], to: ["intake"],
            types: ["reward.nominated", "reward.declined"]),
        TopicEntry(
            "reward.decisions.v1", .inbound, .inbound, key: "case id", from: ["bureaus"], to: ["intake"],
            types: ["reward.decided", "objection.answered"]),
        TopicEntry(
            "query.requests.v1", .inbound, .inbound, key: "source and id", from: ["users of the platform", "portal"], to: ["intake"],
            types: ["query.requested"]),
        TopicEntry(
            "consent.events.v1", .inbound, .inbound, key: "source and id", from: ["portal"], to: ["intake"],
            types: [], .later),
        TopicEntry(
            "notice.receipts.v1", .inbound, .inbound, key: "notice id", from: ["gateways"], to: ["intake"],
            types: ["notice.acknowledged"]),
        TopicEntry(
            "delivery.receipts.v1", .inbound, .inbound, key: "delivery id", from: ["agencies"], to: ["intake"],
            types: ["delivery.acknowledged"]),
        TopicEntry(
            "lead.reports.v1", .inbound, .inbound, key: "source and id", from: ["portal"], to: ["intake"],
            types: [], .later),
        TopicEntry(
            "lead.findings.v1", .inbound, .inbound, key: "case id", from: ["bureaus"], to: ["intake"],
            types: [], .later),
        TopicEntry(
            "complaint.requests.v1", .inbound, .inbound, key: "source and id", from: ["portal"], to: ["intake"],
            types: [], .later),
        TopicEntry(
            "task.updates.v1", .inbound, .inbound, key: "task id", from: ["units"], to: ["intake"],
            types: [], .later),
        TopicEntry(
            "publicity.decisions.v1", .inbound, .inbound, key: "record id", from: ["bureaus"], to: ["intake"],
            types: ["publicity.released"]),
    ]

    private static let steps: [TopicEntry] = [
        TopicEntry(
            "intake.routed.v1", .step, .step, key: "the proper key of the message", from: ["intake"], to: ["intake"],
            types: ["message.routed"]),
        TopicEntry(
            "intake.verified.v1", .step, .step, key: "lookup key of the identity number", from: ["intake"], to: ["identity"],
            types: ["message.verified"]),
        TopicEntry(
            "record.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["ledger"],
            types: ["record.filed"]),
        TopicEntry(
            "dispute.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["dispute"],
            types: ["dispute.filed"]),
        TopicEntry(
            "repair.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["repair"],
            types: ["repair.filed"]),
        TopicEntry(
            "sanction.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["sanction"],
            types: ["sanction.filed"]),
        TopicEntry(
            "reward.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["reward"],
            types: ["reward.filed"]),
        TopicEntry(
            "query.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["query"],
            types: ["query.filed"]),
        TopicEntry(
            "notice.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["notice"],
            types: ["notice.filed"]),
        TopicEntry(
            "delivery.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["delivery"],
            types: ["delivery.filed"]),
        TopicEntry(
            "lead.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["lead"],
            types: ["lead.filed"]),
        TopicEntry(
            "task.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["supervision"],
            types: ["task.filed"]),
        TopicEntry(
            "publicity.filed.v1", .step, .step, key: "subject id", from: ["intake", "identity"], to: ["publicity"],
            types: ["publicity.filed"]),
        TopicEntry(
            "record.rulings.v1", .step, .step, key: "subject id", from: ["dispute", "repair", "sanction"], to: ["ledger"],
            types: ["record.ruled"]),
        TopicEntry(
            "subject.profiles.v1", .step, .compacted, key: "subject id", from: ["identity"], to: ["all workers"],
            types: ["subject.profiled"]),
        TopicEntry(
            "subject.sealed.v1", .step, .compacted, key: "subject id", from: ["identity"], to: ["delivery", "notice", "query"],
            types: ["subject.sealed"]),
        TopicEntry(
            "sanction.dispatches.v1", .step, .step, key: "subject id", from: ["sanction"], to: ["delivery"],
            types: ["sanction.dispatched"], .later),
        TopicEntry(
            "reward.dispatches.v1", .step, .step, key: "subject id", from: ["reward"], to: ["delivery"],
            types: ["reward.dispatched"], .later),
        TopicEntry(
            "delivery.status.v1", .step, .step, key: "subject id", from: ["delivery"], to: ["sanction", "reward", "supervision"],
            types: ["delivery.progressed"], .later),
        TopicEntry(
            "notice.requests.v1", .step, .step, key: "subject id", from: ["all workers"], to: ["notice"],
            types: ["notice.requested"], .later),
        TopicEntry(
            "notice.status.v1", .step, .step, key: "subject id", from: ["notice"], to: ["all workers"],
            types: ["notice.progressed"], .later),
    ]

    private static let outbound: [TopicEntry] = [
        TopicEntry(
            "intake.answers.v1", .outbound, .whole, key: "source",
            from: ["intake", "identity", "dispute", "repair", "sanction", "reward", "query", "notice", "delivery", "publicity"],
            to: ["senders"],
            types: ["message.answered"]),
        TopicEntry(
            "record.ledger.v1", .outbound, .whole, key: "subject id", from: ["ledger"], to: ["all workers", "platform"],
            types: ["record.changed"]),
        TopicEntry(
            "record.current.v1", .outbound, .compacted, key: "`recordId`", from: ["ledger"], to: ["platform"],
            types: ["record.changed"]),
        TopicEntry(
            "record.outcomes.v1", .outbound, .whole, key: "`bureau/recordNo`", from: ["intake", "identity", "ledger"], to: ["bureaus"],
            types: ["submission.answered"]),
        TopicEntry(
            "dispute.inquiries.v1", .outbound, .whole, key: "subject id", from: ["dispute"], to: ["bureaus"],
            types: ["dispute.inquired"], .later),
        TopicEntry(
            "dispute.outcomes.v1", .outbound, .whole, key: "subject id", from: ["dispute"], to: ["portal"],
            types: ["dispute.progressed"], .later),
        TopicEntry(
            "repair.tasks.v1", .outbound, .whole, key: "subject id", from: ["repair"], to: ["authorities"],
            types: ["repair.review-wanted"], .later),
        TopicEntry(
            "repair.outcomes.v1", .outbound, .whole, key: "subject id", from: ["repair"], to: ["portal"],
            types: ["repair.progressed"], .later),
        TopicEntry(
            "sanction.orders.v1", .outbound, .whole, key: "order id", from: ["delivery"], to: ["agencies"],
            types: ["sanction.ordered"], .later),
        TopicEntry(
            "sanction.current.v1", .outbound, .compacted, key: "order id", from: ["delivery"], to: ["agencies"],
            types: ["sanction.ordered"], .later),
        TopicEntry(
            "reward.grants.v1", .outbound, .whole, key: "grant id", from: ["delivery"], to: ["agencies"],
            types: ["reward.granted"], .later),
        TopicEntry(
            "reward.current.v1", .outbound, .compacted, key: "grant id", from: ["delivery"], to: ["agencies"],
            types: ["reward.granted"], .later),
        TopicEntry(
            "sanction.outcomes.v1", .outbound, .whole, key: "subject id", from: ["sanction"], to: ["authorities"],
            types: ["sanction.progressed"], .later),
        TopicEntry(
            "reward.outcomes.v1", .outbound, .whole, key: "subject id", from: ["reward"], to: ["nominators"],
            types: ["reward.progressed"], .later),
        TopicEntry(
            "publicity.listings.v1", .outbound, .compacted, key: "`listingId`", from: ["publicity"], to: ["publicity site"],
            types: ["listing.changed"], .later),
        TopicEntry(
            "standing.current.v1", .outbound, .compacted, key: "subject id", from: ["standing"], to: ["platform"],
            types: ["standing.changed"], .later),
        TopicEntry(
            "query.replies.v1", .outbound, .whole, key: "source and id of the query", from: ["query"], to: ["requester"],
            types: ["query.replied"], .later),
        TopicEntry(
            "notice.deliveries.v1", .outbound, .whole, key: "subject id", from: ["notice"], to: ["gateways"],
            types: ["notice.sent"], .later),
        TopicEntry(
            "supervision.alerts.v1", .outbound, .whole, key: "case id",
            from: ["dispute", "repair", "sanction", "notice", "delivery", "supervision"], to: ["leading group", "operators"],
            types: ["alert.raised"], .later),
        TopicEntry(
            "supervision.scorecards.v1", .outbound, .whole, key: "unit", from: ["supervision"], to: ["leading group"],
            types: ["scorecard.drawn"], .later),
        TopicEntry(
            "task.outcomes.v1", .outbound, .whole, key: "task id", from: ["supervision"], to: ["leading group"],
            types: ["task.progressed"], .later),
        TopicEntry(
            "audit.entries.v1", .outbound, .whole, key: "shard", from: ["all workers"], to: ["audit", "anyone who verifies"],
            types: ["audit.entered"], .later),
        TopicEntry(
            "audit.heads.v1", .outbound, .whole, key: "shard", from: ["audit"], to: ["anyone who verifies"],
            types: ["audit.chained"], .later),
    ]
}
