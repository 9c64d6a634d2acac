import Foundation

/// A worker's own process, `NAME-worker`, on a Kafka cluster.
public final class RunningWorker: Sendable {
    public let name: String
    public let instance: String
    public let data: String
    public let child: ChildProcess

    /// Starts the built executable. Its output goes into `DATA.log` beside its data folder.
    public init(
        _ name: String, bootstrap: String, data: String, instance: String, arguments: [String] = [], environment: [String: String] = [:]
    ) throws {
        self.name = name
        self.instance = instance
        self.data = data
        child = try ChildProcess(
            BuiltProducts.path("\(name)-worker"), ["--bootstrap", bootstrap, "--data", data, "--instance", instance] + arguments,
            environment: environment, output: data + ".log")
    }

    /// The file that says that all its shards are restored and served.
    public var readinessFile: String { data + "/ready" }
    /// Whether the file is there, and this process wrote it: one that was killed leaves its own behind.
    public var isReady: Bool {
        let text = try? String(contentsOfFile: readinessFile, encoding: .utf8)
        return text?.contains("\"process\":\(child.pid),") ?? false
    }

    public func waitUntilReady(within limit: Duration = .seconds(60)) throws {
        try Wait.until("\(name) \(instance) is ready", within: limit, detail: { self.child.tail() }) {
            guard child.isRunning else {
                throw ChildProcess.CannotStart(description: "\(name) \(instance) ended (\(child.end!)): \(child.tail())")
            }
            return isReady
        }
    }

    /// Asks it to end. How it ended and how long that took.
    public func terminate(within limit: Duration = .seconds(30)) throws -> (end: ChildProcess.End, took: Duration) {
        let start = ContinuousClock.now
        child.send(SIGTERM)
        guard let end = child.waitForEnd(within: limit) else {
            throw WaitedTooLong(description: "\(name) \(instance) ends after SIGTERM: not within \(limit); \(child.tail())")
        }
        return (end, ContinuousClock.now - start)
    }

    public func kill() {
        child.send(SIGKILL)
        _ = child.waitForEnd(within: .seconds(10))
    }

    /// The files of its stores, one for each partition that it has or had.
    public var storeFiles: [String] {
        let names = FileManager.default.enumerator(atPath: data)?.allObjects as? [String] ?? []
        return names.filter { $0.hasSuffix(".sqlite") }.sorted().map { data + "/" + $0 }
    }
    /// How many partitions it has, or had.
    public var shards: Int { storeFiles.count }

    public func pause() { child.send(SIGSTOP) }
    public func resume() { child.send(SIGCONT) }
}
