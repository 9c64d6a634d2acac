import CreditModel
import StreamCore
import WorkerHost

/// The messages of one file, one after the other.
struct SubmissionFile {
    let name: String
    // One of the three is there.
    private var lines: LineReader?
    private var array: JSONArrayReader?
    private var csv: CSVReader?
    let source: ByteSource
    private var events = EventConverter()
    private var rows: RowConverter?

    /// Opens a file (`-`: standard input). Rows of 双公示 need the bureau that sends them.
    init(path: String, bureau: String?, at instant: Instant) throws {
        var buffer = try ByteBuffer(try ByteSource(path: path))
        source = buffer.source
        name = source.name
        rows = bureau.map { RowConverter(bureau: $0, at: instant) }
        switch try FileContent.recognise(&buffer) {
        case .jsonLines: lines = LineReader(buffer)
        case .jsonArray: array = JSONArrayReader(buffer)
        case .csv:
            guard bureau != nil else {
                throw UsageError("\(name) is CSV, and nobody is named who sends it", hint: "--bureau ID: \(Options.bureau.summary)")
            }
            csv = try CSVReader(buffer, areTitles: DoublePublicity.areTitles)
        }
    }

    /// The next message, or what cannot be read; nil at the end.
    mutating func next() throws(FileFailure) -> Result<Submission, UnreadableLine>? {
        if let titles = csv?.titles {
            guard let next = try csv?.next() else { return nil }
            return next.content.map { rows!.submission(titles: titles, fields: $0.fields, line: next.line) }
        }
        return convert(lines == nil ? try array?.next() : try lines?.next())
    }

    private mutating func convert(
        _ next: (line: Int, content: Result<ArraySlice<UInt8>, UnreadableLine>)?
    ) -> Result<Submission, UnreadableLine>? {
        guard let next else { return nil }
        switch next.content {
        case .failure(let failure): return .failure(failure)
        case .success(let bytes):
            // A bureau's rows and events may be handed in by one command; an event says what it is.
            return rows?.submission(json: bytes, line: next.line) ?? events.submission(bytes, line: next.line)
        }
    }
}
