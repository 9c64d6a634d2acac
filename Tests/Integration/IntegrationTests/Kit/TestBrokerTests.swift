import BrokerKit
import Foundation
import Testing

@Suite(.needsKafka) struct TestBrokerTests {
    @Test func aBrokerComesBackWithItsTopicsAfterItWasKilled() throws {
        let broker = try TestBroker()
        try broker.makeTopics(["kept.v1"], partitions: 3, settings: ["cleanup.policy": "compact"])
        broker.kill()
        #expect(!broker.nodes[0].isRunning)
        try broker.restart()
        #expect(try broker.ends(of: "kept.v1") == [0: 0, 1: 0, 2: 0])
        #expect(broker.isWhole())
        try broker.removeTopics(["kept.v1"])
        try Wait.until("the topic is gone") { try !broker.topicNames().contains("kept.v1") }
    }

    @Test func nothingIsLeftOfAProcessWhoseParentWasKilled() throws {
        let folder = try KitFolder.make("orphans")
        // A shell in our place: it starts a child that would sleep for long, tied to it as ours are, and is killed.
        let script = "setpriv --pdeathsig KILL -- sleep 600 & echo $! > child; wait"
        let shell = try ChildProcess("/bin/sh", ["-c", script], folder: folder, output: folder + "/log")
        let file = folder + "/child"
        try Wait.until("the child runs") { (try? String(contentsOfFile: file, encoding: .utf8))?.hasSuffix("\n") ?? false }
        let child = try #require(pid_t(String(contentsOfFile: file, encoding: .utf8).dropLast()))
        // Before that it is not tied to anybody yet.
        try Wait.until("the child sleeps") { (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)) == "sleep\n" }
        kill(shell.pid, SIGKILL)
        try Wait.until("the child is gone") { kill(child, 0) != 0 || isDead(child) }
    }

    /// Ended, and waiting to be taken note of by whoever inherited it.
    private func isDead(_ pid: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
        return text.contains(") Z ")
    }
}
