import CreditModel
import StreamCore
import StreamSimulation

/// Looks for identities where none may be: in every topic but those that senders write, keys and values, rows of changelogs included.
struct Secrecy {
    private let numbers: Set<Bytes>
    private let names: Set<Bytes>
    private let numberLengths: [Int]
    private let nameLengths: [Int]

    init(cast: Cast) {
        numbers = Set(cast.members.map { Bytes(utf8: $0.statement.idNumber) })
        // An organisation's name is public.
        names = Set(cast.members.filter(\.isPerson).map { Bytes(utf8: $0.statement.name) })
        numberLengths = Set(numbers.map(\.count)).sorted()
        nameLengths = Set(names.map(\.count)).sorted()
    }

    private static let inbound = Set(InboundType.allCases.flatMap(\.topics))
    private static let region = Array(SyntheticIdentity.region.utf8)
    /// 样 in UTF-8, with which all names begin.
    private static let stem = Array("样".utf8)

    func violations(in cluster: SimulatedCluster) -> [String] {
        var violations: [String] = []
        for topic in cluster.topics where !Secrecy.inbound.contains(topic) {
            for partition in 0..<cluster.partitionCount {
                for message in cluster.everCommittedRecords(of: TopicPartition(topic, partition)) {
                    for part in [message.key, message.value] {
                        if let found = part.flatMap(found) { violations.append("\(message.origin): \(found) stands there in clear") }
                    }
                }
            }
        }
        return violations
    }

    private func found(_ bytes: Bytes) -> String? {
        bytes.withUnsafeBufferPointer { buffer -> String? in
            for index in buffer.indices {
                if buffer[index] == Secrecy.stem[0], matches(buffer, index, names, nameLengths) { return "a name" }
                // A company's code has two characters before the region.
                if buffer[index] == Secrecy.region[0], buffer[index...].starts(with: Secrecy.region) {
                    if matches(buffer, index, numbers, numberLengths) || (index >= 2 && matches(buffer, index - 2, numbers, numberLengths))
                    {
                        return "a number"
                    }
                }
            }
            return nil
        }
    }

    private func matches(_ buffer: UnsafeBufferPointer<UInt8>, _ start: Int, _ wanted: Set<Bytes>, _ lengths: [Int]) -> Bool {
        lengths.contains { start + $0 <= buffer.count && wanted.contains(Bytes(buffer[start..<(start + $0)])) }
    }
}
