import StreamCore

/// A row of 双公示 that came as the data of a `record.submitted`: an object whose members are titles or codes.
public struct DoublePublicityRow: Sendable {
    public let table: DoublePublicityTable
    /// The cells, without blanks around.
    private var cells = Cells()
    /// Reasons about cells that are no text.
    private var typeReasons: [Reason] = []

    private struct Cell: Sendable {
        var text: String
        /// The title as it stands.
        var name: JSONValue
        var isInYuan: Bool
        /// Whether it only says that there is nothing to say.
        var isNothing: Bool

        /// The pointer to the member.
        var path: String { JSONPointer.member(name.string ?? "", of: "") }
    }

    /// Cells by column: a place for each, because a row is asked for its cells some fifty times.
    private struct Cells: Sendable {
        private var places = [Cell?](repeating: nil, count: DoublePublicityColumn.allCases.count)

        subscript(column: DoublePublicityColumn) -> Cell? {
            get { places[Int(column.rawValue)] }
            set { places[Int(column.rawValue)] = newValue }
        }
    }

    /// Reads a row; nil when the value is none, but for example a record in the form of the contract.
    public init?(_ value: JSONValue) {
        guard value.kind == .object, value["recordNo"] == nil, value["catalogItem"] == nil else { return nil }
        let titles = value.members.map { $0.name.stringBytes.flatMap { DoublePublicity.title($0) } }
        guard let table = DoublePublicity.table(of: titles) else { return nil }
        self.table = table
        for ((name, member), title) in zip(value.members, titles) {
            guard let title, let column = title.column(in: table) else { continue }
            // Programs that make JSON of tables write numbers where only digits stand.
            guard let text = member.string ?? member.numberText else {
                if !member.isNull {
                    let path = JSONPointer.member(name.string ?? "", of: "")
                    typeReasons.append(Reason(.schemaType, at: path, hint: "a cell is a text"))
                }
                continue
            }
            let trimmed = CharacterForms.trimmed(text)
            // An empty cell is kept for its title, until another column of the same meaning says something.
            let isNothing = trimmed.isEmpty || Self.nothings.contains { $0.utf8.elementsEqual(trimmed.utf8) }
            if let known = cells[column], isNothing || !known.isNothing { continue }
            cells[column] = Cell(text: trimmed, name: name, isInYuan: title.isInYuan, isNothing: isNothing)
        }
    }

    /// What the policy says about rows.
    public struct Rules: Sendable {
        /// The severity of one kind of penalty, by its words.
        public var severity: @Sendable (String) -> Severity
        /// Amounts of so many 万元 or more are taken for yuan in the wrong column.
        public var suspectedYuanFrom: Int
        /// Items for persons whose penalty rests on a law of which the name contains this: they have rules of their own.
        public var itemsByLaw: [(law: String, item: String)]

        public init(
            suspectedYuanFrom: Int, itemsByLaw: [(law: String, item: String)] = [("治安管理处罚法", "penalty.public-security")],
            severity: @escaping @Sendable (String) -> Severity
        ) {
            self.suspectedYuanFrom = suspectedYuanFrom
            self.itemsByLaw = itemsByLaw
            self.severity = severity
        }
    }

    /// A row as a record, as far as it goes.
    public struct Mapping: Sendable {
        /// The data of a `record.submitted`, as JSON; members that the row lacks are absent, so that the shape says so. `recordNo` is the number
        /// of the decision, `revision` 1: which party and which revision it is, only intake's memory knows.
        public var data: Bytes
        /// What is wrong with the row as a row.
        public var reasons: [Reason]
        /// Where a member of the record comes from: columns of the row by pointers into `data`. Looked through only when something is wrong.
        fileprivate var origins: [(path: String, column: DoublePublicityColumn)]
        fileprivate var row: DoublePublicityRow

        /// The pointer into the row that stands for one into the record.
        public func pointer(_ path: String) -> String {
            var path = Substring(path)
            while true {
                if let origin = origins.first(where: { $0.path == path }) { return row.path(origin.column) }
                guard let slash = path.lastIndex(of: "/") else { return "" }
                path = path[..<slash]
            }
        }

