import StreamCore

/// What a lane does after its process was killed by its own work: from the attempt journal to the dead letter.
///
/// The first such death only tells which record was in hand while a batch ran. The batch is then repeated one record at a time; a record
/// that kills the process `deathsMax` times when it was alone becomes a dead letter. Kills from outside, stops and lost power are not
/// deaths: the journal records only what a signal handler saw.
public struct CrashLadder: Hashable, Sendable {
    public struct Suspect: Hashable, Sendable {
        public var origin: Origin
        /// Deaths while this record was the only one of its transaction.
        public var deaths: Int
        public init(origin: Origin, deaths: Int) {
            self.origin = origin
            self.deaths = deaths
        }
    }

    public private(set) var suspects: [Suspect]
    private let deathsMax: Int

    public init(suspects: [Suspect] = [], deathsMax: Int) {
        self.suspects = suspects
        self.deathsMax = deathsMax
    }

    /// The process before this one died with this record in hand.
    public mutating func died(inHand origin: Origin, wasAlone: Bool) {
        if let index = suspects.firstIndex(where: { $0.origin == origin }) {
            suspects[index].deaths += wasAlone ? 1 : 0
        } else {
            suspects.append(Suspect(origin: origin, deaths: wasAlone ? 1 : 0))
        }
    }

    /// Whether records of this partition are to be decided alone, since a suspect still lies ahead.
    public func goesAlone(_ partition: TopicPartition, from offset: Int64) -> Bool {
        suspects.contains { $0.origin.topic == partition.topic && $0.origin.partition == partition.partition && $0.origin.offset >= offset }
    }

    public func isCondemned(_ origin: Origin) -> Bool {
        suspects.contains { $0.origin == origin && $0.deaths >= deathsMax }
    }

    public func deaths(of origin: Origin) -> Int { suspects.first { $0.origin == origin }?.deaths ?? 0 }

    /// The offsets up to here are committed: suspects below are acquitted, or buried. Returns whether anything changed.
    public mutating func committed(_ partition: TopicPartition, next: Int64) -> Bool {
        let before = suspects.count
        suspects.removeAll {
            $0.origin.topic == partition.topic && $0.origin.partition == partition.partition && $0.origin.offset < next
        }
        return suspects.count != before
    }
}
