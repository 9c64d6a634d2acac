/// The name of a process's place in its worker's group: the same after a restart, and nobody else's.
///
/// It is asked for and has no default. A host's name would do for one process on a machine that keeps its name, and go wrong silently
/// everywhere else: two processes would take each other's place for ever, or each restart would leave a place behind.
public struct InstanceName: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    static let lengthMax = 100

    /// Throws for a name that Kafka does not take.
    public init(_ text: String) throws(UsageError) {
        let isLegal = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46 || byte == 95
        }
        guard isLegal, !text.isEmpty, text.utf8.count <= InstanceName.lengthMax, text != ".", text != ".." else {
            throw UsageError(
                "--instance cannot be \(text.prefix(InstanceName.lengthMax))",
                hint: "1 to \(InstanceName.lengthMax) of the letters a-z and A-Z, digits, dot, hyphen and underscore, as ledger-1")
        }
        self.text = text
    }

    /// The place of a lane: that of the process where it is the only one, else with its number.
    public func lane(_ number: Int, of count: Int) -> String { count == 1 ? text : "\(text)-\(number)" }
}
