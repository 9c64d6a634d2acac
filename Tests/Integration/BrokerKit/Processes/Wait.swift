import Foundation

/// What did not come true in time.
public struct WaitedTooLong: Error, CustomStringConvertible {
    public var description: String
    public init(description: String) { self.description = description }
}

/// Something came out otherwise than it has to.
public struct WrongResult: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

public enum Wait {
    /// Returns as soon as `condition` holds; throws, with what `detail` has to say, when it does not within the time.
    public static func until(
        _ what: String, within limit: Duration = .seconds(60), every pause: Duration = .milliseconds(5), detail: () -> String = { "" },
        _ condition: () throws -> Bool
    ) throws {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if try condition() { return }
            guard clock.now < end else {
                let detail = detail()
                throw WaitedTooLong(description: "\(what): not within \(limit)" + (detail.isEmpty ? "" : "; \(detail)"))
            }
            nap(pause)
        }
    }

    /// Gives the processor away for a moment, between two looks at a condition.
    static func nap(_ pause: Duration) {
        let (seconds, attoseconds) = pause.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// Runs blocking work on a thread of its own, so that it takes none of the few threads that all async code shares.
    public static func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result { try work() }) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
