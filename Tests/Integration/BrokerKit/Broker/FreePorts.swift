import Foundation
import Synchronization

/// Ports of the loopback that nobody listens on. They stay ours while a broker is down: below what the system gives to outgoing
/// connections, so that none of them takes one meanwhile.
enum FreePorts {
    private static let given = Mutex<Set<UInt16>>([])

    static func take() throws -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 20_000..<32_000)
            if given.withLock({ $0.insert(port).inserted }), isFree(port) { return port }
        }
        throw WaitedTooLong(description: "no free port between 20000 and 32000")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        guard let socket = try? Socket.listening(on: port) else { return false }
        socket.close()
        return true
    }
}
