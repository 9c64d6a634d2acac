import StreamCore
import StreamEngine

/// A consumer group as the broker's coordinator sees it: eager rebalances, range assignment, static members, generations.
///
/// A value-type machine. A connection polls; what it is told is what librdkafka's rebalance callback would say. A member that has
/// to give up its partitions is told `revoked`, may commit until its next poll, and has rejoined by that poll.
struct SimulatedGroup {
    struct Member {
        var instance: String
        var connection: Int
        var heardAt: Instant
        var hasRejoined: Bool
        var assignment: [Int]
        var isTold: Bool
    }
    enum Answer: Equatable {
        case changes([MembershipChange])
        /// Another connection has taken over this instance's place.
        case replaced
    }

    let partitionCount: Int
    private(set) var generation: Int64 = 0
    /// In the order of their instances, so that an assignment is a function of who is there.
    private(set) var members: [Member] = []
    private(set) var rebalancesSince: Instant?
    var committed: [TopicPartition: Int64] = [:]

    var isEmpty: Bool { members.isEmpty }

    init(partitionCount: Int) { self.partitionCount = partitionCount }

    private func index(of connection: Int) -> Int? { members.firstIndex { $0.connection == connection } }

    /// Whether offsets of this connection under this generation are accepted. As on a broker, a rebalance that is under way does not
    /// refuse them; that the partition is assigned is not looked at.
    func accepts(connection: Int, generation: Int64) -> Bool {
        index(of: connection) != nil && generation == self.generation
    }

    /// `holds` are the partitions that the connection believes to have, nil when it has none.
    mutating func poll(connection: Int, instance: String, holds: [Int]?, wasRevoked: Bool, at now: Instant) -> Answer {
        guard let position = index(of: connection) else {
            if let other = members.firstIndex(where: { $0.instance == instance }) {
                if holds != nil { return .replaced }
                // A static member comes back before its session ended: same place, same partitions, no rebalance.
                members[other].connection = connection
                members[other].heardAt = now
                members[other].isTold = false
                if rebalancesSince != nil {
                    members[other].hasRejoined = true
                    completeIfPossible(at: now)
                }
                return tell(connection)
            }
            if let holds { return .changes([.lost(holds)]) }
            let member = Member(
                instance: instance, connection: connection, heardAt: now, hasRejoined: true, assignment: [], isTold: true)
            members.insert(member, at: members.firstIndex { $0.instance > instance } ?? members.endIndex)
            rebalance(at: now)
            members[index(of: connection)!].hasRejoined = true
            completeIfPossible(at: now)
            return tell(connection)
        }
        members[position].heardAt = now
        if rebalancesSince != nil, !members[position].hasRejoined {
            if let holds, !wasRevoked { return .changes([.revoked(holds)]) }
            members[position].hasRejoined = true
            completeIfPossible(at: now)
        }
        return tell(connection)
    }

    private mutating func tell(_ connection: Int) -> Answer {
        guard rebalancesSince == nil, let position = index(of: connection), !members[position].isTold else { return .changes([]) }
        members[position].isTold = true
        return .changes([.assigned(members[position].assignment, Membership(generation: generation))])
    }

    /// Ends the sessions of members that were not heard of for too long, and a rebalance that waits for somebody for too long.
    mutating func expire(at now: Instant, session: Instant.Span, rebalance limit: Instant.Span) -> [String] {
        var gone = members.filter { now - $0.heardAt > session }
        if let since = rebalancesSince, now - since > limit { gone += members.filter { !$0.hasRejoined && now - $0.heardAt <= session } }
        for member in gone { leave(connection: member.connection, at: now) }
        return gone.map(\.instance)
    }

    mutating func hear(connection: Int, at now: Instant) {
        if let position = index(of: connection) { members[position].heardAt = now }
    }

    mutating func leave(connection: Int, at now: Instant) {
        guard let position = index(of: connection) else { return }
        members.remove(at: position)
        if members.isEmpty {
            rebalancesSince = nil
            generation += 1
            return
        }
        rebalance(at: now)
        completeIfPossible(at: now)
    }

    private mutating func rebalance(at now: Instant) {
        guard rebalancesSince == nil else { return }
        rebalancesSince = now
        for index in members.indices { members[index].hasRejoined = false }
    }

    private mutating func completeIfPossible(at now: Instant) {
        guard rebalancesSince != nil, members.allSatisfy(\.hasRejoined) else { return }
        rebalancesSince = nil
        generation += 1
        let (share, rest) = partitionCount.quotientAndRemainder(dividingBy: members.count)
        var first = 0
        for index in members.indices {
            let count = share + (index < rest ? 1 : 0)
            members[index].assignment = Array(first..<(first + count))
            members[index].isTold = false
            first += count
        }
    }
}
