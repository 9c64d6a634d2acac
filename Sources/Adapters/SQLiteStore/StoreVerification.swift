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
    static func findings(_ connection: Connection, _ meta: ShardMeta, limit: Int) throws(StoreFailure) -> [StoreFinding] {
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
                let key = rows.bytes(1)
                let value = rows.bytes(2)
                let hash = RowSum.hash(key.first ?? 0, key.dropFirst(), value)
                if key.isEmpty || hash != UInt64(bitPattern: rows.number(3)) { found(key, "the row is not what was written") }
                sum &+= hash
                places &+= RowSum.hash(1, key, place(rows.number(0)))
            }
            let index = try connection.prepare("SELECT rowid, key FROM entry ORDER BY key")
            defer { index.end() }
            var last: Bytes?
            while try index.step() {
                let key = index.bytes(1)
                if let last, !last.lexicographicallyPrecedes(key) { found(key, "the index is out of order here") }
                places &-= RowSum.hash(1, key, place(index.number(0)))
                last = key
            }
            if places != 0 { found(nil, "the index does not fit the rows") }
            if sum != meta.checksum { found(nil, "the sum of its rows is not that of its meta") }
        } catch {
            throw StoreFailure(error)
        }
        return findings
    }

    private static func place(_ rowid: Int64) -> Bytes {
        var bytes = Bytes()
        bytes.append(littleEndian: UInt64(bitPattern: rowid))
        return bytes
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
