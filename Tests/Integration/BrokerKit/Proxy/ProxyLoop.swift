import Foundation

/// The connections of a proxy and what waits in them. Used from the proxy's thread alone.
struct ProxyLoop {
    struct Orders {
        var isFrozen: Bool
        var isClosedOff: Bool
        var cutsAll: Bool
        var releases: Bool
        var hidden: Set<Int16>
        var ends: Bool
    }

    typealias Decide = (_ api: Int16, _ client: String) -> ProxyRule.Action?

    private struct Answer {
        var frame: KafkaFrame
        var api: Int16
        /// Nil when it waits until it is let go.
        var due: ContinuousClock.Instant?
    }

    private final class Connection {
        var client: Int32
        let broker: Int32
        var fromClient = FrameBuffer()
        var fromBroker = FrameBuffer()
        var toClient: [UInt8] = []
        var toBroker: [UInt8] = []
        /// Questions on their way: what they ask, in which version, and what is to be done with the answer.
        var asked: [Int32: (api: Int16, version: Int16, action: ProxyRule.Action?)] = [:]
        /// Answers that wait behind one that does.
        var answers: [Answer] = []
        /// A question whose sender is gone, and when the broker gets it.
        var late: (frame: KafkaFrame, due: ContinuousClock.Instant)?
        var isOver = false

        init(client: Int32, broker: Int32) {
            self.client = client
            self.broker = broker
        }

        func hangUpOnClient() {
            if client >= 0 { close(client) }
            client = -1
            toClient = []
            answers = []
        }
    }

    /// More than this in one direction, and nothing further is read until it is gone.
    private static let waitingMax = 16 << 20

    private let listener: Socket
    private let ear: Int32
    private let upstream: UInt16
    private var connections: [Connection] = []
    private var scratch = [UInt8](repeating: 0, count: 256 << 10)

    init(listener: Socket, ear: Int32, upstream: UInt16) {
        self.listener = listener
        self.ear = ear
        self.upstream = upstream
    }

    var connectionCount: Int { connections.filter { $0.client >= 0 }.count }

    var held: [Int16: Int] {
        var held: [Int16: Int] = [:]
        for connection in connections {
            for answer in connection.answers { held[answer.api, default: 0] += 1 }
            if let late = connection.late, let api = late.frame.question?.api { held[api, default: 0] += 1 }
        }
        return held
    }

    func end() {
        listener.close()
        close(ear)
        for connection in connections {
            connection.hangUpOnClient()
            close(connection.broker)
        }
    }

