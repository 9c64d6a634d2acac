/// How stores use memory, disk and time.
public struct StorePolicy: Sendable {
    /// Of each file. A process has one for each worker and partition.
    public var cacheBytes = 3 << 20
    /// While a store is restored; several of a process may be at once.
    public var restoreCacheBytes = 16 << 20
    /// A checkpoint is made when a file's write-ahead log has passed this.
    public var writeAheadBytesMax = 16 << 20
    /// Whether what is deleted or replaced is overwritten in the file.
    public var overwritesDeleted = true
    /// Whether opening reads the whole store and compares its sum: about half a second for a million rows. Without it a flipped bit in
    /// an index may hide a row until the next `store check`.
    public var verifiesAtOpening = true

    public init() {}
}
