import Glibc

/// A file call that failed: which one, on what, and why.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let call: String
    public let path: String
    /// `errno`.
    public let code: Int32

    public init(_ call: String, _ path: String, code: Int32 = errno) {
        self.call = call
        self.path = path
        self.code = code
    }

    public var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
    public var isAbsent: Bool { code == ENOENT }
    public var isForbidden: Bool { code == EACCES || code == EPERM || code == EROFS }

    public var description: String { "\(path): \(call): \(String(cString: strerror(code)))" }
}
