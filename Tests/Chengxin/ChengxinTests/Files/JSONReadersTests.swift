import StreamCore
import Testing

@testable import chengxin

@Suite struct JSONReadersTests {
    @Test(arguments: [
        ("{\"a\":1}\n{\"b\":2}", ["1:{\"a\":1}", "2:{\"b\":2}"]),
        ("{1}\r\n\r\n{2}\r{3}\n", ["1:{1}", "3:{2}", "4:{3}"]),
        ("\u{feff}{1}\n", ["1:{1}"]),
    ])
    func givesLines(text: String, lines: [String]) throws {
        let scratch = try Scratch()
        var buffer = try ByteBuffer(ByteSource(path: scratch.file("file", text.utf8)))
        #expect(try FileContent.recognise(&buffer) == .jsonLines)
        var reader = LineReader(buffer)
        var read: [String] = []
        while let line = try reader.next() { read.append("\(line.line):\(try line.content.get().text)") }
        #expect(read == lines)
    }

    @Test func namesALineThatIsFarTooLongAndReadsTheNext() throws {
        let scratch = try Scratch()
        let text = "{1}\n" + String(repeating: "x", count: LineReader.lineBytesMax + 1) + "\n{3}\n"
        var reader = LineReader(try ByteBuffer(ByteSource(path: scratch.file("file", text.utf8))))
        #expect(try reader.next()?.content == .success(ArraySlice("{1}".utf8)))
        let second = try #require(try reader.next())
        #expect(second.line == 2)
        #expect(throws: UnreadableLine.self) { try second.content.get() }
        let third = try #require(try reader.next())
        #expect(third.line == 3)
        #expect(third.content == .success(ArraySlice("{3}".utf8)))
        #expect(try reader.next() == nil)
    }

    @Test(arguments: [
        ("[]", []),
        ("[{\"a\":[1,{}]},\n {\"b\":\"]}\\\"\"}\n]", ["1:{\"a\":[1,{}]}", "2:{\"b\":\"]}\\\"\"}"]),
        ("[\n{\"a\":\n1}\n,{\"b\":2}]", ["2:{\"a\":\n1}", "4:{\"b\":2}"]),
        ("[{\"a\":1},\n{\"b\":\"x\n},\n{\"c\":3}]", ["1:{\"a\":1}", "2! a text is not closed in its line", "4:{\"c\":3}"]),
        ("[{\"a\":1},\n{\"b\":", ["1:{\"a\":1}", "2! is cut off by the end of the file"]),
        ("[{\"a\":1}", ["1:{\"a\":1}", "1! the array is not closed: the file is cut off"]),
        ("[{\"a\":1},\n5,\n{\"c\":3}]", ["1:{\"a\":1}", "2! an object is expected here", "3:{\"c\":3}"]),
        ("[{\"a\":1}] x", ["1:{\"a\":1}", "1! there is something after the end of the array"]),
    ])
    func givesElements(text: String, elements: [String]) throws {
        let scratch = try Scratch()
        var buffer = try ByteBuffer(ByteSource(path: scratch.file("file", text.utf8)))
        #expect(try FileContent.recognise(&buffer) == .jsonArray)
        var reader = JSONArrayReader(buffer)
        var read: [String] = []
        while let element = try reader.next() {
            switch element.content {
            case .success(let bytes): read.append("\(element.line):\(bytes.text)")
            case .failure(let failure): read.append("\(element.line)! \(failure.reason)")
            }
        }
        #expect(read == elements)
    }
}
