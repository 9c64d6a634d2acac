import StreamCore

/// The changelog of one partition of a worker, folded while it is read.
struct ShardHistory {
    let worker: Int
    let partition: Int
    let place: Int

    /// Which transaction decided which offsets of an input: up to each `ends`, beginning where the one before ended.
    struct Coverage {
        /// What lies before it was decided before the changelog that is left begins.
        var from: Int64
        var ends: [Int64] = []
        var transactions: [UInt32] = []
    }

    /// By the number of the input's partition among all.
    var coverage: [Int: Coverage] = [:]
    /// The next offset of each input, of the last meta.
    var inputNext: [Int: Int64] = [:]
    /// Positions that metas state of topics that were not read.
    var unreadInputs: Set<String> = []

    var firstSequence: Int64 = 0
    var sequence: Int64 = 0
    var tick: Int64 = .min
    var metaCount = 0
    /// The last committed meta.
    var meta = Spot.none
    var cluster: Bytes = []
    var partitionCount: Int64 = 0

    /// The hash of each row by the print of its key; zero once it is forgotten.
    var rows: PrintTable<UInt64> = PrintTable(0)
    var sum: UInt64 = 0
    /// When each timer that is left is due, by the print of its key; zero once it is gone.
    var timers: PrintTable<Int64> = PrintTable(0)
    /// What waits in lines, by the print of the row's key.
    var parked: [UInt64: Spot] = [:]
    /// Rows of lines that this checker cannot read, because they are sealed.
    var sealedParked = 0
    var sawSealedParked = false

    /// Rows since the last meta, and the first of them.
    var rowsWithoutMeta = 0
    var firstWithoutMeta = Spot.none
    /// Whether the fold at the last meta is what it says.
    var checksum: UInt64 = 0
    var hasReportedSum = false
    var isEnded = false
    var earliestDue: Int64?

    /// Compaction has been here: of what lay before, only the newest row of each key is left.
    var isCompacted: Bool { firstSequence > 1 }

    init(worker: Int, partition: Int, place: Int) {
        self.worker = worker
        self.partition = partition
        self.place = place
    }

    /// Forgets the rows: nothing more comes.
    mutating func end() {
        guard !isEnded else { return }
        isEnded = true
        var earliest: Int64?
        timers.visit { _, due in
            if due != 0 { earliest = min(earliest ?? due, due) }
        }
        earliestDue = earliest
        rows = PrintTable(0)
        timers = PrintTable(0)
    }
}
