import Glibc
import SQLite
import StreamCore
import StreamEngine

/// What is wrong with a store: where, never with which value.
public struct StoreFinding: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var table: UInt8?
    /// In hexadecimal digits.
    public var key: String?
    public var what: String

    public var description: String {
        var text = file
        if let table { text += ", table \(table)" }
        if let key { text += ", key \(key)" }
        return "\(text): \(what)"
    }
}

/// Reads a whole store and compares it with what it says of itself.
enum StoreVerification {
    /// Two sequential passes: over the rows, and over the index by which they are found. A row that the index does not lead to, or leads
    /// to wrongly, shows in the sums of the two.
    ///
    /// `onKey` is told the hash of each key (`KeyFilter`).
    static func findings(
        _ connection: Connection, _ meta: ShardMeta, limit: Int, onKey: (UInt64) -> Void = { _ in }
    ) throws(StoreFailure) -> [StoreFinding] {
        var findings: [StoreFinding] = []
        func found(_ key: Bytes?, _ what: String) {
            guard findings.count < limit else { return }
            findings.append(
                StoreFinding(file: connection.path, table: key?.first, key: key.map { hexadecimal($0.dropFirst()) }, what: what))
        }
        do throws(SQLiteError) {
            var sum: UInt64 = 0
            var places: UInt64 = 0
            let rows = try connection.prepare("SELECT rowid, key, value, hash FROM entry NOT INDEXED ORDER BY rowid")
            defer { rows.end() }
            while try rows.step() {
                // Hashed where SQLite has them: this runs over every row at each opening.
                let (hash, place, isWhole) = rows.withBytes(1) { key in
                    rows.withBytes(2) { value in
                        let rest = UnsafeRawBufferPointer(rebasing: key.dropFirst())
                        onKey(KeyFilter.hash(key.first ?? 0, rest))
                        let hash = RowSum.hash(key.first ?? 0, rest, value)
                        return (hash, placeHash(key, rows.number(0)), !key.isEmpty && hash == UInt64(bitPattern: rows.number(3)))
                    }
                }
                if !isWhole { found(rows.bytes(1), "the row is not what was written") }
                sum &+= hash
                places &+= place
            }
            let index = try connection.prepare("SELECT rowid, key FROM entry ORDER BY key")
            defer { index.end() }
            var last: [UInt8] = []
            var isFirst = true
            while try index.step() {
                let (place, isInOrder) = index.withBytes(1) { key in
                    let isInOrder = isFirst || last.withUnsafeBytes { precedes($0, key) }
                    last.removeAll(keepingCapacity: true)
                    last.append(contentsOf: key)
                    return (placeHash(key, index.number(0)), isInOrder)
                }
                if !isInOrder { found(last[...], "the index is out of order here") }
                places &-= place
                isFirst = false
            }
            if places != 0 { found(nil, "the index does not fit the rows") }
            if sum != meta.checksum { found(nil, "the sum of its rows is not that of its meta") }
        } catch {
            throw StoreFailure(error)
        }
        return findings
    }

    private static func placeHash(_ key: UnsafeRawBufferPointer, _ rowid: Int64) -> UInt64 {
        withUnsafeBytes(of: rowid.littleEndian) { RowSum.hash(1, key, $0) }
    }

    private static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        let common = min(left.count, right.count)
        let difference = common == 0 ? 0 : memcmp(left.baseAddress!, right.baseAddress!, common)
        return difference < 0 || difference == 0 && left.count < right.count
    }

    static func hexadecimal(_ bytes: Bytes) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
