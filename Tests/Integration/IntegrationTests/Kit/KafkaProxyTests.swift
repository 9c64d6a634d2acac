import Foundation
import Testing

@testable import BrokerKit

@Suite struct KafkaProxyTests {
    private let broker: EchoBroker
    private let proxy: KafkaProxy

    init() throws {
        broker = try EchoBroker()
        proxy = try KafkaProxy(port: FreePorts.take(), upstream: broker.port)
    }

    private func client() throws -> WireClient { try WireClient(port: proxy.port) }

    private func ask(_ client: WireClient, _ api: KafkaAPI) throws -> Int32 {
        var answer = try client.ask(api.rawValue, version: 0) { _ in }
        return try answer.number(Int32.self)
    }

    @Test func passesOnWhatNoRuleNames() throws {
        proxy.add(ProxyRule(.cut, .endTxn))
        let client = try client()
        for api in [KafkaAPI.produce, .fetch, .metadata] { #expect(try ask(client, api) == Int32(api.rawValue)) }
        #expect(broker.questions == [0, 1, 3])
        #expect(proxy.questions(.fetch) == 1)
    }

    @Test func cutsTheSecondAnswerThatTheBrokerHasGiven() throws {
        let rule = proxy.add(ProxyRule(.cut, .endTxn, choice: .nth(2)))
        let client = try client()
        #expect(try ask(client, .endTxn) == 26)
        #expect(throws: Socket.Failure.self) { try ask(client, .endTxn) }
        #expect(broker.questions == [26, 26])
        #expect(proxy.applied(rule) == 1)
        #expect(try ask(self.client(), .endTxn) == 26)
    }

    @Test func cutsBeforeTheBrokerHasSeenTheQuestion() throws {
        proxy.add(ProxyRule(.cutBefore, .endTxn, choice: .nth(1)))
        let client = try client()
        #expect(throws: Socket.Failure.self) { try ask(client, .endTxn) }
        #expect(broker.questions == [])
    }

    @Test func swallowsAnAnswerAndKeepsTheConnection() throws {
        proxy.add(ProxyRule(.swallow, .fetch, choice: .nth(1)))
        let client = try client()
        try client.tell(KafkaAPI.fetch.rawValue, version: 0) { _ in }
        #expect(try ask(client, .produce) == 0)
        #expect(broker.questions == [1, 0])
    }

    @Test func holdsAnAnswerUntilItIsLetGo() throws {
        proxy.add(ProxyRule(.hold, .endTxn))
        let client = try client()
        try client.tell(KafkaAPI.endTxn.rawValue, version: 0) { _ in }
        try Wait.until("the answer is held") { proxy.held(.endTxn) == 1 }
        proxy.removeRules()
        proxy.release()
        var answer = try client.hear()
        #expect(try answer.number(Int32.self) == 26)
    }

    @Test func delaysAnAnswer() throws {
        proxy.add(ProxyRule(.delay(.milliseconds(60)), .offsetFetch))
        let start = ContinuousClock.now
        #expect(try ask(client(), .offsetFetch) == 9)
        #expect(ContinuousClock.now - start >= .milliseconds(60))
    }

    @Test func deliversAQuestionAfterItsSenderHasGone() throws {
        proxy.add(ProxyRule(.deliverLate(.milliseconds(60)), .endTxn, choice: .nth(1)))
        let first = try client()
        #expect(throws: Socket.Failure.self) { try ask(first, .endTxn) }
        #expect(broker.questions == [])
        #expect(try ask(client(), .produce) == 0)
        try Wait.until("the broker has got it") { broker.questions == [0, 26] }
        try Wait.until("nothing is left of it") { proxy.held(.endTxn) == 0 }
    }

    @Test func choosesByClientAndBySeed() throws {
        proxy.add(ProxyRule(.cut, .produce, client: "somebody-else"))
        #expect(try ask(client(), .produce) == 0)
        func chosen(seed: UInt64) -> [Bool] {
            var rules = ProxyRules(seed: seed)
            _ = rules.add(ProxyRule(.cut, .produce, choice: .probability(0.5)))
            return (0..<64).map { _ in rules.action(for: 0, of: "") != nil }
        }
        #expect(chosen(seed: 3) == chosen(seed: 3))
        #expect(chosen(seed: 3) != chosen(seed: 4))
        #expect((20...44).contains(chosen(seed: 3).filter { $0 }.count))
    }

    @Test func freezesAndGoesOn() throws {
        let client = try client()
        #expect(try ask(client, .metadata) == 3)
        proxy.freeze()
        try client.tell(KafkaAPI.fetch.rawValue, version: 0) { _ in }
        #expect(broker.questions == [3])
        proxy.thaw()
        var answer = try client.hear()
        #expect(try answer.number(Int32.self) == 1)
    }

    @Test func takesNobodyInWhileItIsClosedOff() throws {
        let client = try client()
        #expect(try ask(client, .metadata) == 3)
        proxy.closeOff()
        #expect(throws: Socket.Failure.self) { try ask(client, .metadata) }
        #expect(throws: Socket.Failure.self) { try ask(self.client(), .metadata) }
        proxy.open()
        #expect(try ask(self.client(), .metadata) == 3)
    }

    @Test(arguments: [Int16(0), 1, 3]) func makesABrokerLookOlder(version: Int16) throws {
        var writer = WireWriter()
        writer.number(Int32(7))
        writer.number(Int16(0))
        if version >= 3 { writer.number(UInt8(4)) } else { writer.number(Int32(3)) }
        for api in [Int16(0), 26, 3] {
            for number in [api, 0, 9] { writer.number(number) }
            if version >= 3 { writer.number(UInt8(0)) }
        }
        writer.number(Int32(0))
        var length = WireWriter()
        length.number(Int32(writer.bytes.count))
        let shown = KafkaFrame(bytes: length.bytes + writer.bytes).hiding([26], version: version)
        #expect(shown.bytes.count == 4 + writer.bytes.count - (version >= 3 ? 7 : 6))
        var reader = WireReader(shown.bytes[...])
        #expect(try Int(reader.number(Int32.self)) == shown.bytes.count - 4)
        #expect(try reader.number(Int32.self) == 7)
        #expect(try reader.number(Int16.self) == 0)
        let count = version >= 3 ? Int(try reader.number(UInt8.self)) - 1 : Int(try reader.number(Int32.self))
        #expect(count == 2)
        var apis: [Int16] = []
        for _ in 0..<count {
            apis.append(try reader.number(Int16.self))
            _ = try reader.number(Int32.self)
            if version >= 3 { _ = try reader.number(UInt8.self) }
        }
        #expect(apis == [0, 3])
    }
}
