import Crypto
import Foundation
import KafkaLog
import Linux
import ReferenceJob
import StreamCore
import StreamEngine

// The reference job (its README says what it is) as a worker of this engine, on a real broker.

func end(_ code: Int32, _ line: String) -> Never {
    note("reference-worker: \(line)")
    exit(code)
}

ProcessMemory.keepForReuse()
let request: Request
do { request = try Request(CommandLine.arguments.dropFirst()) } catch { end(64, "\(error.reason)\n\(Request.usage)") }
signal(SIGTERM) { _ in mustStop.store(true, ordering: .relaxed) }
signal(SIGINT) { _ in mustStop.store(true, ordering: .relaxed) }

/// The same for the same folder of the same machine, whatever is in it: after a kill, or when it was emptied, it is the same member.
let instance =
    "i"
    + Digest.sha256Text(Bytes(utf8: "\(ProcessInfo.processInfo.hostName)\n\(URL(fileURLWithPath: request.data).standardizedFileURL.path)"))
    .prefix(12)

do {
    try FileManager.default.createDirectory(atPath: request.data, withIntermediateDirectories: true)
    var options = KafkaOptions(bootstrap: request.bootstrap, clientId: String(instance))
    options.properties = request.properties
    let limit = request.properties["debug"] == nil ? 5 : 7
    options.onLine = { line in if line.level <= limit { note("\(line.client): \(line.facility): \(line.text)") } }
    let cluster = try KafkaCluster(options, wait: .seconds(30))
    try ReferenceTopics.make(in: cluster)
    let lanes = (0..<request.lanes).map { LaneThread($0, request, cluster, instance: instance) }
    let failures = lanes.compactMap { $0.join() }
    cluster.close()
    if let first = failures.first { end(1, first) }
} catch {
    end(1, "\(error)")
}
