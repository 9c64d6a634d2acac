import Testing

/// One attempt to get round a safeguard by messages alone, and what has to come out of it.
struct Attempt: Sendable, CustomTestStringConvertible {
    let name: String
    /// Numbers of the list of safeguards.
    let safeguard: String
    let basis: String
    let zh: String
    let en: String
    /// What the topics say afterwards, word for word.
    let comesOut: String
    let play: @Sendable (MemoryCity) throws -> String

    var testDescription: String { name }

    init(
        _ name: String, _ safeguard: String, basis: String, _ zh: String, _ en: String, comesOut: String,
        _ play: @escaping @Sendable (MemoryCity) throws -> String
    ) {
        self.name = name
        self.safeguard = safeguard
        self.basis = basis
        self.zh = zh
        self.en = en
        self.comesOut = comesOut
        self.play = play
    }

    static let all =
        onRecords + onPeople + onNames + onSanctions + onNotices + onDisputes + onRepairs + onPublicity + onRewards + onTime + onTheCity
}
