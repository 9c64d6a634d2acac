import StreamCore

/// The tables of permits and penalties that bureaus publish within seven working days (双公示), as files have them.
public enum DoublePublicity {
    /// What a title says.
    public struct Title: Hashable, Sendable {
        /// The table that the title belongs to by itself; nil when both have it.
        public var table: DoublePublicityTable?
        /// The column in a table of penalties.
        public var inPenalties: DoublePublicityColumn?
        /// The column in a table of permits.
        public var inPermits: DoublePublicityColumn?
        /// Whether amounts below it are in yuan instead of 万元.
        public var isInYuan = false

        public func column(in table: DoublePublicityTable) -> DoublePublicityColumn? {
            table == .penalties ? inPenalties : inPermits
        }
    }

    /// What a title is: a code of either generation, or the Chinese title, also with 行政相对人, 行政处罚, 处罚, 行政许可 or 许可 before it, with
    /// brackets of either width, and with blanks inside. Nil when it is none of 双公示.
    public static func title(_ text: String) -> Title? { title(Bytes(utf8: text)) }

    /// The same for a title in UTF-8.
    static func title(_ text: Bytes) -> Title? { knownTitles[ByteKey(text)] ?? title(normalizing: text.text) }

    /// The code of a title in a table; nil when it has no such column.
    public static func titleToCode(_ text: String, in table: DoublePublicityTable) -> String? {
        title(text)?.column(in: table).flatMap { table.code(of: $0) }
    }

    /// The table of which these are the titles: the one to which more of them belong alone. Nil when there is no number of a document among them.
    public static func table(ofTitles texts: some Sequence<String>) -> DoublePublicityTable? {
        table(of: texts.map { title($0) })
    }

    static func table(of titles: [Title?]) -> DoublePublicityTable? {
        var penalties = 0
        var permits = 0
        var hasDocumentNo = false
        for title in titles {
            guard let title else { continue }
            switch title.table {
            case .penalties: penalties += 1
            case .permits: permits += 1
            case nil: break
            }
            if title.inPenalties == .documentNo || title.inPermits == .documentNo { hasDocumentNo = true }
        }
        guard hasDocumentNo || penalties + permits > 1 else { return nil }
        return permits > penalties ? .permits : .penalties
    }

    /// Whether the first line of a file has titles of 双公示.
    public static func areTitles(_ texts: [String]) -> Bool {
        texts.filter { title($0) != nil }.count >= 3 && table(ofTitles: texts) != nil
    }

    /// Whether below this title stand the numbers of decisions.
    public static func isDocumentNumber(title text: String) -> Bool {
        guard let title = title(text) else { return false }
        return title.inPenalties == .documentNo || title.inPermits == .documentNo
    }

    /// The number of the decision in a row that came as a message; nil when there is none.
    public static func documentNumber(of row: JSONValue) -> String? {
        for (name, value) in row.members {
            guard let name = name.string, isDocumentNumber(title: name), let text = value.string.map(CharacterForms.trimmed), !text.isEmpty
            else {
                continue
            }
            return text
        }
        return nil
    }

    // MARK: Titles

    private static func title(normalizing text: String) -> Title? {
        var name = ""
        for scalar in text.unicodeScalars {
            let scalar = CharacterForms.halfWidth(scalar)
            if CharacterForms.isBlank(scalar) || scalar == "*" { continue }
            name.unicodeScalars.append("a"..."z" ~= scalar ? Unicode.Scalar(UInt8(scalar.value) - 0x20) : scalar)
        }
        var isInYuan = false
        if let open = name.firstIndex(of: "("), name.last == ")" {
            let inner = String(name[name.index(after: open)...].dropLast())
            name = String(name[..<open])
            isInYuan = inner == "元" || inner.hasSuffix(":元")
            // 行政相对人代码_1(统一社会信用代码): the brackets say which code it is.
            if name.hasPrefix("行政相对人代码") || name.hasPrefix("代码") { name = inner }
        }
        for candidate in candidates(name) {
            if var title = titles[candidate] {
                title.isInYuan = isInYuan
                return title
            }
        }
        return nil
    }

    /// Titles as they nearly always stand, by their bytes, so that a row needs one look for each.
    private static let knownTitles: [ByteKey: Title] = {
        var known: [ByteKey: Title] = [:]
        for (name, title) in titles {
            known[ByteKey(Bytes(utf8: name))] = title
            let isAmount = title.inPenalties == .fine || title.inPenalties == .confiscated
            for word in ["", "行政", "行政相对人", "行政处罚", "行政许可", "处罚", "许可"] {
                for unit in isAmount ? ["", "（万元）", "(万元)", "（元）", "(元)"] : [""] {
                    let text = word + name + unit
                    if titles[text] == nil { known[ByteKey(Bytes(utf8: text))] = DoublePublicity.title(normalizing: text) }
                }
            }
        }
        return known
    }()

    /// The title as it stands, with the shorter word before it, and without one.
    private static func candidates(_ name: String) -> [String] {
        var candidates = [name]
        if name.hasPrefix("行政处罚") || name.hasPrefix("行政许可") { candidates.append(String(name.dropFirst(2))) }
        for prefix in ["行政相对人", "行政处罚", "行政许可", "处罚", "许可"] where name.hasPrefix(prefix) && name != prefix {
            candidates.append(String(name.dropFirst(prefix.count)))
            break
        }
        return candidates
    }

    /// Titles by code and by Chinese name without 行政 before it.
    private static let titles: [String: Title] = {
        var titles: [String: Title] = [:]
        for entry in DoublePublicityTable.standard {
            titles[entry.code] = Title(
                table: entry.table, inPenalties: entry.table == .permits ? nil : entry.column,
                inPermits: entry.table == .penalties ? nil : entry.column)
        }
        for entry in DoublePublicityTable.standard {
            for name in entry.titles {
                var title = titles[name] ?? Title()
                if entry.table != .permits, title.inPenalties == nil { title.inPenalties = entry.column }
                if entry.table != .penalties, title.inPermits == nil { title.inPermits = entry.column }
                titles[name] = title
            }
        }
        // What only one table has tells the table; so does a word that names it.
        for (name, var title) in titles where title.table == nil {
            if name.contains("处罚") || title.inPermits == nil { title.table = .penalties }
            if name.contains("许可") || title.inPenalties == nil { title.table = .permits }
            titles[name] = title
        }
        return titles
    }()
}