        /// All reasons, with pointers into the row: those of the row, and those that were found in `data` and say something about other places.
        public func reasons(with found: [Reason]) -> [Reason] {
            var all = reasons
            for reason in found {
                let path = pointer(reason.path)
                // Two members may come from one cell, and a cell that could not be read leaves its member out: one reason is enough for it.
                let isKnown = all.contains { $0.path == path && $0.code == reason.code }
                let isUnreadable = reason.code == .schemaMissing && reasons.contains { $0.path == path }
                if path != "", isKnown || isUnreadable { continue }
                all.append(Reason(reason.code, at: path, hint: reason.hint))
            }
            return all
        }
    }

    /// The row as a record.
    public func mapped(by rules: Rules) -> Mapping {
        var mapper = Mapper(row: self, rules: rules)
        return mapper.map()
    }

    // MARK: Cells

    /// The text of a cell, unless it only says that there is none.
    fileprivate func value(_ column: DoublePublicityColumn) -> String? {
        guard let cell = cells[column], !cell.isNothing else { return nil }
        return cell.text
    }

    fileprivate func isInYuan(_ column: DoublePublicityColumn) -> Bool { cells[column]?.isInYuan ?? false }

    /// The pointer to the cell; by the code of the table, when the row has no such column.
    fileprivate func path(_ column: DoublePublicityColumn) -> String {
        cells[column]?.path ?? "/\(table.code(of: column) ?? "")"
    }

    /// What people write into a cell that has nothing to say.
    private static let nothings: [String] = ["空", "无", "/", "-", "--", "—", "——", "NULL", "null", "Null", "0000-00-00"]

    // MARK: Mapping

    private struct Mapper {
        let row: DoublePublicityRow
        let rules: Rules
        var reasons: [Reason] = []
        /// Of attributes, of which each row has others.
        var attributeOrigins: [(path: String, column: DoublePublicityColumn)] = []

        init(row: DoublePublicityRow, rules: Rules) {
            self.row = row
            self.rules = rules
            reasons = row.typeReasons
        }

        mutating func map() -> Mapping {
            let subject = subject()
            let basis = row.value(.basis)
            let lawItem = subject.kind == .person ? rules.itemsByLaw.first { basis?.holds($0.law) ?? false }?.item : nil
            let item = row.table == .penalties ? lawItem ?? row.table.catalogItem : row.table.catalogItem
            // An item of its own declares attributes of its own, not those of the table.
            let attributes = item == row.table.catalogItem ? attributes() : []
            let decisionDate = date(.decisionDate)
            let validUntil = date(.validUntil, endless: true)

            var writer = JSONWriter(reserving: 1024)
            writer.object {
                $0.member("recordNo", ifPresent: row.value(.documentNo))
                $0.member("revision", 1)
                $0.member("catalogItem", item)
                $0.member(
                    "subject",
                    object: {
                        $0.member("kind", ifPresent: subject.kind?.rawValue)
                        $0.member("idType", ifPresent: subject.idType?.rawValue)
                        $0.member("idNumber", ifPresent: subject.idNumber)
                        $0.member("name", ifPresent: row.value(.name))
                    })
                $0.member("conduct", object: { $0.member("facts", ifPresent: facts) })
                $0.member(
                    "decision",
                    object: {
                        $0.member("documentNo", ifPresent: row.value(.documentNo))
                        $0.member("date", ifPresent: decisionDate?.description)
                        $0.member("authority", ifPresent: row.value(.authority) ?? row.value(.sourceUnit))
                        $0.member("basis", ifPresent: basis)
                        $0.member("result", ifPresent: result)
                    })
                $0.member("severity", severity.rawValue)
                $0.member("validUntil", ifPresent: validUntil?.description)
                $0.name("attributes")
                RecordAttribute.write(attributes, to: &$0)
            }
            return Mapping(data: writer.bytes, reasons: reasons, origins: origins(subject), row: row)
        }

