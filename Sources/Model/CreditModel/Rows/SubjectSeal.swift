import StreamCore

/// What delivery and notice keep of a subject: the identity as identity has sealed it. It is opened within one decision and never kept open.
public struct SubjectSeal: Hashable, Sendable {
    public var version: UInt64
    public var sealed: Bytes

    private static let layout: UInt8 = 1

    public init(_ subject: SealedSubject) {
        version = subject.version
        sealed = subject.sealed
    }

    public func open(subjectId: String, keys: ClusterKeys) throws(Rejection) -> SealedSubject.Identity {
        try SealedSubject(subjectId: subjectId, version: version, sealed: sealed).open(keys: keys)
    }

    public var encoded: Bytes {
        var writer = RowWriter(layout: SubjectSeal.layout)
        writer.number(version)
        writer.run(sealed)
        return writer.bytes
    }

    /// The inverse of `encoded`.
    public init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == SubjectSeal.layout else { throw RowDamage() }
        version = try reader.number()
        sealed = try reader.run()
        guard reader.isAtEnd else { throw RowDamage() }
    }
}
