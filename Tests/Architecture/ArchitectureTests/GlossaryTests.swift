import Testing

@Suite struct GlossaryTests {
    struct Row {
        var chinese: String
        var english: String
        var avoided: [String]
        var meaning: String
    }

    static func rows() throws -> [Row] {
        try Repository.text("docs/GLOSSARY.md").split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2).map { line in
            let cells = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).map { trimmed($0) }
            return Row(
                chinese: cells[0], english: cells.count > 1 ? cells[1] : "",
                avoided: cells.count > 2 ? cells[2].split(separator: ",").map { trimmed($0) } : [], meaning: cells.count > 3 ? cells[3] : ""
            )
        }
    }

    @Test func everyRowHasBothLanguagesAndAMeaning() throws {
        let rows = try Self.rows()
        #expect(rows.count > 40)
        for row in rows {
            #expect(
                !row.chinese.isEmpty && !row.english.isEmpty && !row.meaning.isEmpty, "docs/GLOSSARY.md: complete the row of \(row.english)"
            )
            #expect(row.chinese.unicodeScalars.contains { $0.value >= 0x4e00 }, "docs/GLOSSARY.md: \(row.english) has no Chinese word")
        }
    }

    @Test func oneWordMeansOneThing() throws {
        let words = try Self.rows().map(\.english)
        for word in Set(words) {
            #expect(words.filter { $0 == word }.count == 1, "docs/GLOSSARY.md explains \(word) twice: keep one row")
        }
    }

    @Test func namesUseTheWordsOfTheGlossary() throws {
        var betterWord: [String: String] = [:]
        for row in try Self.rows() {
            for word in row.avoided { betterWord[word.lowercased()] = row.english }
        }
        try #require(!betterWord.isEmpty)
        for file in Repository.files(below: "Sources", ending: ".swift") {
            for (index, line) in try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                for word in Self.words(in: line) {
                    guard let better = betterWord[word] else { continue }
                    Issue.record("\(file):\(index + 1) says \(word): the glossary's word is \(better)")
                }
            }
        }
    }

    @Test func wordsOfNamesAreFoundInsideOfThem() {
        #expect(
            Self.words(in: "let blacklistEntry = DLQ(of: maskedName) // a dlq's") == [
                "let", "blacklist", "entry", "dlq", "of", "masked", "name",
            ])
    }

    /// The words that names of a line are made of, in lower case, without comments and texts.
    static func words(in line: some StringProtocol) -> [String] {
        var found: [String] = []
        var word = ""
        var isText = false
        var before: Character = " "
        for character in line {
            if character == "/", before == "/" { break }
            defer { before = character }
            if character == "\"", before != "\\" { isText.toggle() }
            let isLetter = character.isASCII && character.isLetter && !isText
            let begins = character.isUppercase && !before.isUppercase
            if !isLetter || begins, !word.isEmpty {
                found.append(word.lowercased())
                word = ""
            }
            if isLetter { word.append(character) }
        }
        if !word.isEmpty { found.append(word.lowercased()) }
        return found
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while rest.first == " " { rest = rest.dropFirst() }
        while rest.last == " " { rest = rest.dropLast() }
        return String(rest)
    }
}
