import BrokerKit
import Foundation
import Testing

/// What the kit starts.
@Suite struct SpawnTests {
    @Test func whatIsStartedKeepsNothingOfItsParentOpen() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let child = try ChildProcess("sleep", ["600"], output: KitFolder.make("spawn") + "/output")
        defer { child.send(SIGKILL) }
        close(ends[1])
        // With nobody left to write, the end is there at once.
        var wanted = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&wanted, 1, 10_000) == 1)
        #expect(wanted.revents & Int16(POLLHUP) != 0)
        #expect(child.isRunning)
    }
}
