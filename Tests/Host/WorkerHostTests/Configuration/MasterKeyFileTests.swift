import CreditModel
import Foundation
import Testing
import WorkerHost

@Suite struct MasterKeyFileTests {
    /// A folder of its own for each test.
    final class Place {
        let path = NSTemporaryDirectory() + "/master-key-" + UUID().uuidString
        var file: String { path + "/keys/master.key" }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ bytes: [UInt8], mode: Int = 0o600) throws {
            try FileManager.default.createDirectory(atPath: path + "/keys", withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }

        func reason(mayMake: Bool = false) -> String? {
            do {
                _ = try MasterKeyFile.keys(at: file, mayMake: mayMake)
                return nil
            } catch {
                return error.problems.first?.reason
            }
        }
    }

    @Test func makesAKeyThatOnlyItsOwnerReads() throws {
        let place = Place()
        let first = try MasterKeyFile.keys(at: place.file, mayMake: true)
        let attributes = try FileManager.default.attributesOfItem(atPath: place.file)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try String(contentsOfFile: place.file, encoding: .utf8).utf8.count == 65)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/keys") == ["master.key"])
        #expect(try MasterKeyFile.keys(at: place.file, mayMake: true).fingerprint == first.fingerprint)
        #expect(try MasterKeyFile.keys(at: place.file, mayMake: false).fingerprint == first.fingerprint)
    }

    @Test func makesNoneWhereItMayNot() {
        let place = Place()
        #expect(place.reason() == "there is no master key")
        #expect(!FileManager.default.fileExists(atPath: place.path))
    }

    @Test func takesDigitsOrBytes() throws {
        let expected = ClusterKeys(master: [UInt8](repeating: 7, count: 32)).fingerprint
        for form in [[UInt8](repeating: 7, count: 32), Array((String(repeating: "07", count: 32) + "\r\n").utf8)] {
            let place = Place()
            try place.write(form)
            #expect(try MasterKeyFile.keys(at: place.file, mayMake: false).fingerprint == expected)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o660, 0o620, 0o601])
    func refusesWhatOthersMayTouch(_ mode: Int) throws {
        let place = Place()
        try place.write(Array(String(repeating: "07", count: 32).utf8), mode: mode)
        #expect(place.reason(mayMake: true) == "others than its owner have rights to the master key")
    }

    @Test(arguments: [
        ([], "is no master key: 0 bytes of another form"),
        (Array("0707".utf8), "is no master key: 4 bytes of another form"),
        (Array(String(repeating: "0g", count: 32).utf8), "is no master key: 64 bytes of another form"),
        ([UInt8](repeating: 7, count: 31), "is no master key: 31 bytes of another form"),
        ([UInt8](repeating: 7, count: 2000), "is too long for a master key"),
        ([UInt8](repeating: 0, count: 32), "the master key is all zero, which anybody would guess"),
        (Array(String(repeating: "00", count: 32).utf8), "the master key is all zero, which anybody would guess"),
    ])
    func refusesWhatIsNoKey(_ bytes: [UInt8], _ reason: String) throws {
        let place = Place()
        try place.write(bytes)
        #expect(place.reason(mayMake: true) == reason)
        // What was refused is not overwritten.
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.file)).count == bytes.count)
    }

    @Test func refusesAFolder() throws {
        let place = Place()
        try FileManager.default.createDirectory(atPath: place.file, withIntermediateDirectories: true)
        #expect(place.reason() == "is no file")
    }
}
