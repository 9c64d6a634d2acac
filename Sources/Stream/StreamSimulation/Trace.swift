import StreamCore

/// What happened in a run, one line for each event, and a digest by which two runs are compared.
public struct Trace: Sendable {
    /// Only kept when somebody wants to read them; the digest is always there.
    public private(set) var lines: [String] = []
    public private(set) var count = 0
    public private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    private let keepsLines: Bool
    private let start: Instant

    public init(start: Instant, keepsLines: Bool) {
        self.start = start
        self.keepsLines = keepsLines
    }

    public mutating func note(at now: Instant, _ who: String, _ what: String) {
        count += 1
        fold(UInt64(bitPattern: now.milliseconds))
        fold(who)
        fold(what)
        guard keepsLines else { return }
        let passed = now - start
        let seconds = passed.milliseconds / 1000
        let thousandths = String(passed.milliseconds % 1000)
        let padding = String(repeating: "0", count: max(0, 3 - thousandths.count))
        lines.append("+\(seconds).\(padding)\(thousandths) \(who) \(what)")
    }

    private mutating func fold(_ word: UInt64) {
        digest = (digest ^ word) &* 0x0000_0100_0000_01b3
        digest ^= digest >> 29
    }

    private mutating func fold(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
    }
}
