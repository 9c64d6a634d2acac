import CreditModel
import StreamCore

/// Whether a law is named, and was in force (河南省社会信用条例 articles 11 and 12: nothing is collected without a legal basis).
struct BasisGate: Sendable {
    struct Finding: Equatable {
        var reasons: [Reason] = []
        /// Whether something is cited that the pack does not know; it is accepted and marked.
        var isUnconfirmed = false
    }

    /// Names by their bytes, as they are mostly written: saves making texts of what is the same in thousands of records.
    private let known: [ByteKey: [Instrument]]
    private let policy: PolicyPack

    init(_ policy: PolicyPack) {
        self.policy = policy
        var known: [ByteKey: [Instrument]] = [:]
        for instrument in policy.instruments {
            for name in [instrument.name.zh] + instrument.shortNames {
                known[ByteKey(Bytes(utf8: name))] = policy.instruments(named: name)
            }
        }
        self.known = known
    }

    /// - Parameters:
    ///   - text: 《law》 and article; nil when there is none.
    ///   - day: on which it has to be in force; nil when the message does not say it rightly.
    func finding(text: Bytes?, at path: String, basisId: String? = nil, idPath: String = "/decision/basisId", on day: CivilDate?) -> Finding
    {
        var finding = Finding()
        let names = text.map { BasisGate.names(citedIn: $0) } ?? []
        if names.isEmpty { finding.reasons.append(Reason(.basisMissing, at: path)) }
        var isOutOfForce = false
        for name in names {
            let instruments = known[ByteKey(name)] ?? policy.instruments(named: name.text)
            if instruments.isEmpty { finding.isUnconfirmed = true }
            if let day, !instruments.isEmpty, !instruments.contains(where: { $0.inForce(on: day) }) { isOutOfForce = true }
        }
        if isOutOfForce { finding.reasons.append(Reason(.basisNotInForce, at: path)) }
        if let basisId {
            if let instrument = policy.instrument(basisId) {
                if let day, !instrument.inForce(on: day) { finding.reasons.append(Reason(.basisNotInForce, at: idPath)) }
            } else {
                finding.isUnconfirmed = true
            }
        }
        return finding
    }

    /// What stands between 《 and 》, and is not blank.
    static func names(citedIn text: Bytes) -> [Bytes] {
        var names: [Bytes] = []
        var start: Int?
        var index = text.startIndex
        // 《 is E3 80 8A, 》 is E3 80 8B; no other character has these bytes inside.
        while index + 2 < text.endIndex {
            guard text[index] == 0xE3, text[index + 1] == 0x80, text[index + 2] & 0xFE == 0x8A else {
                index += 1
                continue
            }
            if text[index + 2] == 0x8A {
                start = index + 3
            } else if let begin = start {
                let name = text[begin..<index]
                if name.contains(where: { $0 > 0x20 }) { names.append(name) }
                start = nil
            }
            index += 3
        }
        return names
    }
}