        private func origins(_ subject: Subject) -> [(path: String, column: DoublePublicityColumn)] {
            [
                ("/recordNo", .documentNo), ("/subject/kind", .category), ("/subject/idType", subject.typeColumn),
                ("/subject/idNumber", subject.numberColumn), ("/subject/name", .name), ("/conduct/facts", factsColumn),
                ("/conduct/date", .decisionDate), ("/decision/documentNo", .documentNo), ("/decision/date", .decisionDate),
                ("/decision/authority", .authority), ("/decision/basis", .basis), ("/decision/result", resultColumn),
                ("/severity", row.table == .penalties ? .penaltyType : .permitType), ("/validUntil", .validUntil),
            ] + attributeOrigins
        }

        // MARK: Subject

        private struct Subject {
            var kind: SubjectKind?
            var idType: IdentityType?
            var idNumber: String?
            var typeColumn = DoublePublicityColumn.category
            var numberColumn = DoublePublicityColumn.uscc
        }

        private static let codeColumns: [(column: DoublePublicityColumn, type: IdentityType)] = [
            (.uscc, .uscc), (.organizationCode, .organizationCode), (.registrationNo, .registrationNo), (.taxNo, .taxNo),
            (.institutionNo, .institutionNo), (.socialOrganizationNo, .socialOrganizationNo),
        ]

        /// Persons have a document and no codes, organisations the reverse; who trades in their own name (个体工商户) may have both.
        private mutating func subject() -> Subject {
            let codes = Self.codeColumns.filter { row.value($0.column) != nil }
            let personNumber = row.value(.personIdNumber)
            let category = category(hasCodes: !codes.isEmpty, hasPersonNumber: personNumber != nil)
            switch category {
            case .person:
                for code in codes {
                    reasons.append(
                        Reason(.subjectKind, at: row.path(code.column), hint: "a person has no codes of organizations; leave it blank"))
                }
                if personNumber == nil {
                    reasons.append(Reason(.schemaMissing, at: row.path(.personIdNumber), hint: "a person needs a document"))
                }
                return Subject(
                    kind: .person, idType: personIdType(of: personNumber), idNumber: personNumber, typeColumn: .personIdType,
                    numberColumn: .personIdNumber)
            case .organization, .individualBusiness:
                if category == .organization, personNumber != nil {
                    reasons.append(
                        Reason(
                            .subjectKind, at: row.path(.personIdNumber), hint: "an organization has no document of a person; leave it blank"
                        ))
                }
                guard let code = codes.first else {
                    reasons.append(
                        Reason(.schemaMissing, at: row.path(.uscc), hint: "an organization needs its unified social credit code"))
                    return Subject(kind: .organization, idType: .uscc)
                }
                return Subject(
                    kind: .organization, idType: code.type, idNumber: row.value(code.column), typeColumn: code.column,
                    numberColumn: code.column)
            case nil:
                return Subject()
            }
        }

        private static let documentWords: [(word: String, type: IdentityType)] = [
            ("永久居留", .foreignPermanentResidence), ("永居", .foreignPermanentResidence), ("居住证", .hmtResidence), ("身份证", .residentId),
            ("护照", .passport), ("台湾", .taiwanPermit), ("台胞", .taiwanPermit), ("港澳", .hongKongMacaoPermit),
            ("回乡证", .hongKongMacaoPermit), ("军", .militaryId), ("士兵", .militaryId), ("警官", .militaryId), ("警察", .militaryId),
            ("其他", .other), ("其它", .other),
        ]

        private enum Category { case person, organization, individualBusiness }

