import Synchronization

/// Prepared contexts of the library, handed out one to a thread at a time.
///
/// Making and keying a context costs more than a short digest does, and the library forbids two threads in one context at once.
/// The lock is held for a push or a pop only.
final class ContextPool: Sendable {
    /// Unchecked: a context is only ever in one place, the pool or the one call that took it.
    private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let idle = Mutex<[Context]>([])
    private let make: @Sendable () -> OpaquePointer?
    private let destroy: @Sendable (OpaquePointer) -> Void

    init(make: @escaping @Sendable () -> OpaquePointer?, destroy: @escaping @Sendable (OpaquePointer) -> Void) {
        self.make = make
        self.destroy = destroy
    }

    deinit {
        idle.withLock { contexts in
            for context in contexts { destroy(context.pointer) }
            contexts.removeAll()
        }
    }

    /// Runs `body` with a context that nobody else has. A context is made only for want of memory in vain, which ends the process as
    /// any failed allocation does.
    func withContext<Result, Failure: Error>(_ body: (OpaquePointer) throws(Failure) -> Result) throws(Failure) -> Result {
        let taken = idle.withLock { $0.popLast() }
        guard let pointer = taken?.pointer ?? make() else { fatalError("libcrypto gives no context: out of memory") }
        defer {
            let context = Context(pointer: pointer)
            idle.withLock { $0.append(context) }
        }
        return try body(pointer)
    }
}
