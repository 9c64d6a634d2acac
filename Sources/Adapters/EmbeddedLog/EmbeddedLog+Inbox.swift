import Files
import SQLite
import StreamCore
import StreamEngine

extension EmbeddedLog {
    /// How far a file of the inbox has been taken in. Written in the transaction that appends its records.
    struct Taken {
        enum State: Int64 {
            case reading = 0
            /// Everything is in the log; the file can go.
            case done = 1
            /// What follows cannot be read; the file goes to the refused ones.
            case torn = 2
        }
        var records: Int64 = 0
        var position = 0
        var state = State.reading
    }

    private static let recordsOfTransactionMax = 2000
    private static let bytesOfTransactionMax = 4 << 20

    /// Appends what lies in the inbox, at most `limit` messages, and gives how many. Each is taken in once, whenever the process ends.
    ///
    /// What cannot be taken in (a topic that there is not, a torn record) is put into `inbox/refused` with its reason.
    public func takeIn(limit: Int) throws(LogFailure) -> Int {
        let folder = LogFile.inbox(in: directory)
        let names: [String]
        do throws(FileError) {
            names = try Files.names(folder).filter { InboxName.number($0) != nil }
        } catch {
            throw LogFailure(error)
        }
        var total = 0
        var waiting = names[...]
        while total < limit, !waiting.isEmpty {
            total += try takeChunk(folder, &waiting, limit - total)
        }
        return total
    }

    /// Takes in one transaction's worth; drops the files from `waiting` that are done.
    private func takeChunk(_ folder: String, _ waiting: inout ArraySlice<String>, _ limit: Int) throws(LogFailure) -> Int {
        var records: [Append] = []
        var bytes = 0
        var changed: [(name: String, taken: Taken)] = []
        let now = clock()
        var rest = waiting
        chunk: while let name = rest.first {
            var taken = self.taken[name] ?? Taken()
            if taken.state == .reading {
                var reader = InboxReader("\(folder)/\(name)", from: taken.position)
                reading: while true {
                    guard records.count < min(limit, EmbeddedLog.recordsOfTransactionMax), bytes < EmbeddedLog.bytesOfTransactionMax else {
                        changed.append((name, taken))
                        break chunk
                    }
                    let next: InboxReader.Next
                    do throws(FileError) { next = try reader.next() } catch { throw LogFailure(error) }
                    switch next {
                    case .record(let record):
                        if let count = partitionCount(of: record.topic) {
                            let partition = Partitioner.partition(of: record.key ?? record.value ?? [], count: count)
                            records.append(
                                Append(
                                    to: TopicPartition(record.topic, partition), key: record.key, value: record.value,
                                    headers: record.headers, timestamp: now))
                            bytes += record.frame.count
                        } else {
                            try refuse(record, "\(name).\(taken.records + 1)", in: folder)
                        }
                        taken.records += 1
                        taken.position = reader.position
                    case .end:
                        taken.state = .done
                        break reading
                    case .torn:
                        taken.state = .torn
                        break reading
                    }
                }
                changed.append((name, taken))
            }
            rest.removeFirst()
            // One that was done before, but is still there, only has to be removed.
            if changed.last?.name != name { changed.append((name, taken)) }
        }
        let gone = forgettable
        let note = takenWriter
        let forget = takenEraser
        _ = try transact(
            records,
            also: { () throws(SQLiteError) in
                for (name, taken) in changed {
                    note.bind(1, name)
                    note.bind(2, taken.records)
                    note.bind(3, Int64(taken.position))
                    note.bind(4, taken.state.rawValue)
                    try note.run()
                }
                for name in gone {
                    forget.bind(1, name)
                    try forget.run()
                }
            })
        forgettable.removeFirst(gone.count)
        for (name, taken) in changed { self.taken[name] = taken }
        waiting = rest
        try clear(folder, changed.filter { $0.taken.state != .reading }.map(\.name))
        return records.count
    }

