import StreamCore

/// Every transaction by the name that its outputs carry, and which of them were seen.
struct TransactionTable {
    struct Transaction {
        var lane: UInt32
        var counter: Int64
        var total: UInt32
        var committed: UInt32 = 0
        var aborted: UInt32 = 0
        var undecided: UInt32 = 0
        var first = Spot.none
        /// Which of its outputs are committed: the bits themselves up to 64 of them, else where they begin in `wide`.
        var bits: UInt64 = 0
    }

    /// A worker's process between two starts, by its instance.
    struct Lane {
        var worker: Int
        var name: String
        /// The newest transaction whose meta lies in a changelog.
        var newestMeta: Int64 = -1
    }

    private(set) var lanes: [Lane] = []
    private(set) var all: [Transaction] = []
    private var wide: [UInt64] = []
    private var laneNumbers: PrintTable<UInt32> = PrintTable(0)
    private var numbers: PrintTable<UInt32> = PrintTable(0)

    mutating func lane(_ name: Bytes, worker: Int) -> Int {
        let number = laneNumbers.update(Print.of(name, UInt64(worker))) { (number: inout UInt32) -> UInt32 in
            if number == 0 { number = UInt32(lanes.count + 1) }
            return number
        }
        if Int(number) > lanes.count { lanes.append(Lane(worker: worker, name: name.text)) }
        return Int(number) - 1
    }

    mutating func sawMeta(_ counter: Int64, of lane: Int) { lanes[lane].newestMeta = max(lanes[lane].newestMeta, counter) }

    /// The number of a transaction, which begins with nothing seen of it.
    mutating func number(lane: Int, counter: Int64) -> Int {
        let key = UInt64(lane + 1) << 40 | UInt64(truncatingIfNeeded: counter) & 0xff_ffff_ffff
        let number = numbers.update(key) { (number: inout UInt32) -> UInt32 in
            if number == 0 { number = UInt32(all.count + 1) }
            return number
        }
        if Int(number) > all.count { all.append(Transaction(lane: UInt32(lane), counter: counter, total: 0)) }
        return Int(number) - 1
    }

    /// Notes an output. False when the same one was seen before, committed both times.
    mutating func saw(_ number: Int, index: Int, of total: Int, _ standing: Standing, at spot: Spot) -> Bool {
        if all[number].total == 0 {
            all[number].total = UInt32(clamping: total)
            if total > 64 {
                all[number].bits = UInt64(wide.count)
                wide.append(contentsOf: repeatElement(0, count: (total + 63) / 64))
            }
        }
        if all[number].first.isNone { all[number].first = spot }
        switch standing {
        case .aborted:
            all[number].aborted += 1
            return true
        case .undecided:
            all[number].undecided += 1
            return true
        case .committed:
            guard !has(number, index) else { return false }
            all[number].committed += 1
            if all[number].total <= 64 {
                all[number].bits |= 1 << UInt64(index - 1)
            } else {
                wide[Int(all[number].bits) + (index - 1) / 64] |= 1 << UInt64((index - 1) % 64)
            }
            return true
        }
    }

    /// Whether the committed output of this index was seen; they count from 1.
    func has(_ number: Int, _ index: Int) -> Bool {
        let transaction = all[number]
        if transaction.total <= 64 { return transaction.bits >> UInt64(index - 1) & 1 == 1 }
        return wide[Int(transaction.bits) + (index - 1) / 64] >> UInt64((index - 1) % 64) & 1 == 1
    }

    func missing(_ number: Int) -> [Int] { (1...max(1, Int(all[number].total))).filter { !has(number, $0) } }

    /// As it is written in messages.
    func name(_ number: Int) -> String { "\(lanes[Int(all[number].lane)].name)-\(all[number].counter)" }
}
