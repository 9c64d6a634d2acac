/// What a file is, as its first bytes tell.
enum FileContent: Hashable {
    /// One JSON object in each line.
    case jsonLines
    /// One JSON array of objects.
    case jsonArray
    case csv

    /// Looks at the beginning and takes a byte order mark away. Throws for what nobody can read as text, saying what it is.
    static func recognise(_ buffer: inout ByteBuffer) throws(FileFailure) -> FileContent {
        func failure(_ reason: String, _ hint: String) -> FileFailure {
            FileFailure(path: buffer.source.name, reason: reason, hint: hint)
        }
        while buffer.rest.allSatisfy(isBlank), !buffer.isAtEnd { try buffer.fill() }
        if buffer.rest.isEmpty { throw failure("is empty", "nothing was sent") }
        for (magic, kind) in magics where buffer.rest.starts(with: magic) {
            throw failure("is \(kind.name)", kind.hint)
        }
        if buffer.rest.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.take(3) }
        guard let first = buffer.rest.first(where: { !isBlank($0) }) else { throw failure("is empty", "nothing was sent") }
        if first == UInt8(ascii: "{") { return .jsonLines }
        if first == UInt8(ascii: "[") { return .jsonArray }
        if buffer.rest.prefix(4096).contains(0) { throw failure("is binary", "give JSON lines or CSV") }
        return .csv
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private static let magics: [([UInt8], (name: String, hint: String))] = [
        ([0x50, 0x4B, 3, 4], ("an Excel workbook (xlsx) or another ZIP archive", "save the sheet as CSV UTF-8")),
        ([0xD0, 0xCF, 0x11, 0xE0], ("an old Excel workbook (xls)", "save the sheet as CSV UTF-8")),
        ([0x1F, 0x8B], ("compressed by gzip", "unpack it: zcat FILE | chengxin submit -")),
        (Array("%PDF".utf8), ("a PDF document", "give JSON lines or CSV")),
        ([0xFF, 0xFE], ("UTF-16 text", "save it as UTF-8")),
        ([0xFE, 0xFF], ("UTF-16 text", "save it as UTF-8")),
        (Array("SQLite format 3".utf8), ("an SQLite database", "give JSON lines or CSV")),
    ]
}
