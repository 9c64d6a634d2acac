/// A map from 64-bit numbers, as small and as fast as it can be: open addressing, no removal.
///
/// Millions of entries are kept while topics are read; a dictionary takes twice the room. Keys are digests, or numbers that are their own.
struct PrintTable<Value> {
    private var keys: [UInt64]
    private var values: [Value]
    private let placeholder: Value
    private var shift: Int
    private(set) var count = 0

    init(_ placeholder: Value) {
        self.placeholder = placeholder
        keys = []
        values = []
        shift = 64
    }

    /// Zero marks a free slot.
    private static func stored(_ key: UInt64) -> UInt64 { key == 0 ? 1 : key }

    private func slot(_ key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> UInt64(shift))
        while keys[slot] != key, keys[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }

    subscript(key: UInt64) -> Value? {
        guard count > 0 else { return nil }
        let key = PrintTable.stored(key)
        let slot = slot(key)
        return keys[slot] == key ? values[slot] : nil
    }

    /// Changes the value of a key, which begins as the placeholder.
    mutating func update<Result>(_ key: UInt64, _ body: (inout Value) -> Result) -> Result {
        if (count + 1) * 10 > keys.count * 7 { grow() }
        let key = PrintTable.stored(key)
        let slot = slot(key)
        if keys[slot] == 0 {
            keys[slot] = key
            count += 1
        }
        return body(&values[slot])
    }

    mutating func set(_ key: UInt64, _ value: Value) { update(key) { $0 = value } }

    private mutating func grow() {
        let oldKeys = keys
        let oldValues = values
        let size = max(16, oldKeys.count * 2)
        keys = [UInt64](repeating: 0, count: size)
        values = [Value](repeating: placeholder, count: size)
        shift = 64 - size.trailingZeroBitCount
        for (index, key) in oldKeys.enumerated() where key != 0 {
            let slot = slot(key)
            keys[slot] = key
            values[slot] = oldValues[index]
        }
    }

    func visit(_ body: (UInt64, Value) -> Void) {
        for (index, key) in keys.enumerated() where key != 0 { body(key, values[index]) }
    }
}
