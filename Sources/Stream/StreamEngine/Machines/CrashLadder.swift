import StreamCore

/// What a lane does after its process was killed by its own work: from the attempt journal to the dead letter.
///
/// The first such death only tells which input was in hand while a batch ran. The batch is then repeated one input at a time; an input
/// that kills the process `deathsMax` times when it was alone becomes a dead letter. Kills from outside, stops and lost power are not
/// deaths: the journal records only what a signal handler saw.
public struct CrashLadder: Hashable, Sendable {
    /// An input that was in hand when the process died.
    public struct Suspect: Hashable, Sendable {
        /// A record's place, or what stands for a timer (`CrashLadder.origin(of:)`).
        public var origin: Origin
        /// Deaths while it was the only input of its transaction.
        public var deaths: Int
        /// Deaths while others were in the transaction. After the first it goes alone, so more of them mean that it cannot.
        public var deathsInCompany: Int
        /// Whether it was tried again from a line, so that the offset committed says nothing about it.
        public var isParked: Bool

        public init(origin: Origin, deaths: Int, deathsInCompany: Int, isParked: Bool) {
            self.origin = origin
            self.deaths = deaths
            self.deathsInCompany = deathsInCompany
            self.isParked = isParked
        }
    }

    public private(set) var suspects: [Suspect]
    private let deathsMax: Int

    public init(suspects: [Suspect] = [], deathsMax: Int) {
        self.suspects = suspects
        self.deathsMax = deathsMax
    }

    /// The place that stands for a timer.
    public static func origin(of timer: Timer, in shard: ShardName) -> Origin {
        Origin(Topic("\(timerPrefix(shard.worker))\(Cause.hexadecimal(timer.key))"), shard.partition, timer.due.milliseconds)
    }

    private static func timerPrefix(_ worker: String) -> String { "\(worker).timers:" }

    /// The process before this one died with this input in hand.
    public mutating func died(inHand origin: Origin, wasAlone: Bool, wasParked: Bool) {
        let index: Int
        if let known = suspects.firstIndex(where: { $0.origin == origin }) {
            index = known
        } else {
            suspects.append(Suspect(origin: origin, deaths: 0, deathsInCompany: 0, isParked: wasParked))
            index = suspects.endIndex - 1
        }
        if wasAlone { suspects[index].deaths += 1 } else { suspects[index].deathsInCompany += 1 }
    }

    /// Whether records of this partition are to be decided alone, since a suspect still lies ahead.
    public func goesAlone(_ partition: TopicPartition, from offset: Int64) -> Bool {
        suspects.contains {
            !$0.isParked && $0.origin.topic == partition.topic && $0.origin.partition == partition.partition && $0.origin.offset >= offset
        }
    }

    /// Whether the timers and retries of this shard are to be decided alone.
    public func goesAlone(timersOf shard: ShardName) -> Bool {
        suspects.contains {
            $0.origin.partition == shard.partition
                && ($0.isParked || $0.origin.topic.name.hasPrefix(CrashLadder.timerPrefix(shard.worker)))
        }
    }

    public func isCondemned(_ origin: Origin) -> Bool {
        suspects.contains { $0.origin == origin && ($0.deaths >= deathsMax || $0.deathsInCompany > deathsMax) }
    }

    public func deaths(of origin: Origin) -> Int {
        suspects.first { $0.origin == origin }.map { $0.deaths + $0.deathsInCompany } ?? 0
    }

    /// The offsets up to here are committed: suspects below are acquitted, or buried. Returns whether anything changed.
    public mutating func committed(_ partition: TopicPartition, next: Int64) -> Bool {
        remove {
            !$0.isParked && $0.origin.topic == partition.topic && $0.origin.partition == partition.partition && $0.origin.offset < next
        }
    }

    /// These timers and parked inputs are done with. Returns whether anything changed.
    public mutating func settled(_ origins: [Origin]) -> Bool {
        guard !suspects.isEmpty else { return false }
        return remove { origins.contains($0.origin) }
    }

    private mutating func remove(where isGone: (Suspect) -> Bool) -> Bool {
        let before = suspects.count
        suspects.removeAll(where: isGone)
        return suspects.count != before
    }
}
