/// Speaks to one broker in Kafka's own protocol, for what a test needs around the code under test: topics come and go in milliseconds,
/// not in the seconds of a tool that starts a Java of its own.
final class WireClient {
    struct Refusal: Error, CustomStringConvertible {
        var code: Int16
        var description: String
    }

    private let socket: Socket
    private var correlation: Int32 = 0

    init(port: UInt16) throws { socket = try Socket.connected(to: port) }

    deinit { socket.close() }

    func ask(_ api: Int16, version: Int16, _ body: (inout WireWriter) -> Void) throws -> WireReader {
        try tell(api, version: version, body)
        return try hear()
    }

    /// Asks without waiting for the answer.
    func tell(_ api: Int16, version: Int16, _ body: (inout WireWriter) -> Void) throws {
        correlation += 1
        var writer = WireWriter()
        writer.number(api)
        writer.number(version)
        writer.number(correlation)
        writer.text("broker-kit")
        body(&writer)
        var size = WireWriter()
        size.number(Int32(writer.bytes.count))
        try socket.send(size.bytes + writer.bytes)
    }

    /// The next answer, which has to be that of the last question.
    func hear() throws -> WireReader {
        var head = WireReader(try socket.receive(4)[...])
        var answer = WireReader(try socket.receive(Int(try head.number(Int32.self)))[...])
        guard try answer.number(Int32.self) == correlation else { throw Socket.Failure("an answer to another question") }
        return answer
    }

    /// CreateTopics, version 2.
    func makeTopics(_ names: [String], partitions: Int, copies: Int, settings: [String: String]) throws {
        var answer = try ask(19, version: 2) { writer in
            writer.list(names) { writer, name in
                writer.text(name)
                writer.number(Int32(partitions))
                writer.number(Int16(copies))
                writer.list([Int]()) { _, _ in }
                writer.list(settings.sorted { $0.key < $1.key }) { writer, setting in
                    writer.text(setting.key)
                    writer.text(setting.value)
                }
            }
            writer.number(Int32(20_000))
            writer.flag(false)
        }
        _ = try answer.number(Int32.self)
        let results = try answer.list { reader in
            (name: try reader.text() ?? "", code: try reader.number(Int16.self), text: try reader.text())
        }
        for result in results where result.code != 0 {
            throw Refusal(code: result.code, description: "topic \(result.name): \(result.text ?? "error \(result.code)")")
        }
    }

    /// DeleteTopics, version 1.
    func removeTopics(_ names: [String]) throws {
        var answer = try ask(20, version: 1) { writer in
            writer.list(names) { $0.text($1) }
            writer.number(Int32(20_000))
        }
        _ = try answer.number(Int32.self)
        for (name, code) in try answer.list({ (try $0.text() ?? "", try $0.number(Int16.self)) }) where code != 0 && code != 3 {
            throw Refusal(code: code, description: "topic \(name): error \(code)")
        }
    }

    struct Metadata {
        struct Partition {
            var code: Int16
            var index: Int32
            var leader: Int32
            var insync: Int
        }
        var ports: [Int32: UInt16]
        var topics: [String: [Partition]]
    }

    /// Metadata, version 4; of all topics when none is named.
    func metadata(_ topics: [String]?) throws -> Metadata {
        var answer = try ask(3, version: 4) { writer in
            if let topics { writer.list(topics) { $0.text($1) } } else { writer.number(Int32(-1)) }
            writer.flag(false)
        }
        _ = try answer.number(Int32.self)
        let brokers = try answer.list { reader in
            let id = try reader.number(Int32.self)
            _ = try reader.text()
            let port = try reader.number(Int32.self)
            _ = try reader.text()
            return (id, UInt16(port))
        }
        _ = try answer.text()
        _ = try answer.number(Int32.self)
        let found = try answer.list { reader in
            let code = try reader.number(Int16.self)
            let name = try reader.text() ?? ""
            _ = try reader.flag()
            let partitions = try reader.list { reader in
                let code = try reader.number(Int16.self)
                let index = try reader.number(Int32.self)
                let leader = try reader.number(Int32.self)
                _ = try reader.list { try $0.number(Int32.self) }
                return Metadata.Partition(
                    code: code, index: index, leader: leader, insync: try reader.list { try $0.number(Int32.self) }.count)
            }
            return (name, code == 0 ? partitions : [])
        }
        return Metadata(
            ports: Dictionary(brokers, uniquingKeysWith: { $1 }), topics: Dictionary(found, uniquingKeysWith: { $1 }))
    }

    /// ListOffsets, version 2: where these partitions end, asked of their leader.
    func ends(of partitions: [String: [Int32]], committedOnly: Bool) throws -> [String: [Int: Int64]] {
        var answer = try ask(2, version: 2) { writer in
            writer.number(Int32(-1))
            writer.number(Int8(committedOnly ? 1 : 0))
            writer.list(partitions.map { $0 }) { writer, topic in
                writer.text(topic.key)
                writer.list(topic.value) { writer, partition in
                    writer.number(partition)
                    writer.number(Int64(-1))
                }
            }
        }
        _ = try answer.number(Int32.self)
        var ends: [String: [Int: Int64]] = [:]
        _ = try answer.list { reader in
            let topic = try reader.text() ?? ""
            _ = try reader.list { reader in
                let partition = try reader.number(Int32.self)
                let code = try reader.number(Int16.self)
                _ = try reader.number(Int64.self)
                let offset = try reader.number(Int64.self)
                guard code == 0 else { throw Refusal(code: code, description: "\(topic)/\(partition): error \(code)") }
                ends[topic, default: [:]][Int(partition)] = offset
            }
        }
        return ends
    }

    /// JoinGroup, version 2: a dynamic member of a group whose members agree by `kind`. Its id; it stays for ten seconds.
    func join(group: String, kind: String) throws -> String {
        var answer = try ask(11, version: 2) { writer in
            writer.text(group)
            writer.number(Int32(10_000))
            writer.number(Int32(10_000))
            writer.text("")
            writer.text(kind)
            writer.list(["any"]) { writer, name in
                writer.text(name)
                writer.number(Int32(0))
            }
        }
        _ = try answer.number(Int32.self)
        let code = try answer.number(Int16.self)
        guard code == 0 else { throw Refusal(code: code, description: "group \(group): error \(code)") }
        _ = try answer.number(Int32.self)
        _ = try answer.text()
        _ = try answer.text()
        return try answer.text() ?? ""
    }

    /// LeaveGroup, version 1.
    func leave(group: String, member: String) throws {
        _ = try ask(13, version: 1) { writer in
            writer.text(group)
            writer.text(member)
        }
    }
}
