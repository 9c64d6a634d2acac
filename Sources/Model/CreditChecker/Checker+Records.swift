import CreditModel
import StreamCore

extension Checker {
    private mutating func record(_ name: Bytes) -> Int {
        let number = records.update(Print.of(name)) { (number: inout UInt32) -> UInt32 in
            if number == 0 { number = UInt32(recordStates.count + 1) }
            return number
        }
        if Int(number) > recordStates.count { recordStates.append(RecordState()) }
        return Int(number) - 1
    }

    mutating func judgeVersion(
        _ root: JSONValue, _ message: Message, _ spot: Spot, _ head: Provenance, _ transaction: Int, cause: Spot?
    ) {
        guard let name = root["recordId"]?.stringBytes, let version = root["version"]?.int64, let value = message.value else {
            violation(.l1, [spot], expected: "recordId and version", seen: "a version without one of them")
            return
        }
        judgeCause(root, spot, head, cause)
        judged(.l1)
        let number = record(name)
        let known = recordStates[number]
        let hash = ValueHash(of: value).bytes
        if known.spot.isNone {
            // What lies before the first offset that is kept is not asked for.
            if version != 1, places[spot.place].extent.earliest == 0 {
                violation(.l1, [spot], expected: "version 1 of the record first", seen: "version \(version)")
            }
            if version == 1, let previous = root["previousHash"], !previous.isNull {
                violation(.l1, [spot], expected: "no previousHash at version 1", seen: "one")
            }
        } else {
            if version != Int64(known.version) + 1 {
                violation(.l1, [spot, known.spot], expected: "version \(known.version + 1) of the record", seen: "version \(version)")
            } else if root["previousHash"]?.stringBytes?.elementsEqual(Checker.digits(known.hash)) != true {
                violation(.l1, [spot, known.spot], expected: "the hash of the version before in previousHash", seen: "another")
            }
            if known.spot.place != spot.place {
                violation(.l1, [spot, known.spot], expected: "all versions of a record in one partition", seen: "two")
            }
        }
        let rest = hash.dropFirst(8)
        recordStates[number].version = UInt32(clamping: version)
        recordStates[number].hash = (
            hash.leadingBigEndian ?? 0, rest.leadingBigEndian ?? 0, rest.dropFirst(8).leadingBigEndian ?? 0,
            rest.dropFirst(16).leadingBigEndian ?? 0
        )
        recordStates[number].spot = spot
        recordStates[number].transaction = UInt32(transaction + 1)
        // Beside it lies the current record, which compaction may have taken since.
        if head.index < head.count, !transactions.has(transaction, head.index + 1) {
            claims.append(
                Claim(
                    key: UInt64(number), transaction: UInt32(transaction), index: UInt32(head.index + 1),
                    version: UInt32(clamping: version), kind: .current))
        }
    }

    private mutating func judgeCause(_ root: JSONValue, _ spot: Spot, _ head: Provenance, _ cause: Spot?) {
        judged(.l2)
        guard let stated = root["cause"]?["origin"]?.stringBytes, let named = head.cause, stated.elementsEqual(named) else {
            violation(.l2, [spot], expected: "the cause of the message as the cause of the version", seen: "another")
            return
        }
        let isSecond: Bool
        if let cause {
            guard isRead(cause) else { return }
            isSecond = change(cause) { (state: inout InputState) -> Bool in
                defer { state.madeVersion = true }
                return state.madeVersion
            }
        } else {
            isSecond = timerCauses.update(Print.of(named)) { (known: inout (outputs: UInt64, transaction: UInt32)) -> Bool in
                defer { known.outputs |= 1 << 63 }
                return known.outputs >> 63 == 1
            }
        }
        if isSecond {
            violation(.l2, [spot] + (cause.map { [$0] } ?? []), expected: "one version of a cause at most", seen: "a second one")
        }
    }

    mutating func readCurrent(_ message: Message, _ spot: Spot) {
        guard let key = message.key else {
            violation(.l3, [spot], expected: "the record's id as the key", seen: "none")
            return
        }
        let number = record(key)
        guard let value = message.value else {
            recordStates[number].isGone = true
            return
        }
        guard let root = try? parser.parse(value).root, let name = root["recordId"]?.stringBytes, let version = root["version"]?.int64
        else {
            violation(.l3, [spot], expected: "recordId and version", seen: "a message without one of them")
            return
        }
        if !name.elementsEqual(key) {
            violation(.l3, [spot], expected: "the record's id as the key", seen: "another")
        }
        let known = recordStates[number]
        if version <= Int64(known.currentVersion) {
            violation(
                .l3, [spot, known.currentSpot], expected: "a version after \(known.currentVersion) of the record",
                seen: "version \(version)")
        }
        recordStates[number].currentVersion = UInt32(clamping: version)
        recordStates[number].currentSpot = spot
        recordStates[number].currentHash = ValueHash(of: value).bytes.leadingBigEndian ?? 0
        recordStates[number].isGone = false
    }

    /// 64 hexadecimal digits.
    private static func digits(_ hash: (UInt64, UInt64, UInt64, UInt64)) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        for word in [hash.0, hash.1, hash.2, hash.3] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                let digit = UInt8(word >> shift & 15)
                digits.append(digit < 10 ? 48 + digit : 87 + digit)
            }
        }
        return digits
    }
}
