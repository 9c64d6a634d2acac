import Iconv

/// Gives the rows of a CSV file (RFC 4180, with any line ends) as UTF-8 fields, with the number of the line on which each begins.
///
/// Rows are cut before they are converted: in GB 18030 no byte of a longer character is a comma, a quote or a line end, so a row with a
/// broken character is named by itself and the others are read.
struct CSVReader {
    /// A quote that is not closed within so many bytes was not meant as one.
    static let rowBytesMax = 1024 * 1024

    struct Row {
        var line: Int
        /// One field for each title; what is missing at the end of a row is empty.
        var fields: [ArraySlice<UInt8>]
        /// The row's bytes as they stand in the file, without the line end.
        var bytes: ArraySlice<UInt8>
    }

    private(set) var titles: [String] = []
    let isGB18030: Bool
    private var buffer: ByteBuffer
    private var line = 1
    private let separator: UInt8
    private let converter: TextConverter?
    /// After a broken row its other lines may look like short rows; a row counts as one again when it has all its fields.
    private var isFindingItsFeet = false

    /// Reads the titles: the first row that `areTitles` accepts, among the first ten, since files often begin with a heading.
    init(_ source: ByteBuffer, areTitles: ([String]) -> Bool) throws(FileFailure) {
        buffer = source
        isGB18030 = try CSVReader.isGB18030(&buffer)
        do {
            converter = isGB18030 ? try TextConverter(from: .gb18030) : nil
        } catch {
            throw FileFailure(path: source.source.name, reason: error.reason, hint: error.hint)
        }
        let firstLine = buffer.rest.prefix { $0 != 10 && $0 != 13 }
        separator = !firstLine.contains(UInt8(ascii: ",")) && firstLine.contains(9) ? 9 : UInt8(ascii: ",")
        for _ in 0..<10 {
            guard let cut = try cut() else { break }
            guard case .success(let row) = cut.1, let fields = try? converted(row).get() else { continue }
            let words = fields.map { String(decoding: $0, as: UTF8.self) }
            if areTitles(words) {
                titles = words
                break
            }
        }
        guard !titles.isEmpty else {
            throw FileFailure(
                path: source.source.name, reason: "has no row of titles that belongs to 双公示",
                hint: "the first row names the columns, as CF_WSH or 行政处罚决定书文号; JSON lines begin with {")
        }
    }

    var source: ByteSource { buffer.source }

    /// The next row that is not blank.
    mutating func next() throws(FileFailure) -> (line: Int, content: Result<Row, UnreadableLine>)? {
        while let (begin, cut) = try cut() {
            switch cut {
            case .failure(let failure):
                isFindingItsFeet = true
                return (begin, .failure(failure))
            case .success(var row):
                if row.fields.allSatisfy({ $0.allSatisfy(FileContent.isBlank) }) { continue }
                while row.fields.count > titles.count, row.fields.last?.isEmpty == true { row.fields.removeLast() }
                if row.fields.count > titles.count || (isFindingItsFeet && row.fields.count < titles.count) {
                    return (
                        begin,
                        .failure(
                            UnreadableLine(
                                line: begin, reason: "has \(row.fields.count) fields where the titles are \(titles.count)",
                                hint: "a field with a comma or a line end stands in quotes"))
                    )
                }
                isFindingItsFeet = false
                switch converted(row) {
                case .failure(let failure): return (begin, .failure(failure))
                case .success(var fields):
                    // Excel leaves out the separators of empty columns at the end.
                    while fields.count < titles.count { fields.append([]) }
                    return (begin, .success(Row(line: begin, fields: fields, bytes: row.bytes)))
                }
            }
        }
        return nil
    }

    private func converted(_ row: Row) -> Result<[ArraySlice<UInt8>], UnreadableLine> {
        var fields: [ArraySlice<UInt8>] = []
        for (index, field) in row.fields.enumerated() {
            if field.contains(0) { return .failure(UnreadableLine(line: row.line, reason: "field \(index + 1) holds a NUL byte")) }
            if field.allSatisfy({ $0 < 0x80 }) {
                fields.append(field)
            } else if let converter {
                guard let text = try? converter.utf8(field) else {
                    return .failure(
                        UnreadableLine(line: row.line, reason: "field \(index + 1) is not GB 18030", hint: "save the file as UTF-8"))
                }
                fields.append(text[...])
            } else if isUTF8(field) {
                fields.append(field)
            } else {
                return .failure(UnreadableLine(line: row.line, reason: "field \(index + 1) is not UTF-8", hint: "save the file as UTF-8"))
            }
        }
        return .success(fields)
    }

    // MARK: - Cutting

