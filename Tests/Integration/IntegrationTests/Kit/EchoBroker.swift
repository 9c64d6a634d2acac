import Foundation
import Synchronization

@testable import BrokerKit

/// Answers every question with its number and its own bytes, and remembers what it was asked.
final class EchoBroker: Sendable {
    let port: UInt16
    private let asked = Mutex<[Int16]>([])

    init() throws {
        port = try FreePorts.take()
        let listener = try Socket.listening(on: port)
        Thread { [weak self] in
            while true {
                let descriptor = accept(listener.descriptor, nil, nil)
                guard descriptor >= 0, self != nil else { break }
                Thread { [weak self] in
                    let socket = Socket(descriptor: descriptor)
                    while let frame = try? EchoBroker.read(socket), let question = KafkaFrame(bytes: frame).question {
                        self?.asked.withLock { $0.append(question.api) }
                        var answer = WireWriter()
                        answer.number(Int32(8))
                        answer.number(question.correlation)
                        answer.number(Int32(question.api))
                        try? socket.send(answer.bytes)
                    }
                    socket.close()
                }.start()
            }
            listener.close()
        }.start()
    }

    deinit { _ = try? Socket.connected(to: port).close() }

    var questions: [Int16] { asked.withLock { $0 } }

    private static func read(_ socket: Socket) throws -> [UInt8] {
        let head = try socket.receive(4)
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        return head + (try socket.receive(length))
    }
}