    /// Waits for something to happen and does what follows from it.
    mutating func turn(_ orders: Orders, _ decide: Decide) {
        if orders.cutsAll { for connection in connections where connection.late == nil { connection.isOver = true } }
        if orders.releases {
            for connection in connections {
                for index in connection.answers.indices { connection.answers[index].due = .now }
            }
        }
        if !orders.isFrozen { for connection in connections { letGo(connection) } }
        sweep()

        var places = [pollfd(fd: ear, events: Int16(POLLIN), revents: 0)]
        if !orders.isFrozen {
            places.append(pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                let reads = connection.toBroker.count < Self.waitingMax
                let writes = !connection.toClient.isEmpty
                places.append(
                    pollfd(fd: connection.client, events: Int16((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), revents: 0))
                let answers = connection.toClient.count < Self.waitingMax
                places.append(
                    pollfd(
                        fd: connection.broker,
                        events: Int16((answers ? POLLIN : 0) | (connection.toBroker.isEmpty ? 0 : POLLOUT)), revents: 0))
            }
        }
        _ = poll(&places, nfds_t(places.count), orders.isFrozen ? 1000 : patience())
        if places[0].revents != 0 { _ = recv(ear, &scratch, scratch.count, Int32(MSG_DONTWAIT)) }
        guard !orders.isFrozen else { return }
        for (index, connection) in connections.enumerated() {
            let (client, broker) = (places[2 + 2 * index].revents, places[3 + 2 * index].revents)
            if client != 0, connection.client >= 0 {
                if read(connection.client, into: &connection.fromClient) { takeQuestions(connection, decide) } else { lost(connection) }
            }
            if broker != 0 {
                if read(connection.broker, into: &connection.fromBroker) {
                    takeAnswers(connection, orders.hidden)
                } else {
                    connection.isOver = true
                }
            }
            letGo(connection)
            write(connection)
        }
        if places[1].revents != 0 { accept(refuses: orders.isClosedOff) }
        sweep()
    }

    private mutating func sweep() {
        for connection in connections where connection.isOver {
            connection.hangUpOnClient()
            close(connection.broker)
        }
        connections.removeAll(where: \.isOver)
    }

    private mutating func accept(refuses: Bool) {
        let client = Glibc.accept(listener.descriptor, nil, nil)
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        guard !refuses, let broker = try? Socket.connected(to: upstream) else {
            close(client)
            return
        }
        Socket(descriptor: client).withoutDelay()
        connections.append(Connection(client: client, broker: broker.descriptor))
    }

    /// False when the other side has hung up.
    private mutating func read(_ descriptor: Int32, into buffer: inout FrameBuffer) -> Bool {
        while true {
            let count = recv(descriptor, &scratch, scratch.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                scratch.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                if count < scratch.count { return true }
            } else if count < 0, errno == EINTR {
                continue
            } else {
                return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
            }
        }
    }

    /// The client has gone; a question that is to be delivered late is delivered all the same.
    private func lost(_ connection: Connection) {
        connection.hangUpOnClient()
        if connection.late == nil, connection.toBroker.isEmpty { connection.isOver = true }
    }

    private func takeQuestions(_ connection: Connection, _ decide: Decide) {
        while !connection.isOver, connection.late == nil, let frame = connection.fromClient.next() {
            guard let question = frame.question else {
                connection.isOver = true
                return
            }
            let action = decide(question.api, question.client)
            switch action {
            case .cutBefore:
                connection.isOver = true
                return
            case .deliverLate(let pause):
                connection.late = (frame, .now + pause)
                connection.hangUpOnClient()
                return
            default:
                connection.asked[question.correlation] = (question.api, question.version, action)
                connection.toBroker.append(contentsOf: frame.bytes)
            }
        }
    }

    private func takeAnswers(_ connection: Connection, _ hidden: Set<Int16>) {
        while let frame = connection.fromBroker.next() {
            guard let correlation = frame.correlation, let asked = connection.asked.removeValue(forKey: correlation) else { continue }
            let shown = asked.api == KafkaAPI.apiVersions.rawValue && !hidden.isEmpty ? frame.hiding(hidden, version: asked.version) : frame
            switch asked.action {
            case .swallow: continue
            case .cut:
                connection.isOver = true
                return
            case .delay(let pause): connection.answers.append(Answer(frame: shown, api: asked.api, due: .now + pause))
            case .refuseHeartbeat(let code):
                let refused = asked.api == KafkaAPI.heartbeat.rawValue && asked.version <= 3 ? shown.refusing(code) : shown
                connection.answers.append(Answer(frame: refused, api: asked.api, due: .now))
            case .hold: connection.answers.append(Answer(frame: shown, api: asked.api, due: nil))
            default: connection.answers.append(Answer(frame: shown, api: asked.api, due: .now))
            }
        }
    }

    /// Moves on what has waited long enough.
    private func letGo(_ connection: Connection) {
        let now = ContinuousClock.now
        while let first = connection.answers.first, let due = first.due, due <= now {
            connection.answers.removeFirst()
            if connection.client >= 0 { connection.toClient.append(contentsOf: first.frame.bytes) }
        }
        if let late = connection.late, late.due <= now {
            connection.toBroker.append(contentsOf: late.frame.bytes)
            connection.late = nil
            if let question = late.frame.question { connection.asked[question.correlation] = (question.api, question.version, .cut) }
        }
    }

    private func write(_ connection: Connection) {
        if connection.client >= 0, !send(&connection.toClient, to: connection.client) { lost(connection) }
        if !send(&connection.toBroker, to: connection.broker) { connection.isOver = true }
        if connection.client < 0, connection.late == nil, connection.toBroker.isEmpty, connection.asked.isEmpty { connection.isOver = true }
    }

    private func send(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
        guard !bytes.isEmpty else { return true }
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count > 0 { bytes.removeFirst(count) }
        return count >= 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
    }

    /// Milliseconds until the first thing is due.
    private func patience() -> Int32 {
        let dues = connections.flatMap { [$0.answers.first?.due, $0.late?.due].compactMap { $0 } }
        guard let first = dues.min() else { return 1000 }
        let (seconds, attoseconds) = (first - .now).components
        return Int32(max(0, min(1000, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)))
    }
}
