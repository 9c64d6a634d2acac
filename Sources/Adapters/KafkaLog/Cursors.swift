import RdKafka
import StreamCore

/// Which partitions are read, and the offset that comes next in each.
struct Cursors {
    private var topics: [Topic]
    private var ids: [TopicId?]
    /// Of each topic, by partition number; -1 where nothing is read.
    private var next: [[Int64]]

    init(_ topics: [Topic]) {
        self.topics = topics
        ids = Array(repeating: nil, count: topics.count)
        next = Array(repeating: [], count: topics.count)
    }

    func topic(_ index: Int) -> Topic { topics[index] }

    func index(of topic: Topic) -> Int? { topics.firstIndex(of: topic) }

    /// Whose record this is. Names are compared once for each topic; later its handle is.
    mutating func index(of view: Consumer.RecordView) -> Int? {
        guard let id = view.topicId else { return nil }
        for index in ids.indices where ids[index] == id { return index }
        guard let name = view.topic, let index = index(of: Topic(name)) else { return nil }
        ids[index] = id
        return index
    }

    /// The offset that comes next, nil where nothing is read.
    func next(_ index: Int, _ partition: Int) -> Int64? {
        guard partition >= 0, partition < next[index].count, next[index][partition] >= 0 else { return nil }
        return next[index][partition]
    }

    mutating func start(_ index: Int, _ partition: Int, at offset: Int64) {
        while next[index].count <= partition { next[index].append(-1) }
        next[index][partition] = offset
    }

    mutating func advance(_ index: Int, _ partition: Int, to offset: Int64) { next[index][partition] = offset }

    /// Returns whether it was read.
    mutating func stop(_ index: Int, _ partition: Int) -> Bool {
        guard next(index, partition) != nil else { return false }
        next[index][partition] = -1
        return true
    }

    mutating func stopAll() {
        for index in next.indices { next[index] = [] }
    }

    var all: [PartitionOffset] {
        next.indices.flatMap { index in
            next[index].indices.filter { next[index][$0] >= 0 }.map {
                PartitionOffset(topics[index].name, Int32($0), offset: next[index][$0])
            }
        }
    }
}
