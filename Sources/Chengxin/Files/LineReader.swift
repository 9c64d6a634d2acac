/// Gives the lines of a file with their numbers; a line ends with LF, CR LF or CR, and the last one need not.
struct LineReader {
    /// Above this a line is no message of ours; intake refuses far smaller ones.
    static let lineBytesMax = 16 * 1024 * 1024

    private var buffer: ByteBuffer
    private var line = 0
    /// A CR ended the last line: an LF that follows belongs to it.
    private var afterReturn = false

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    var source: ByteSource { buffer.source }

    /// The next line that is not blank; a failure for one that is too long, after which the next can be read.
    mutating func next() throws(FileFailure) -> (line: Int, content: Result<ArraySlice<UInt8>, UnreadableLine>)? {
        while let (bytes, length) = try nextLine() {
            if length > LineReader.lineBytesMax {
                return (line, .failure(UnreadableLine(line: line, reason: "is longer than \(LineReader.lineBytesMax) bytes")))
            }
            if !bytes.allSatisfy(FileContent.isBlank) { return (line, .success(bytes)) }
        }
        return nil
    }

    private mutating func nextLine() throws(FileFailure) -> (ArraySlice<UInt8>, length: Int)? {
        var searched = 0
        var dropped = 0
        while true {
            if afterReturn, let first = buffer.rest.first {
                if first == 10 { buffer.take(1) }
                afterReturn = false
            }
            if let end = buffer.rest.dropFirst(searched).firstIndex(where: { $0 == 10 || $0 == 13 }) {
                let content = buffer.rest[..<end]
                afterReturn = buffer.rest[end] == 13
                buffer.take(content.count + 1)
                line += 1
                return (content, dropped + content.count)
            }
            if buffer.isAtEnd {
                let content = buffer.rest
                if content.isEmpty && dropped == 0 { return nil }
                buffer.take(content.count)
                line += 1
                return (content, dropped + content.count)
            }
            // What is too long anyway is not kept.
            if dropped + buffer.rest.count > LineReader.lineBytesMax {
                dropped += buffer.rest.count
                buffer.take(buffer.rest.count)
            }
            searched = buffer.rest.count
            try buffer.fill()
        }
    }
}
