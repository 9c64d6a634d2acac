import Files
import StreamCore
import StreamEngine

/// Where everything of a cluster on the embedded log lies.
public struct ClusterFolder: Sendable {
    public let path: String
    public init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// The embedded log's own folder; it also holds the inbox.
    public var log: String { path }
    public var inbox: String { "\(path)/inbox" }
    public var masterKey: String { "\(path)/keys/master.key" }
    public func journal(of worker: String) -> String { "\(path)/journals/\(worker).journal" }
    private var standingClock: String { "\(path)/clock.at" }

    /// Makes the folders, for the owner alone. Throws when this user may not.
    public func make() throws(HostFailure) {
        do {
            for folder in [path, "\(path)/keys", "\(path)/journals"] { try Files.makeFolder(folder) }
        } catch {
            throw HostFailure(error, hint: "the data directory has to be writable for this user; --data names another")
        }
        guard Files.isWritable(path) else {
            throw HostFailure("\(path) cannot be written by this user", hint: "give the rights to it, or name another folder by --data")
        }
    }

    /// The instant at which the clock last stood still here; nil when it never did.
    public func lastStandingInstant() throws(HostFailure) -> Instant? {
        guard Files.exists(standingClock) else { return nil }
        do {
            let text = try Files.read(standingClock, bytesMax: 64).text
            guard let milliseconds = Int64(text.prefix { $0 != "\n" }) else {
                throw HostFailure(
                    "\(standingClock) is damaged", hint: "write the milliseconds since 1970 of the last --at into it, or remove it")
            }
            return Instant(milliseconds: milliseconds)
        } catch let error as HostFailure {
            throw error
        } catch {
            throw HostFailure("\(standingClock) cannot be read: \(error)", hint: "this user needs the right to read it")
        }
    }

    /// Remembers where the clock stands, before anything is decided there.
    public func remember(standingInstant instant: Instant) throws(HostFailure) {
        do {
            let new = standingClock + ".new"
            try Files.write(Bytes(utf8: "\(instant.milliseconds)\n"), to: new)
            try Files.rename(new, to: standingClock)
            try Files.syncFolder(path)
        } catch {
            throw HostFailure(error, hint: error.isNoSpace ? "make room on that disk" : "the data directory has to be writable")
        }
    }
}

/// A process that cannot be put together: exit 78.
public struct HostFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String
    public var hint: String
    public init(_ reason: String, hint: String) {
        self.reason = reason
        self.hint = hint
    }
    init(_ error: FileError, hint: String) { self.init(error.description, hint: hint) }
    public var description: String { hint.isEmpty ? reason : "\(reason); \(hint)" }
}
