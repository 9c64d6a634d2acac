import CSQLite

/// A prepared statement: bind, step, read, reset.
///
/// Parameters count from 1, columns from 0, as in SQLite. After its connection has been closed it must not be used.
public final class Statement {
    private var pointer: OpaquePointer?
    // The connection outlives its statements: a statement in use keeps it.
    private let connection: Connection

    init(_ pointer: OpaquePointer, _ connection: Connection) {
        self.pointer = pointer
        self.connection = connection
    }

    deinit { end() }

    /// Gives the statement back to SQLite before its time.
    public func end() {
        guard pointer != nil else { return }
        finalizeOnly()
        connection.forget(self)
    }

    func finalizeOnly() {
        sqlite3_finalize(pointer)
        pointer = nil
    }

    // MARK: Parameters

    @inline(__always)
    public func bind(_ index: Int32, _ number: Int64) { sqlite3_bind_int64(pointer, index, number) }

    public func bind(_ index: Int32, _ number: Int64?) {
        if let number { sqlite3_bind_int64(pointer, index, number) } else { sqlite3_bind_null(pointer, index) }
    }

    public func bind(_ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                // Without an address SQLite would bind null.
                guard let start = $0.baseAddress else {
                    _ = shim_sqlite3_bind_text_copied(pointer, index, "", 0)
                    return
                }
                _ = shim_sqlite3_bind_text_copied(pointer, index, start, Int32($0.count))
            }
        }
    }

    /// Binds a copy, for statements that are stepped more than once.
    public func bind(_ index: Int32, copyOf bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes {
            if let start = $0.baseAddress, $0.count > 0 {
                _ = shim_sqlite3_bind_blob_copied(pointer, index, start, UInt64($0.count))
            } else {
                sqlite3_bind_zeroblob(pointer, index, 0)
            }
        }
    }

    // MARK: Steps

    /// Runs to the next row: true when there is one, false at the end.
    @inline(__always)
    public func step() throws(SQLiteError) -> Bool { try judge(sqlite3_step(pointer)) }

    /// One step with a blob that is bound where it lies, without a copy.
    ///
    /// The pointer is only good for this step, so the statement must not be stepped again before `reset`: for writes, and queries of
    /// at most one row.
    public func step(blob index: Int32, _ bytes: ArraySlice<UInt8>) throws(SQLiteError) -> Bool {
        let code = bytes.withUnsafeBytes { raw in
            lend(index, raw)
            return sqlite3_step(pointer)
        }
        return try judge(code)
    }

    /// As `step(blob:_:)`, with two blobs.
    public func step(
        blob first: Int32, _ firstBytes: ArraySlice<UInt8>, blob second: Int32, _ secondBytes: ArraySlice<UInt8>
    ) throws(SQLiteError) -> Bool {
        let code = firstBytes.withUnsafeBytes { firstRaw in
            secondBytes.withUnsafeBytes { secondRaw in
                lend(first, firstRaw)
                lend(second, secondRaw)
                return sqlite3_step(pointer)
            }
        }
        return try judge(code)
    }

    /// Runs a statement that gives no rows, and makes it ready for the next time.
    @inline(__always)
    public func run() throws(SQLiteError) {
        defer { reset() }
        _ = try step()
    }

    /// Ready for new parameters; forgets the old ones, some of which may point to memory that is gone.
    @inline(__always)
    public func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    @inline(__always)
    private func lend(_ index: Int32, _ raw: UnsafeRawBufferPointer) {
        if let start = raw.baseAddress, raw.count > 0 {
            // A nil destructor says that the memory stays where it is until the step has ended, which the callers see to.
            sqlite3_bind_blob64(pointer, index, start, UInt64(raw.count), nil)
        } else {
            sqlite3_bind_zeroblob(pointer, index, 0)
        }
    }

    @inline(__always)
    private func judge(_ code: Int32) throws(SQLiteError) -> Bool {
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let error = connection.failure(code)
        sqlite3_reset(pointer)
        throw error
    }

    // MARK: Columns of the row that the last step gave

    @inline(__always)
    public func number(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    public func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let length = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }

    /// The blob, copied once into memory of its own.
    public func bytes(_ column: Int32) -> ArraySlice<UInt8> {
        withBytes(column) { raw in
            Array(unsafeUninitializedCapacity: raw.count) { memory, count in
                UnsafeMutableRawBufferPointer(memory).copyMemory(from: raw)
                count = raw.count
            }[...]
        }
    }

    /// The blob where it lies in SQLite's memory; only good inside `body`.
    @inline(__always)
    public func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = sqlite3_column_blob(pointer, column)
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(pointer, column))))
    }
}