    /// Puts away files that have been dealt with. Their entries go with the next transaction, when the folder is synced.
    private func clear(_ folder: String, _ names: [String]) throws(LogFailure) {
        guard !names.isEmpty else { return }
        do throws(FileError) {
            for name in names {
                let path = "\(folder)/\(name)"
                if let taken = taken[name], taken.state == .torn, Files.exists(path) {
                    try Files.makeFolder("\(folder)/refused")
                    let reason =
                        "record \(taken.records + 1), at byte \(taken.position), is torn or of another version; "
                        + "the \(taken.records) before it were taken in, what follows was not\n"
                    try Files.write(Bytes(utf8: reason), to: "\(folder)/refused/\(name).reason")
                    try Files.rename(path, to: "\(folder)/refused/\(name)")
                    try Files.syncFolder("\(folder)/refused")
                    refusedCount += 1
                } else {
                    try Files.remove(path)
                }
            }
            try Files.syncFolder(folder)
        } catch {
            throw LogFailure(error)
        }
        for name in names {
            taken[name] = nil
            forgettable.append(name)
        }
    }

    /// Keeps a message whose topic there is not. Written before the transaction that passes it, so it may be written twice, but not lost.
    private func refuse(_ record: InboxCodec.Record, _ name: String, in folder: String) throws(LogFailure) {
        do throws(FileError) {
            try Files.makeFolder("\(folder)/refused")
            try Files.write((InboxCodec.head + record.frame + InboxCodec.tail)[...], to: "\(folder)/refused/\(name)")
            let reason = "there is no topic \(record.topic)\n"
            try Files.write(Bytes(utf8: reason), to: "\(folder)/refused/\(name).reason")
            try Files.syncFolder("\(folder)/refused")
        } catch {
            throw LogFailure(error)
        }
        refusedCount += 1
    }

    /// Reads how far an earlier process has come, and puts away what it had no time to.
    func finishInbox() throws(LogFailure) {
        do throws(SQLiteError) {
            let rows = try connection.prepare("SELECT file, records, position, state FROM taken")
            defer { rows.end() }
            while try rows.step() {
                taken[rows.text(0)] = Taken(
                    records: rows.number(1), position: Int(rows.number(2)), state: Taken.State(rawValue: rows.number(3)) ?? .reading)
            }
        } catch {
            throw LogFailure(error)
        }
        let folder = LogFile.inbox(in: directory)
        try clear(folder, taken.filter { $0.value.state != .reading || !Files.exists("\(folder)/\($0.key)") }.map(\.key))
    }
}

/// Reads one file of the inbox in pieces.
struct InboxReader {
    enum Next {
        case record(InboxCodec.Record)
        case end
        case torn
    }

    private let path: String
    private var window = Bytes()
    private var windowStart: Int
    private var place: Int
    private var isWhole = false

    /// `position` is where an earlier reader stopped; zero for a new file.
    init(_ path: String, from position: Int) {
        self.path = path
        windowStart = position
        place = 0
    }

    /// The place in the file after the last record.
    var position: Int { windowStart + place - window.startIndex }

    mutating func next() throws(FileError) -> Next {
        if windowStart == 0, window.isEmpty {
            try load(1 << 20)
            guard window.starts(with: InboxCodec.head) else { return .torn }
            place = window.startIndex + InboxCodec.head.count
        }
        while true {
            switch InboxCodec.read(window, at: &place) {
            case .record(let record): return .record(record)
            case .torn: return .torn
            case .end: return .end
            case .needs(let size):
                if isWhole { return .torn }
                try load(max(size, 1 << 20))
            }
        }
    }

    private mutating func load(_ size: Int) throws(FileError) {
        windowStart = position
        window = try Files.read(path, from: windowStart, bytesMax: size)
        place = window.startIndex
        isWhole = windowStart + window.count >= Files.size(path) ?? 0
    }
}
