import CreditModel
import StreamCore
import StreamEngine

/// Seals payloads of stores, changelogs and dead letters with the cluster's stores key (AES-256-GCM).
///
/// Table and key (or the topic) are bound to the result, so a row that was moved does not open.
public struct AESPayloadSeal: PayloadSeal {
    private let seal: DerivedSeal

    public init(keys: ClusterKeys) { seal = keys.stores }

    public func seal(_ plain: Bytes, context: Bytes, salt: Bytes) -> Bytes { seal.seal(plain, context: context, salt: salt) }

    public func open(_ sealed: Bytes, context: Bytes) throws(StoreFailure) -> Bytes {
        do {
            return try seal.open(sealed, context: context)
        } catch {
            throw StoreFailure(
                .damaged, "a sealed value does not open", hint: "it was changed, or this process has the master key of another cluster")
        }
    }
}
