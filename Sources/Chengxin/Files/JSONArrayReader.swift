/// Gives the elements of one JSON array one by one, each with the number of its first line; their insides are not looked at.
struct JSONArrayReader {
    private enum Place { case beforeArray, beforeElement, afterElement, atEnd }

    private var buffer: ByteBuffer
    private var line = 1
    private var place = Place.beforeArray

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    var source: ByteSource { buffer.source }

    mutating func next() throws(FileFailure) -> (line: Int, content: Result<ArraySlice<UInt8>, UnreadableLine>)? {
        while true {
            try skipBlanks()
            guard let first = buffer.rest.first else {
                if place == .atEnd { return nil }
                place = .atEnd
                return (line, .failure(UnreadableLine(line: line, reason: "the array is not closed: the file is cut off")))
            }
            switch (place, first) {
            case (.beforeArray, UInt8(ascii: "[")):
                buffer.take(1)
                place = .beforeElement
            case (.beforeElement, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")):
                buffer.take(1)
                place = .atEnd
            case (.afterElement, UInt8(ascii: ",")):
                buffer.take(1)
                place = .beforeElement
            case (.beforeElement, UInt8(ascii: "{")):
                let begin = line
                place = .afterElement
                switch try element() {
                case .success(let bytes): return (begin, .success(bytes))
                case .failure(let failure):
                    try skipToNextObject()
                    return (begin, .failure(failure))
                }
            case (.atEnd, _):
                buffer.take(buffer.rest.count)
                while !buffer.isAtEnd {
                    try buffer.fill()
                    buffer.take(buffer.rest.count)
                }
                return (line, .failure(UnreadableLine(line: line, reason: "there is something after the end of the array")))
            default:
                let begin = line
                try skipToNextObject()
                return (begin, .failure(UnreadableLine(line: begin, reason: "an object is expected here")))
            }
        }
    }

    private mutating func skipBlanks() throws(FileFailure) {
        while true {
            while let byte = buffer.rest.first, FileContent.isBlank(byte) {
                if byte == 10 { line += 1 }
                buffer.take(1)
            }
            if !buffer.rest.isEmpty || buffer.isAtEnd { return }
            try buffer.fill()
        }
    }

    /// Takes one object by counting its brackets outside of strings.
    private mutating func element() throws(FileFailure) -> Result<ArraySlice<UInt8>, UnreadableLine> {
        var depth = 0
        var isInText = false
        var isEscaped = false
        var looked = 0
        while true {
            let rest = buffer.rest
            for byte in rest.dropFirst(looked) {
                looked += 1
                if isInText {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInText = false
                    } else if byte == 10 {
                        return .failure(UnreadableLine(line: line, reason: "a text is not closed in its line"))
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: continue
                }
                if depth == 0 {
                    let bytes = rest.prefix(looked)
                    line += bytes.count { $0 == 10 }
                    buffer.take(looked)
                    return .success(bytes)
                }
            }
            if looked > LineReader.lineBytesMax {
                return .failure(UnreadableLine(line: line, reason: "is longer than \(LineReader.lineBytesMax) bytes"))
            }
            if buffer.isAtEnd { return .failure(UnreadableLine(line: line, reason: "is cut off by the end of the file")) }
            try buffer.fill()
        }
    }

    /// Goes on at the next line that begins an object, so that one broken element does not take the others with it.
    private mutating func skipToNextObject() throws(FileFailure) {
        place = .beforeElement
        while true {
            while let byte = buffer.rest.first, byte != 10 { buffer.take(1) }
            if !buffer.rest.isEmpty {
                try skipBlanks()
                if buffer.rest.first == UInt8(ascii: ",") {
                    buffer.take(1)
                    try skipBlanks()
                }
                if let first = buffer.rest.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "]") { return }
            }
            if buffer.rest.isEmpty {
                if buffer.isAtEnd {
                    place = .atEnd
                    return
                }
                try buffer.fill()
            }
        }
    }
}
