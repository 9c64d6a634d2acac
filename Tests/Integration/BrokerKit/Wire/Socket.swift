import Foundation

/// A TCP socket of the loopback. Whoever makes one closes it.
struct Socket {
    struct Failure: Error, CustomStringConvertible {
        var description: String
        init(_ call: String, _ port: UInt16) { description = "\(call) 127.0.0.1:\(port): \(String(cString: strerror(errno)))" }
        init(_ text: String) { description = text }
    }

    let descriptor: Int32

    static func listening(on port: UInt16) throws -> Socket {
        let socket = Socket(descriptor: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        guard socket.descriptor >= 0 else { throw Failure("socket", port) }
        var yes: Int32 = 1
        setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress(port, { bind(socket.descriptor, $0, $1) }) == 0, listen(socket.descriptor, 128) == 0 else {
            let failure = Failure("listen", port)
            socket.close()
            throw failure
        }
        return socket
    }

    /// Connects, or throws when nobody listens.
    static func connected(to port: UInt16, timeout: Int = 10) throws -> Socket {
        let socket = Socket(descriptor: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        guard socket.descriptor >= 0 else { throw Failure("socket", port) }
        guard withAddress(port, { connect(socket.descriptor, $0, $1) }) == 0 else {
            let failure = Failure("connect", port)
            socket.close()
            throw failure
        }
        socket.withoutDelay()
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return socket
    }

    func withoutDelay() {
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    func close() { _ = Glibc.close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure("send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let more = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + got, count - got, 0) }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { throw Failure(more == 0 ? "the other side hung up" : "recv: \(String(cString: strerror(errno)))") }
            got += more
        }
        return bytes
    }

    private static func withAddress(_ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
