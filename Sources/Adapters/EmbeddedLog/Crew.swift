import StreamEngine

/// The members of a consumer group and what each of them holds: a machine that is told of joins, polls and departures.
///
/// As with Kafka's eager rebalance, everybody gives back all before anybody gets something, and each round has its own generation.
struct Crew {
    private struct Member {
        var instance: String
        var holding: [Int] = []
        /// The generation under which `holding` was given; nil while nothing is held.
        var generation: Int64?
        var knows = false
        /// `revoked` was delivered; what is held ends with the next poll.
        var isLeaving = false
    }

    private let partitions: Int
    private var members: [Int: Member] = [:]
    private var replaced: [Int: [Int]] = [:]
    private var nextToken = 0
    private var generation: Int64
    private var isRebalancing = false

    /// `generation` is larger than any that was used before.
    init(partitions: Int, generation: Int64) {
        self.partitions = partitions
        self.generation = generation
    }

    var isEmpty: Bool { members.isEmpty }

    /// A new member. One of the same instance loses its place at once: it is what came after a crash, or a mistake.
    mutating func join(_ instance: String) -> Int {
        for (token, member) in members where member.instance == instance {
            replaced[token] = member.knows ? member.holding : []
            members[token] = nil
        }
        nextToken += 1
        members[nextToken] = Member(instance: instance)
        rebalance()
        return nextToken
    }

    mutating func leave(_ token: Int) {
        replaced[token] = nil
        guard members.removeValue(forKey: token) != nil else { return }
        rebalance()
    }

    mutating func poll(_ token: Int) -> [MembershipChange] {
        if let held = replaced.removeValue(forKey: token) { return held.isEmpty ? [] : [.lost(held)] }
        guard let member = members[token] else { return [] }
        if isRebalancing {
            if member.generation != nil, member.isLeaving {
                release(token)
            } else if member.generation != nil {
                members[token]!.isLeaving = true
                return [.revoked(member.holding)]
            }
            settle()
        }
        guard let member = members[token], let generation = member.generation, !member.knows else { return [] }
        members[token]!.knows = true
        return [.assigned(member.holding, Membership(generation: generation))]
    }

    /// Whether a commit under this membership that moves these partitions may happen.
    func mayCommit(_ token: Int, _ membership: Membership, _ partitions: some Sequence<Int>) -> Bool {
        guard let member = members[token], member.generation == membership.generation, member.knows else { return false }
        return partitions.allSatisfy { member.holding.contains($0) }
    }

    func holds(_ token: Int, _ partition: Int) -> Bool { members[token]?.knows == true && members[token]!.holding.contains(partition) }

    private mutating func rebalance() {
        isRebalancing = true
        // Who has not yet been told what it holds gives it back without a word.
        for (token, member) in members where !member.knows { release(token) }
        settle()
    }

    private mutating func release(_ token: Int) {
        members[token]!.holding = []
        members[token]!.generation = nil
        members[token]!.knows = false
        members[token]!.isLeaving = false
    }

    private mutating func settle() {
        guard isRebalancing, members.values.allSatisfy({ $0.generation == nil }) else { return }
        isRebalancing = false
        generation += 1
        let order = members.sorted { $0.value.instance < $1.value.instance }.map(\.key)
        for (index, token) in order.enumerated() {
            let from = partitions * index / order.count
            let upTo = partitions * (index + 1) / order.count
            members[token]!.holding = Array(from..<upTo)
            members[token]!.generation = generation
        }
    }
}
