import Foundation
import Testing

@Suite struct StandaloneTests {
    @Test func refusesASecondOwnerOfTheSameFolderAndEndsInOrderWhenTold() throws {
        let scratch = try Scratch()
        #expect(try Executable.run("standalone", "--data", scratch.path, "--until-idle").status == 0)
        let errors = Pipe()
        let first = try Executable.start(["standalone", "--data", scratch.path], errors: errors)
        // Its first line says that it has the folder.
        let line = errors.fileHandleForReading.availableData
        #expect(String(decoding: line, as: UTF8.self).contains("works until it is told to end"))
        let second = try Executable.run("standalone", "--data", scratch.path, "--until-idle")
        #expect(second.status == 78)
        #expect(second.errors.contains("process \(first.processIdentifier) is running on"))
        #expect(try Executable.run("lag", "--data", scratch.path).status == 0)
        first.terminate()
        first.waitUntilExit()
        #expect(first.terminationReason == .exit && first.terminationStatus == 0)
    }

    @Test func refusesAnInstantBeforeTheLastOne() throws {
        let scratch = try Scratch()
        #expect(try Executable.run("standalone", "--data", scratch.path, "--at", "2026-05-06T09:00+08:00").status == 0)
        #expect(try Executable.run("standalone", "--data", scratch.path, "--at", "2026-05-06T09:00+08:00").status == 0)
        let outcome = try Executable.run("standalone", "--data", scratch.path, "--at", "2026-05-06T08:59+08:00")
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("earlier than the last one"))
    }

    @Test func rebuildsAStoreOfAnotherCluster() throws {
        let scratch = try Scratch()
        for name in ["a", "b"] {
            #expect(try Executable.run("standalone", "--data", scratch.path + "/" + name, "--until-idle").status == 0)
        }
        let files = FileManager.default
        try files.removeItem(atPath: scratch.path + "/b/stores")
        try files.copyItem(atPath: scratch.path + "/a/stores", toPath: scratch.path + "/b/stores")
        #expect(try Executable.run("store", "check", "--data", scratch.path + "/b").status == 1)
        let outcome = try Executable.run("standalone", "--data", scratch.path + "/b", "--until-idle")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Executable.run("store", "check", "--data", scratch.path + "/b").status == 0)
    }

    @Test func saysWhatToDoAboutADamagedLog() throws {
        let scratch = try Scratch()
        #expect(try Executable.run("standalone", "--data", scratch.path, "--until-idle").status == 0)
        let path = scratch.path + "/log.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in 100..<2000 { bytes[index] ^= 0x5a }
        try bytes.write(to: URL(fileURLWithPath: path))
        let outcome = try Executable.run("standalone", "--data", scratch.path, "--until-idle")
        #expect(outcome.status == 78, "\(outcome.errors)")
        #expect(outcome.errors.contains("damaged"))
    }
}
