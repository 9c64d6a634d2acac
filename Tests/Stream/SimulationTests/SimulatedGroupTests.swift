import StreamCore
import StreamEngine
import Testing

@testable import StreamSimulation

/// The coordinator of a group as a conversation.
@Suite struct SimulatedGroupTests {
    let start = Instant(milliseconds: 1_000)
    let session = Instant.Span.seconds(8)

    private func changes(_ answer: SimulatedGroup.Answer) -> [MembershipChange]? {
        if case .changes(let changes) = answer { return changes }
        return nil
    }

    @Test func givesTheFirstMemberAllPartitions() {
        var group = SimulatedGroup(partitionCount: 4)
        let answer = group.poll(connection: 1, instance: "a", holds: nil, wasRevoked: false, at: start)
        #expect(answer == .changes([.assigned([0, 1, 2, 3], Membership(generation: 1))]))
        #expect(group.poll(connection: 1, instance: "a", holds: [0, 1, 2, 3], wasRevoked: false, at: start) == .changes([]))
    }

    @Test func takesPartitionsBackBeforeItGivesThemToSomebodyElse() {
        var group = SimulatedGroup(partitionCount: 4)
        _ = group.poll(connection: 1, instance: "a", holds: nil, wasRevoked: false, at: start)
        #expect(group.poll(connection: 2, instance: "b", holds: nil, wasRevoked: false, at: start) == .changes([]))
        #expect(
            group.poll(connection: 1, instance: "a", holds: [0, 1, 2, 3], wasRevoked: false, at: start)
                == .changes([.revoked([0, 1, 2, 3])]))
        // It may commit between the two polls: the generation is still its own.
        #expect(group.accepts(connection: 1, generation: 1))
        #expect(group.poll(connection: 2, instance: "b", holds: nil, wasRevoked: false, at: start) == .changes([]))
        #expect(
            group.poll(connection: 1, instance: "a", holds: [0, 1, 2, 3], wasRevoked: true, at: start)
                == .changes([.assigned([0, 1], Membership(generation: 2))]))
        #expect(
            group.poll(connection: 2, instance: "b", holds: nil, wasRevoked: false, at: start)
                == .changes([.assigned([2, 3], Membership(generation: 2))]))
        #expect(!group.accepts(connection: 1, generation: 1))
    }

    @Test func keepsThePlaceOfAMemberThatComesBackInTime() {
        var group = SimulatedGroup(partitionCount: 2)
        _ = group.poll(connection: 1, instance: "a", holds: nil, wasRevoked: false, at: start)
        let answer = group.poll(connection: 2, instance: "a", holds: nil, wasRevoked: false, at: start + .seconds(5))
        #expect(answer == .changes([.assigned([0, 1], Membership(generation: 1))]))
        #expect(group.poll(connection: 1, instance: "a", holds: [0, 1], wasRevoked: false, at: start + .seconds(5)) == .replaced)
        #expect(!group.accepts(connection: 1, generation: 1))
    }

    @Test func tellsAZombieThatItHasLostItsPartitions() {
        var group = SimulatedGroup(partitionCount: 2)
        _ = group.poll(connection: 1, instance: "a", holds: nil, wasRevoked: false, at: start)
        #expect(group.expire(at: start + .seconds(8), session: session, rebalance: .seconds(60)).isEmpty)
        #expect(group.expire(at: start + .seconds(9), session: session, rebalance: .seconds(60)) == ["a"])
        #expect(!group.accepts(connection: 1, generation: 1))
        let late = start + .seconds(20)
        #expect(group.poll(connection: 1, instance: "a", holds: [0, 1], wasRevoked: false, at: late) == .changes([.lost([0, 1])]))
        let answer = group.poll(connection: 1, instance: "a", holds: nil, wasRevoked: false, at: late)
        #expect(changes(answer)?.first.map { if case .assigned([0, 1], _) = $0 { return true } else { return false } } == true)
    }
}
