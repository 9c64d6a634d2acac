/// Collects which promises of a port an implementation breaks. An empty list is what a test wants to see.
struct Promises {
    private(set) var broken: [String] = []

    /// Tries one promise; what its body throws breaks it too.
    mutating func promise(_ sentence: String, _ body: (_ expect: (Bool, String) -> Void) throws -> Void) {
        var findings: [String] = []
        do {
            try body { isKept, what in
                if !isKept { findings.append(what) }
            }
        } catch {
            findings.append("threw \(error)")
        }
        broken += findings.map { "\(sentence): \($0)" }
    }
}
