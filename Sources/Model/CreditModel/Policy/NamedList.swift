/// Entries in the order of their file, found by their identifier.
public struct NamedList<Entry: Identifiable & Sendable>: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral
where Entry.ID == String {
    private var entries: [Entry] = []
    private var places: [String: Int] = [:]

    public init() {}

    public init(_ entries: some Sequence<Entry>) {
        for entry in entries { append(entry) }
    }

    public init(arrayLiteral elements: Entry...) { self.init(elements) }

    /// Adds an entry; one with an identifier that is there already takes its place.
    public mutating func append(_ entry: Entry) {
        if let place = places[entry.id] {
            entries[place] = entry
        } else {
            places[entry.id] = entries.count
            entries.append(entry)
        }
    }

    public subscript(id id: String) -> Entry? { places[id].map { entries[$0] } }

    public func contains(id: String) -> Bool { places[id] != nil }

    public var ids: [String] { entries.map(\.id) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }
    public subscript(position: Int) -> Entry { entries[position] }
}
