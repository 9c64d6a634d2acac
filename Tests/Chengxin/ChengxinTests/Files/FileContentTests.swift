import Testing

@testable import chengxin

@Suite struct FileContentTests {
    @Test(arguments: [
        (" \n{\"a\":1}", FileContent.jsonLines), ("\u{feff}[{}]", .jsonArray), ("CF_WSH,CF_NR\n", .csv), ("{\0", .jsonLines),
    ])
    func recognises(text: String, content: FileContent) throws {
        let scratch = try Scratch()
        var buffer = try ByteBuffer(ByteSource(path: scratch.file("file", text.utf8)))
        #expect(try FileContent.recognise(&buffer) == content)
    }

    @Test(
        arguments: [
            ([], "is empty"), (Array(" \r\n\n".utf8), "is empty"), ([0xEF, 0xBB, 0xBF], "is empty"),
            ([0x50, 0x4B, 3, 4, 20], "is an Excel workbook (xlsx) or another ZIP archive"), ([0xFF, 0xFE, 0x31, 0], "is UTF-16 text"),
            ([1, 2, 0, 3], "is binary"), ([0x1F, 0x8B, 8], "is compressed by gzip"),
        ] as [([UInt8], String)])
    func saysWhatCannotBeReadAsText(bytes: [UInt8], reason: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("file", bytes)
        #expect {
            var buffer = try ByteBuffer(ByteSource(path: path))
            _ = try FileContent.recognise(&buffer)
        } throws: { error in
            (error as? FileFailure)?.reason == reason && (error as? FileFailure)?.path == path
        }
    }

    @Test func saysThatAFileIsMissingOrAFolder() throws {
        let scratch = try Scratch()
        #expect(throws: FileFailure.self) { try ByteSource(path: scratch.path + "/none") }
        #expect(throws: FileFailure(path: scratch.path, reason: "is a folder", hint: "name the files in it")) {
            try ByteSource(path: scratch.path)
        }
    }
}
