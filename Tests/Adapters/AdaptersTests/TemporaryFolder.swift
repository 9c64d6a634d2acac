import Files
import Foundation

/// A folder for one test, removed with it.
final class TemporaryFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "chengxin-test-" + Files.randomName().prefix(16)
        try? Files.makeFolder(path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