        /// The category by its word; numbers differ from place to place, so with one, or without any, the documents decide.
        private mutating func category(hasCodes: Bool, hasPersonNumber: Bool) -> Category? {
            let text = row.value(.category).map(CharacterForms.halfWidth)
            if let text {
                if text.holds("自然人") || text == "个人" { return .person }
                if text.holds("个体") { return .individualBusiness }
                if text.holds("法人") || text.holds("组织") || text.holds("企业") || text.holds("单位") { return .organization }
                guard text.utf8.allSatisfy(\.isDigit), text.utf8.count <= 2 else {
                    reasons.append(Reason(.schemaRange, at: row.path(.category), hint: "one of 法人及非法人组织, 个体工商户, 自然人"))
                    return nil
                }
            }
            if hasCodes != hasPersonNumber { return hasCodes ? .organization : .person }
            // 1 stands for 自然人 in the systems we know.
            if let text { return Int(text) == 1 ? .person : .individualBusiness }
            // Nothing tells: the shape says that the kind is missing.
            return nil
        }

        private mutating func personIdType(of number: String?) -> IdentityType? {
            guard let text = row.value(.personIdType) else {
                // The tables of 2015 have only the number of the identity card.
                guard let number else { return nil }
                let length = number.unicodeScalars.filter { !CharacterForms.isBlank($0) && !CharacterForms.isHyphen($0) }.count
                if length == 18 || length == 15 || row.path(.personIdNumber).hasSuffix("_SFZ") { return .residentId }
                reasons.append(Reason(.schemaMissing, at: row.path(.personIdType), hint: "say which document the number belongs to"))
                return nil
            }
            if let type = Self.documentWords.first(where: { text.holds($0.word) })?.type ?? IdentityType(rawValue: text),
                type.kind == .person
            {
                return type
            }
            reasons.append(Reason(.schemaRange, at: row.path(.personIdType), hint: "身份证, 护照, 港澳居民来往内地通行证, 台湾居民来往大陆通行证 …"))
            return nil
        }

        // MARK: Texts and dates

        private var factsColumn: DoublePublicityColumn {
            guard row.table == .permits else { return .facts }
            return [.content, .projectName, .documentName, .permitType].first { row.value($0) != nil } ?? .content
        }

        // The kind of a violation (违法行为类型) tells nobody what happened: it does not stand in for facts.
        private var facts: String? { row.value(factsColumn) }

        private var resultColumn: DoublePublicityColumn {
            guard row.table == .permits else { return .result }
            return [.documentName, .certificateName, .permitType, .content, .projectName].first { row.value($0) != nil } ?? .content
        }

        private var result: String? { row.value(resultColumn) ?? (row.table == .penalties ? row.value(.penaltyType) : nil) }

        /// The highest severity of the kinds of penalties that the cell names: a warning with a fine is more than a warning.
        private var severity: Severity {
            guard row.table == .penalties else { return .none }
            var kinds: [String] = []
            for column in [DoublePublicityColumn.penaltyType, .penaltyTypeFurther] {
                guard let text = row.value(column) else { continue }
                kinds += text.unicodeScalars.split { Self.endsKind($0) }.map { String($0) }
            }
            guard !kinds.isEmpty, !kinds.contains(where: { $0.holds("其他") || $0.holds("其它") }) else {
                return rules.severity((kinds + [row.value(.result) ?? ""]).joined(separator: "、"))
            }
            return kinds.map(rules.severity).max() ?? .general
        }

        /// Whether a character stands between the kinds of penalties that a cell names.
        private static func endsKind(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case "、", ",", "，", ";", "；", "/", "|", "+", " ", "和", "并", "及": true
            default: false
            }
        }

        /// - Parameter endless: whether words for a term without end are allowed.
        private mutating func date(_ column: DoublePublicityColumn, endless: Bool = false) -> CivilDate? {
            guard let text = row.value(column) else { return nil }
            if let date = CivilDate(row: text) { return date }
            if endless, ["长期", "永久", "长期有效", "永久有效", "无期限"].contains(text) { return nil }
            reasons.append(Reason(.schemaFormat, at: row.path(column), hint: "a date as 2026-03-02 or 2026/3/2 that exists"))
            return nil
        }

        // MARK: Attributes

