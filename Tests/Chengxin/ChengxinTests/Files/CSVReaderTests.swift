import StreamCore
import Testing

@testable import chengxin

@Suite struct CSVReaderTests {
    /// Rows as `line:field|field`, unreadable ones as `line! reason`.
    private func read(_ bytes: [UInt8]) throws -> (titles: [String], rows: [String], isGB18030: Bool) {
        let scratch = try Scratch()
        var buffer = try ByteBuffer(ByteSource(path: scratch.file("file.csv", bytes)))
        #expect(try FileContent.recognise(&buffer) == .csv)
        var reader = try CSVReader(buffer) { $0.contains("b") || $0.contains("文号") }
        var rows: [String] = []
        while let row = try reader.next() {
            switch row.content {
            case .success(let content): rows.append("\(row.line):" + content.fields.map(\.text).joined(separator: "|"))
            case .failure(let failure): rows.append("\(row.line)! \(failure.reason)")
            }
        }
        return (reader.titles, rows, reader.isGB18030)
    }

    @Test(arguments: [
        ("a,b\n1,2\n", ["2:1|2"]),
        ("a,b\r\n1,2\r\n3,4", ["2:1|2", "3:3|4"]),
        ("a,b\r1,2\r3,4\r", ["2:1|2", "3:3|4"]),
        ("a,b\n1,2\r\n3,4\r5,6\n", ["2:1|2", "3:3|4", "4:5|6"]),
        ("a,b\n\"1\n1\",\"x \"\"y\"\"\"\n3,4\n", ["2:1\n1|x \"y\"", "4:3|4"]),
        ("\u{feff}a,b\n钱,2\n", ["2:钱|2"]),
        ("a,b\n\n,\n1,2\n", ["4:1|2"]),
        ("heading\na,b\n1,2\n", ["3:1|2"]),
        ("a,b,c\n1\n", ["2:1||"]),
        ("a,b\n1,2,,\n", ["2:1|2"]),
        ("a,b\n1,2,3\n4,5\n", ["2! has 3 fields where the titles are 2", "3:4|5"]),
        ("a,b\n\"1,2\n3,4\n", ["2! a quote is opened and not closed", "3:3|4"]),
        ("a,b\n\"1\"x,2\n3,4\n", ["2! there is text behind a closing quote", "3:3|4"]),
        ("a,b\n\"1,2\n3,\"4\"\n5,6\n", ["2! there is text behind a closing quote", "3:3|4", "4:5|6"]),
        ("a\tb\n1\t2\n", ["2:1|2"]),
        ("a,b\n1,\"2\"", ["2:1|2"]),
        ("a,b\n1\0,2\n3,4", ["2! field 1 holds a NUL byte", "3:3|4"]),
    ])
    func cutsRows(text: String, rows: [String]) throws {
        // NUL bytes near the beginning make a file binary; here they are looked at where they stand behind it.
        let isBinary = text.contains("\0")
        let padding = isBinary ? String(repeating: " ", count: 5000) : ""
        #expect(try read(Array((isBinary ? text.replacing("1\0", with: "1" + padding + "\0") : text).utf8)).rows == rows)
    }

    @Test func readsGB18030AndNamesARowThatIsNot() throws {
        // 文号,金额 / 郑,𠀀 (four bytes: 95 32 82 36) / a broken byte
        let bytes: [UInt8] =
            [0xCE, 0xC4, 0xBA, 0xC5, 0x2C, 0xBD, 0xF0, 0xB6, 0xEE, 0x0A]
            + [0xD6, 0xA3, 0x2C, 0x95, 0x32, 0x82, 0x36, 0x0A] + [0xFF, 0xFF, 0x2C, 0x31, 0x0A] + [0x31, 0x2C, 0x32]
        let file = try read(bytes)
        #expect(file.isGB18030)
        #expect(file.titles == ["文号", "金额"])
        #expect(file.rows == ["2:郑|𠀀", "3! field 1 is not GB 18030", "4:1|2"])
    }

    @Test func staysWithUTF8WhenOneByteIsBroken() throws {
        let text = "文号,金额\n" + String(repeating: "行政处罚决定书,2\n", count: 10)
        let file = try read(Array(text.utf8) + [0xFF] + Array(",3\n钱,4\n".utf8))
        #expect(!file.isGB18030)
        #expect(file.rows.suffix(2) == ["12! field 1 is not UTF-8", "13:钱|4"])
    }

    @Test func readsRowsAcrossThePiecesOfALongFile() throws {
        var text = "a,b\n"
        for number in 0..<20_000 { text += "\"row \(number)\r\nsecond line\",钱\r\n" }
        let file = try read(Array(text.utf8))
        #expect(file.rows.count == 20_000)
        #expect(file.rows[19_999] == "40000:row 19999\r\nsecond line|钱")
    }

    @Test func doesNotSearchTheWholeFileForAClosingQuote() throws {
        var text = "a,b\n\"1,2\n"
        for number in 0..<200_000 { text += "\(number),xyz\n" }
        let file = try read(Array(text.utf8))
        #expect(file.rows.count == 200_001)
        #expect(file.rows[0] == "2! a quote is opened and not closed")
        #expect(file.rows[1] == "3:0|xyz")
    }
}
