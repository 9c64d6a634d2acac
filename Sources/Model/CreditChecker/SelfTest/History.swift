import StreamCore

/// The topics of a cluster in memory: what a checker is tried on.
public struct History: Sendable {
    public struct Record: Sendable {
        public var message: Message
        public var standing: Standing
        public init(_ message: Message, _ standing: Standing = .committed) {
            self.message = message
            self.standing = standing
        }
    }
    public struct Partition: Sendable {
        public var extent: Extent
        /// In the order of their offsets.
        public var records: [Record] = []
        public init(extent: Extent) { self.extent = extent }
    }

    public var partitions: [TopicPartition: Partition] = [:]
    /// The committed offsets of each worker's group.
    public var groups: [String: [TopicPartition: Int64]] = [:]
    public var settings = Checker.Settings()

    public init() {}

    public var recordCount: Int { partitions.values.reduce(0) { $0 + $1.records.count } }

    /// Judges it as something that stands still.
    public func check() -> Findings {
        var checker = Checker(partitions.mapValues(\.extent), settings: settings)
        for (worker, offsets) in groups.sorted(by: { $0.key < $1.key }) { checker.read(group: worker, offsets) }
        for topics in Checker.order(of: Array(Set(partitions.keys.map(\.topic)))) {
            for topic in topics {
                for place in partitions.keys.filter({ $0.topic == topic }).sorted() {
                    for record in partitions[place]?.records ?? [] { checker.read(record.message, record.standing) }
                    checker.end(place)
                }
            }
        }
        return checker.finish(isStill: true)
    }

    // MARK: Changing it

    /// A record by its partition and its number there.
    public struct Place: Hashable, Sendable {
        public var partition: TopicPartition
        public var number: Int
    }

    /// The places of a topic's records for which something holds, in the order of partitions and offsets.
    public func places(_ topic: Topic, where matches: (Message) -> Bool = { _ in true }) -> [Place] {
        partitions.keys.filter { $0.topic == topic }.sorted().flatMap { partition in
            (partitions[partition]?.records ?? []).enumerated().filter { $1.standing == .committed && matches($1.message) }
                .map { Place(partition: partition, number: $0.offset) }
        }
    }

    /// The places of the topics whose names end so.
    func places(ofTopicsEndingIn suffix: String, where matches: (Message) -> Bool = { _ in true }) -> [Place] {
        Set(partitions.keys.map(\.topic)).filter { $0.name.hasSuffix(suffix) }.sorted().flatMap { places($0, where: matches) }
    }

    subscript(place: Place) -> Message {
        get { partitions[place.partition]!.records[place.number].message }
        set { partitions[place.partition]!.records[place.number].message = newValue }
    }

    func record(at origin: String) -> Place? {
        guard let origin = Origin(origin), let partition = partitions[TopicPartition(origin.topic, origin.partition)],
            let number = partition.records.firstIndex(where: { $0.message.offset == origin.offset })
        else { return nil }
        return Place(partition: TopicPartition(origin.topic, origin.partition), number: number)
    }

    mutating func remove(_ place: Place) { partitions[place.partition]!.records.remove(at: place.number) }

    mutating func set(_ standing: Standing, _ place: Place) { partitions[place.partition]!.records[place.number].standing = standing }

    /// Two records change places; the offsets stay where they are.
    mutating func swap(_ left: Place, _ right: Place) {
        let (first, second) = (self[left], self[right])
        self[left] = second
        self[left].offset = first.offset
        self[right] = first
        self[right].offset = second.offset
    }

    /// Writes a record behind the last of its partition.
    @discardableResult
    mutating func append(_ message: Message, _ standing: Standing = .committed) -> Place {
        let place = TopicPartition(message.topic, message.partition)
        var message = message
        message.offset = partitions[place]!.extent.end
        partitions[place]!.extent.end += 1
        partitions[place]!.records.append(Record(message, standing))
        return Place(partition: place, number: partitions[place]!.records.count - 1)
    }
}

extension Message {
    /// The same with a header changed, or added where there is none of that name.
    func with(_ name: String, _ value: String) -> Message {
        var changed = self
        changed.headers = Headers()
        var isThere = false
        for (other, old) in headers {
            let isIt = other.elementsEqual(name.utf8)
            isThere = isThere || isIt
            changed.headers.append(named: other, isIt ? Bytes(utf8: value) : old)
        }
        if !isThere { changed.headers.append(named: Bytes(utf8: name), Bytes(utf8: value)) }
        return changed
    }

    /// The same with a part of its value replaced where it first occurs; nil where it does not.
    func replacing(_ part: String, with other: String) -> Message? {
        guard let value, let range = value.firstRange(ofText: part) else { return nil }
        var changed = self
        changed.value = value[..<range.lowerBound] + Bytes(utf8: other) + value[range.upperBound...]
        return changed
    }

    /// What stands behind a name in its value, up to the next comma, bracket or line end.
    func text(after name: String) -> String? {
        guard let value, let range = value.firstRange(ofText: name) else { return nil }
        return value[range.upperBound...].prefix { ![UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "\n")].contains($0) }.text
    }

    func header(_ name: String) -> String? {
        for (other, value) in headers where other.elementsEqual(name.utf8) { return value?.text }
        return nil
    }
}

extension Bytes {
    fileprivate func firstRange(ofText text: String) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, count >= wanted.count else { return nil }
        for start in startIndex...(endIndex - wanted.count)
        where self[start] == first && self[start..<(start + wanted.count)].elementsEqual(wanted) {
            return start..<(start + wanted.count)
        }
        return nil
    }
}
