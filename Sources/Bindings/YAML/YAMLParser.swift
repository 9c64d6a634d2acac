import CYAML

/// Reads one YAML document into a tree.
///
/// Taken: mappings with scalar keys, sequences, scalars in all styles, comments. Refused, each with its place: keys that occur twice,
/// anchors and aliases, tags, several documents in a file, and nesting deeper than `depthMax`.
public enum YAMLParser {
    public static let depthMax = 64

    /// The tree of a text; `file` is the name that places carry. An empty text is a null.
    public static func parse(_ text: [UInt8], file: String) throws(YAMLFailure) -> YAMLNode {
        var events = EventReader(file: file, text: text)
        defer { events.close() }
        try events.open()
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .documentStart:
                if root != nil {
                    throw YAMLFailure(event.place, "a second document begins", hint: "keep one document in a file")
                }
            case .streamEnd:
                return root ?? YAMLNode(place: YAMLPlace(file: file, line: 1, column: 1), content: .scalar("", isPlain: true))
            case .scalar, .sequenceStart, .mappingStart:
                root = try node(event, &events, depth: 0)
            case .sequenceEnd, .mappingEnd:
                throw YAMLFailure(event.place, "an end without a beginning")
            }
        }
    }

    public static func parse(_ text: String, file: String) throws(YAMLFailure) -> YAMLNode {
        try parse(Array(text.utf8), file: file)
    }

    private static func node(_ event: Event, _ events: inout EventReader, depth: Int) throws(YAMLFailure) -> YAMLNode {
        guard depth < depthMax else {
            throw YAMLFailure(event.place, "nested deeper than \(depthMax)", hint: "lay it out flatter")
        }
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(place: event.place, content: .scalar(text, isPlain: isPlain))
        case .sequenceStart:
            var nodes: [YAMLNode] = []
            while true {
                let next = try events.next()
                if case .sequenceEnd = next.kind { return YAMLNode(place: event.place, content: .sequence(nodes)) }
                nodes.append(try node(next, &events, depth: depth + 1))
            }
        case .mappingStart:
            var entries: [YAMLEntry] = []
            var places: [String: YAMLPlace] = [:]
            while true {
                let next = try events.next()
                if case .mappingEnd = next.kind { return YAMLNode(place: event.place, content: .mapping(entries)) }
                guard case .scalar(let key, _) = next.kind else {
                    throw YAMLFailure(next.place, "a key is a list or a table", hint: "keys are plain names")
                }
                if let first = places.updateValue(next.place, forKey: key) {
                    throw YAMLFailure(
                        next.place, "the key \"\(key)\" stands here a second time", hint: "the first is at \(first); keep one")
                }
                let value = try node(try events.next(), &events, depth: depth + 1)
                entries.append(YAMLEntry(key: key, place: next.place, value: value))
            }
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw YAMLFailure(event.place, "a value is missing")
        }
    }
}

struct Event {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        case scalar(String, isPlain: Bool)
    }
    var kind: Kind
    var place: YAMLPlace
}

/// Owns the parser of the library: every pointer lives between `open` and `close`.
private struct EventReader {
    private let file: String
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var isOpen = false

    init(file: String, text: [UInt8]) {
        self.file = file
        // The library reads from the memory that it was given until it is deleted, so it gets a copy of its own.
        input = .allocate(capacity: max(text.count, 1))
        _ = input.initialize(from: text)
        inputLength = text.count
        parser = .allocate(capacity: 1)
    }
    private let inputLength: Int

    mutating func open() throws(YAMLFailure) {
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLFailure(YAMLPlace(file: file, line: 1, column: 1), "no memory for reading")
        }
        isOpen = true
        yaml_parser_set_input_string(parser, input.baseAddress, inputLength)
    }

    mutating func close() {
        if isOpen { yaml_parser_delete(parser) }
        isOpen = false
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLFailure) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        // What an event points at is freed with it; texts are copied before.
        defer { yaml_event_delete(&event) }
        let place = place(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, place: place)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, place: place)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, place: place)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, place: place)
        case YAML_SEQUENCE_START_EVENT:
            try refuse(anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag, at: place)
            return Event(kind: .sequenceStart, place: place)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, place: place)
        case YAML_MAPPING_START_EVENT:
            try refuse(anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag, at: place)
            return Event(kind: .mappingStart, place: place)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, place: place)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(anchor: scalar.anchor, tag: scalar.tag, at: place)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return Event(kind: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), place: place)
        case YAML_ALIAS_EVENT:
            throw YAMLFailure(place, "an alias (*) is not taken here", hint: "write the value out")
        default:
            throw YAMLFailure(place, "something unknown to this reader")
        }
    }

    private func refuse(
        anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?, at place: YAMLPlace
    ) throws(YAMLFailure) {
        if anchor != nil { throw YAMLFailure(place, "an anchor (&) is not taken here", hint: "write the value out where it is needed") }
        if tag != nil { throw YAMLFailure(place, "a tag (!) is not taken here", hint: "quote the value if it is a text") }
    }

    private func failure() -> YAMLFailure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
        switch parser.pointee.error {
        case YAML_READER_ERROR:
            // Here the library knows an offset in bytes, not a line.
            let offset = min(Int(parser.pointee.problem_offset), inputLength)
            let before = input.prefix(offset)
            let line = before.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
            let column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
            return YAMLFailure(
                YAMLPlace(file: file, line: line, column: column), problem, hint: "save the file as UTF-8 without control characters")
        case YAML_MEMORY_ERROR:
            return YAMLFailure(YAMLPlace(file: file, line: 1, column: 1), "no memory for reading")
        default:
            let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
            return YAMLFailure(
                place(parser.pointee.problem_mark), problem + context, hint: "look at the indentation, colons and quotes here")
        }
    }

    private func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
