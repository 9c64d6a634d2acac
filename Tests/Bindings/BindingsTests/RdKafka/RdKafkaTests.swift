import StreamTestKit
import Testing

@testable import RdKafka

@Suite struct RdKafkaTests {
    @Test(arguments: [
        (RdKafkaError.Code.fenced, "_FENCED", true, false, false), (.producerFenced, "PRODUCER_FENCED", true, false, false),
        (.invalidProducerEpoch, "INVALID_PRODUCER_EPOCH", true, false, false),
        (.fencedInstanceId, "FENCED_INSTANCE_ID", false, false, false), (.transport, "_TRANSPORT", false, true, false),
        (.coordinatorNotAvailable, "COORDINATOR_NOT_AVAILABLE", false, true, false),
        (.authentication, "_AUTHENTICATION", false, false, true),
        (.groupAuthorizationFailed, "GROUP_AUTHORIZATION_FAILED", false, false, true),
        (.illegalGeneration, "ILLEGAL_GENERATION", false, false, false),
    ])
    func saysWhatKindOfErrorItIs(_ code: RdKafkaError.Code, _ name: String, fenced: Bool, connection: Bool, authorization: Bool) {
        let error = RdKafkaError(code)
        #expect(error.name == name)
        #expect(error.isFenced == fenced)
        #expect(error.isConnection == connection)
        #expect(error.isAuthorization == authorization)
        #expect(error.description.hasSuffix("(\(name))"))
    }

    @Test func tellsWhatIsWrongWithAProperty() throws {
        let configuration = Configuration()
        try configuration.set("session.timeout.ms", "9000")
        #expect(configuration.value(of: "session.timeout.ms") == "9000")
        let name = thrown(RdKafkaError.self) { try configuration.set("no.such.property", "1") }
        #expect(name?.text.contains("no.such.property") == true)
        #expect(throws: RdKafkaError.self) { try configuration.set("session.timeout.ms", "soon") }
        #expect(configuration.value(of: "no.such.property") == nil)
    }

    @Test func readsGenerationAndMemberOfAGroup() {
        var bytes = Array("CGMDv2:".utf8)
        withUnsafeBytes(of: Int32(258)) { bytes += $0 }
        bytes += Array("group\0member-1\0".utf8) + [0] + Array("instance\0".utf8)
        let parsed = bytes.withUnsafeBytes { GroupMetadata.parse($0) }
        #expect(parsed?.generation == 258)
        #expect(parsed?.memberId == "member-1")
    }

    @Test(arguments: ["", "CGMDv2:", "CGMDv3:\u{1}\0\0\0group\0member\0", "CGMDv2:\u{1}\0\0\0group", "CGMDv2:\u{1}\0\0\0group\0member"])
    func refusesAMembershipInAFormThatItDoesNotKnow(_ text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { GroupMetadata.parse($0) } == nil)
    }

    @Test func aConsumerThatHasNotJoinedIsNotTakenForAMember() throws {
        let configuration = Configuration()
        try configuration.set("group.id", "nobody")
        try configuration.set("group.instance.id", "a")
        let consumer = try Consumer(configuration, ClientCallbacks(), rebalances: true)
        // librdkafka writes it in the form that is read here, whichever version is installed.
        #expect(try consumer.groupMetadata()?.generation ?? -1 < 0)
    }

    @Test func aHandleThatCannotBeMadeSaysWhy() throws {
        let configuration = Configuration()
        try configuration.set("group.id", "nobody")
        try configuration.set("session.timeout.ms", "400000")
        try configuration.set("max.poll.interval.ms", "1000")
        let error = thrown(RdKafkaError.self) { try Consumer(configuration, ClientCallbacks(), rebalances: true) }
        #expect(error?.text.contains("max.poll.interval.ms") == true)
    }

    @Test func aHandleEndsWithItsLastReference() throws {
        var client: Client? = try Client(producer: Configuration(), ClientCallbacks())
        let ended = try #require(client).ended
        #expect(!ended.wait(milliseconds: 0))
        client = nil
        #expect(ended.wait(milliseconds: 10_000))
    }

    @Test func deliveriesOfATransactionAreForgottenWithTheNext() {
        var deliveries = Deliveries()
        let slot = deliveries.slot()
        deliveries.report(slot: slot, offset: 4, code: .init(0))
        deliveries.report(slot: slot, offset: 6, code: .init(0))
        // A batch that was sent twice does not say where it lies: older is safe.
        deliveries.report(slot: slot, offset: -1001, code: .init(0))
        #expect(deliveries.next == [7])
        deliveries.report(slot: slot, offset: -1, code: RdKafkaError.Code.messageTooLarge.c)
        #expect(deliveries.failure?.code == .messageTooLarge)
        deliveries.begin()
        #expect(deliveries.next == [-1])
        #expect(deliveries.touched == [])
        #expect(deliveries.failure == nil)
    }
}
