import StreamCore

/// Seals what must not lie in clear: payloads of a sealed worker, its changelog and its dead letters.
///
/// The same arguments give the same bytes, so a batch that is run again writes the same.
public protocol PayloadSeal: Sendable {
    /// `context` (table and key, or a topic) is bound to the result: it opens nowhere else. `salt` makes the nonce unique (the cause
    /// and the change's index).
    func seal(_ plain: Bytes, context: Bytes, salt: Bytes) -> Bytes

    /// Throws `.damaged` when the bytes were changed, or sealed for another context or by another key.
    func open(_ sealed: Bytes, context: Bytes) throws(StoreFailure) -> Bytes
}

/// For workers that keep nothing personal: gives back what it gets.
public struct NoSeal: PayloadSeal {
    public init() {}
    public func seal(_ plain: Bytes, context: Bytes, salt: Bytes) -> Bytes { plain }
    public func open(_ sealed: Bytes, context: Bytes) throws(StoreFailure) -> Bytes { sealed }
}
