import Foundation

/// The command line: `reference-worker --bootstrap HOST:PORT --data DIR [--lanes 2] …`.
struct Request {
    var bootstrap = ""
    var data = ""
    var lanes = 2
    /// Records of one transaction.
    var records = 5000
    /// Memory of SQLite's cache, for each of the stores.
    var cacheMegabytes = 16
    /// librdkafka's own names and values.
    var properties: [String: String] = [:]

    static let usage = """
        usage: reference-worker --bootstrap HOST:PORT --data DIR [options]
          --lanes N        threads that decide, each with a member of the group and a producer  (2)
          --records N      records of one transaction at most                                   (5000)
          --cache-mb N     SQLite's cache of each store                                         (16)
          --set NAME=VALUE a property of librdkafka; may be said again
        """

    struct Wrong: Error { var reason: String }

    init(_ words: some Sequence<String>) throws(Wrong) {
        var words = Array(words)[...]
        while let option = words.popFirst() {
            guard let value = words.popFirst() else { throw Wrong(reason: "\(option) needs a value") }
            switch option {
            case "--bootstrap": bootstrap = value
            case "--data": data = value
            case "--lanes": lanes = try Request.number(option, value)
            case "--records": records = try Request.number(option, value)
            case "--cache-mb": cacheMegabytes = try Request.number(option, value)
            case "--set":
                let parts = value.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { throw Wrong(reason: "--set takes NAME=VALUE") }
                properties[String(parts[0])] = String(parts[1])
            default: throw Wrong(reason: "there is no option \(option)")
            }
        }
        if bootstrap.isEmpty { throw Wrong(reason: "--bootstrap is missing") }
        if data.isEmpty { throw Wrong(reason: "--data is missing") }
    }

    private static func number(_ option: String, _ value: String) throws(Wrong) -> Int {
        guard let number = Int(value), number > 0 else { throw Wrong(reason: "\(option) takes a number above zero") }
        return number
    }
}
