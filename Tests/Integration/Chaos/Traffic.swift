import BrokerKit
import Foundation
import KafkaLog
import StreamEngine
import Synchronization

/// Sends a load at a steady rate, on a thread of its own, while it is let.
final class Traffic: Sendable {
    let book = SentBook()

    private struct State {
        var isPaused = true
        var isAtRest = true
        var ends = false
        var failures: [String] = []
    }

    private let state = Mutex(State())

    /// `rate` in messages per second.
    init(_ load: Load, rate: Int, cluster: KafkaCluster) {
        Thread { [self] in
            var load = load
            var run = Run(book: book, cluster: cluster)
            let clock = ContinuousClock()
            var next = clock.now
            while true {
                let (isPaused, ends) = state.withLock { ($0.isPaused, $0.ends) }
                if isPaused || ends {
                    note(run.finish())
                    state.withLock { $0.isAtRest = $0.isPaused }
                    if ends { return }
                    Thread.sleep(forTimeInterval: 0.005)
                    next = clock.now
                    continue
                }
                note(run.send(load.next()))
                next += .microseconds(1_000_000 / rate)
                let (seconds, attoseconds) = (next - clock.now).components
                let pause = Double(seconds) + Double(attoseconds) / 1e18
                if pause > 0 { Thread.sleep(forTimeInterval: pause) } else if pause < -1 { next = clock.now }
            }
        }.start()
    }

    /// The writer and what is on its way.
    private struct Run {
        let book: SentBook
        let cluster: KafkaCluster
        var writer: (any LogWriter)?
        var underWay: [Int: LoadMessage] = [:]
        var number = 0

        init(book: SentBook, cluster: KafkaCluster) {
            self.book = book
            self.cluster = cluster
        }

        mutating func send(_ message: LoadMessage) -> String? {
            attempt { run throws(LogFailure) in
                if run.writer == nil { run.writer = try run.cluster.writer() }
                // Before it is on its way: an answer may be faster than the next line.
                run.book.sent(message)
                run.underWay[run.number] = message
                run.number += 1
                try run.writer!.add(message.message)
                try run.settle(try run.writer!.delivered())
            }
        }

        mutating func finish() -> String? {
            guard writer != nil, !underWay.isEmpty else { return nil }
            return attempt { run throws(LogFailure) in try run.settle(run.writer!.finish()) }
        }

        /// Throws when something was not delivered: such a producer may never deliver anything again.
        private mutating func settle(_ deliveries: [Delivery]) throws(LogFailure) {
            var failure: LogFailure?
            for delivery in deliveries {
                guard let message = underWay.removeValue(forKey: delivery.number) else { continue }
                guard case .failed(let why) = delivery.result else { continue }
                book.doubted(message)
                failure = failure ?? why
            }
            if let failure { throw failure }
        }

        /// Whatever was under way when the writer failed may have arrived or not.
        private mutating func attempt(_ work: (inout Run) throws(LogFailure) -> Void) -> String? {
            do {
                try work(&self)
                return nil
            } catch {
                for message in underWay.values { book.doubted(message) }
                underWay = [:]
                number = 0
                writer = nil
                return "\(error)"
            }
        }
    }

    private func note(_ failure: String?) {
        guard let failure else { return }
        state.withLock { $0.failures.append(failure) }
    }

    func go() {
        state.withLock {
            $0.isPaused = false
            $0.isAtRest = false
        }
    }

    /// Sends nothing more; `isAtRest` when the log has, or has refused, all that was sent.
    func pause() { state.withLock { $0.isPaused = true } }
    var isAtRest: Bool { state.withLock { $0.isAtRest } }
    var failures: [String] { state.withLock { $0.failures } }
    func end() { state.withLock { $0.ends = true } }
}