    /// One row in the file's own encoding, with the number of its first line; nil at the end.
    private mutating func cut() throws(FileFailure) -> (Int, Result<Row, UnreadableLine>)? {
        while true {
            if buffer.rest.isEmpty {
                if buffer.isAtEnd { return nil }
                try buffer.fill()
                continue
            }
            let begin = line
            switch CSVReader.scan(buffer.rest, separator: separator, isAtEnd: buffer.isAtEnd) {
            case .row(let fields, let length, let taken, let lines):
                let row = Row(line: begin, fields: fields, bytes: buffer.rest.prefix(length))
                line += lines
                buffer.take(taken)
                return (begin, .success(row))
            case .broken(let reason):
                skipLine()
                return (begin, .failure(UnreadableLine(line: begin, reason: reason, hint: "double a quote that belongs to the text")))
            case .needsMore:
                if buffer.rest.count > CSVReader.rowBytesMax {
                    skipLine()
                    return (begin, .failure(UnreadableLine(line: begin, reason: "a quote is opened and not closed")))
                }
                try buffer.fill()
            }
        }
    }

    /// Leaves out the rest of one line of the file: what follows is read afresh.
    private mutating func skipLine() {
        let rest = buffer.rest
        guard let end = rest.firstIndex(where: { $0 == 10 || $0 == 13 }) else {
            buffer.take(rest.count)
            return
        }
        let isPair = rest[end] == 13 && end + 1 < rest.endIndex && rest[end + 1] == 10
        buffer.take(end - rest.startIndex + (isPair ? 2 : 1))
        line += 1
    }

    private enum Scan {
        case row([ArraySlice<UInt8>], length: Int, taken: Int, lines: Int)
        case broken(String)
        case needsMore
    }

    private static func scan(_ bytes: ArraySlice<UInt8>, separator: UInt8, isAtEnd: Bool) -> Scan {
        var fields: [ArraySlice<UInt8>] = []
        var position = bytes.startIndex
        var lines = 0
        while true {
            if position < bytes.endIndex, bytes[position] == UInt8(ascii: "\"") {
                var content: [UInt8] = []
                position += 1
                var run = position
                closing: while true {
                    guard position < bytes.endIndex else { return isAtEnd ? .broken("a quote is opened and not closed") : .needsMore }
                    let byte = bytes[position]
                    if byte == 10 || (byte == 13 && position + 1 < bytes.endIndex && bytes[position + 1] != 10) { lines += 1 }
                    guard byte == UInt8(ascii: "\"") else {
                        position += 1
                        continue
                    }
                    content += bytes[run..<position]
                    if position + 1 == bytes.endIndex && !isAtEnd { return .needsMore }
                    if position + 1 < bytes.endIndex, bytes[position + 1] == UInt8(ascii: "\"") {
                        content.append(byte)
                        position += 2
                        run = position
                    } else {
                        position += 1
                        break closing
                    }
                }
                fields.append(content[...])
                guard position == bytes.endIndex || [separator, 10, 13].contains(bytes[position]) else {
                    return .broken("there is text behind a closing quote")
                }
            } else {
                let begin = position
                while position < bytes.endIndex, bytes[position] != separator, bytes[position] != 10, bytes[position] != 13 {
                    position += 1
                }
                fields.append(bytes[begin..<position])
            }
            let length = position - bytes.startIndex
            guard position < bytes.endIndex else {
                return isAtEnd ? .row(fields, length: length, taken: length, lines: lines + 1) : .needsMore
            }
            if bytes[position] == separator {
                position += 1
                continue
            }
            var taken = length + 1
            if bytes[position] == 13 {
                // Whether an LF belongs to this CR is not known before the next byte.
                if position + 1 == bytes.endIndex && !isAtEnd { return .needsMore }
                if position + 1 < bytes.endIndex, bytes[position + 1] == 10 { taken += 1 }
            }
            return .row(fields, length: length, taken: taken, lines: lines + 1)
        }
    }

    // MARK: - Encoding

    /// Looks at the first bytes that are not ASCII. A single slip in a UTF-8 file does not make it GB 18030: what there is more of counts.
    private static func isGB18030(_ buffer: inout ByteBuffer) throws(FileFailure) -> Bool {
        while buffer.rest.count < ByteBuffer.chunk, !buffer.isAtEnd { try buffer.fill() }
        while !buffer.rest.contains(where: { $0 >= 0x80 }), !buffer.isAtEnd, buffer.rest.count < 4 * ByteBuffer.chunk {
            try buffer.fill()
        }
        var good = 0
        var bad = 0
        var position = buffer.rest.startIndex
        let bytes = buffer.rest
        while position < bytes.endIndex {
            let length = sequenceLength(bytes[position...])
            if length == 0 {
                // A character cut off by the end of what was read is no mistake.
                if bytes.endIndex - position >= 4 || buffer.isAtEnd { bad += 1 }
                position += 1
            } else {
                if length > 1 { good += 1 }
                position += length
            }
        }
        return bad * 8 > good
    }
}

/// Whether the bytes are well-formed UTF-8 (RFC 3629).
func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
    var position = bytes.startIndex
    while position < bytes.endIndex {
        let length = sequenceLength(bytes[position...])
        if length == 0 { return false }
        position += length
    }
    return true
}

/// How long the well-formed UTF-8 sequence at the beginning is; 0 when there is none.
private func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let first = bytes.first else { return 0 }
    if first < 0x80 { return 1 }
    let start = bytes.startIndex
    func follows(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        start + index < bytes.endIndex && range.contains(bytes[start + index])
    }
    switch first {
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
    case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
    case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
    case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
    case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
    case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
    default: return 0
    }
}