        private mutating func attributes() -> [RecordAttribute] {
            var attributes: [RecordAttribute] = []
            func add(_ name: String, _ column: DoublePublicityColumn, _ value: String?) {
                guard let value else { return }
                attributes.append(RecordAttribute(name, .text(value)))
                attributeOrigins.append(("/attributes/\(name)", column))
            }
            switch row.table {
            case .penalties:
                add("violationType", .violationType, row.value(.violationType))
                let types = [row.value(.penaltyType), row.value(.penaltyTypeFurther)].compactMap { $0 }
                add("penaltyType", .penaltyType, types.isEmpty ? nil : types.joined(separator: "、"))
                add("documentName", .documentName, row.value(.documentName))
                let fine = amount(.fine)
                add("fine", .fine, fine)
                let confiscated = amount(.confiscated)
                add("confiscated", .confiscated, confiscated)
                add("licence", .licence, row.value(.licence))
            case .permits:
                add("documentName", .documentName, row.value(.documentName))
                add("projectName", .projectName, row.value(.projectName))
                add("permitType", .permitType, row.value(.permitType))
                add("certificateName", .certificateName, row.value(.certificateName))
                add("permitNo", .permitNo, row.value(.permitNo))
                add("content", .content, row.value(.content))
                let validFrom = date(.validFrom)
                add("validFrom", .validFrom, validFrom?.description)
            }
            // The older column of the term of publicity has words as well as dates.
            let isOld = row.path(.publicUntil).hasSuffix("GSQX") || row.path(.publicUntil).hasSuffix("公示期限")
            let publicUntil = isOld ? row.value(.publicUntil).flatMap { CivilDate(row: $0) } : date(.publicUntil, endless: true)
            if row.table == .penalties { add("publicUntil", .publicUntil, publicUntil?.description) }
            add("authorityCode", .authorityCode, row.value(.authorityCode))
            add("sourceUnit", .sourceUnit, row.value(.sourceUnit))
            add("sourceUnitCode", .sourceUnitCode, row.value(.sourceUnitCode))
            add("regionCode", .regionCode, row.value(.regionCode))
            add("state", .state, row.value(.state))
            add("note", .note, row.value(.note))
            return attributes
        }

        /// An amount of 万元 in yuan with two decimals.
        private mutating func amount(_ column: DoublePublicityColumn) -> String? {
            guard let text = row.value(column) else { return nil }
            guard var amount = DoublePublicityAmount(text) else {
                reasons.append(
                    Reason(.schemaFormat, at: row.path(column), hint: "an amount in 万元 with at most six decimals, for example 0.5"))
                return nil
            }
            if amount.unit == nil { amount.unit = row.isInYuan(column) ? .yuan : .wanYuan }
            if amount.unit == .wanYuan, amount.isSuspected(from: rules.suspectedYuanFrom) || isSaidInYuan(amount) {
                reasons.append(
                    Reason(
                        .schemaRange, at: row.path(column),
                        hint: "this looks like yuan; the column is in 万元 (ten thousands of yuan), so 5000 yuan are 0.5"))
                return nil
            }
            guard let yuan = amount.yuan else {
                reasons.append(Reason(.schemaRange, at: row.path(column), hint: "the amount is too large or has fractions of a 分"))
                return nil
            }
            return yuan
        }

        /// Whether the text of the decision has the same number before 元.
        private func isSaidInYuan(_ amount: DoublePublicityAmount) -> Bool {
            guard amount.isPositive, let result = row.value(.result) else { return false }
            let said = CharacterForms.halfWidth(result).utf8.filter { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
            return said.contains(where: \.isDigit) && Self.contains(said, number: amount.digits, before: "元")
        }

        /// Whether the number stands in the text just before a word, and is not the end of a longer number.
        private static func contains(_ text: [UInt8], number: String, before word: String) -> Bool {
            let wanted = Array(number.utf8)
            let words = ["\(number)\(word)", "\(number).00\(word)", "\(number).0\(word)"].map { Array($0.utf8) }
            for start in text.indices where text[start...].starts(with: wanted) {
                if start > 0, text[start - 1].isDigit || text[start - 1] == UInt8(ascii: ".") { continue }
                if words.contains(where: { text[start...].starts(with: $0) }) { return true }
            }
            return false
        }
    }
}
