import StreamCore

/// The members of a message that fits its shape. What it gives back is nil where a member is absent.
struct MessageFields {
    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    init?(_ value: JSONValue?) {
        guard let value, value.kind == .object else { return nil }
        self.value = value
    }

    func text(_ name: StaticString) -> String? { value[name]?.string }
    func date(_ name: StaticString) -> CivilDate? { value[name]?.stringBytes.flatMap { CivilDate(iso: $0) } }
    func instant(_ name: StaticString) -> Instant? { value[name]?.stringBytes.flatMap { Instant(rfc3339: $0) } }
    func officer(_ name: StaticString) -> Officer? { text(name).flatMap(Officer.init) }
    func isTrue(_ name: StaticString) -> Bool { value[name]?.bool ?? false }
    func texts(_ name: StaticString) -> [String] { value[name].map { $0.elements.compactMap(\.string) } ?? [] }
    func subject(_ name: StaticString = "subject") -> SubjectStatement? { value[name].flatMap(SubjectStatement.init(validated:)) }
    func object(_ name: StaticString) -> MessageFields? { MessageFields(value[name]) }
    func evidence() -> [Evidence] { value["evidence"].map { $0.elements.compactMap(Evidence.init(validated:)) } ?? [] }

    /// An instant; of a date its beginning in Asia/Shanghai.
    func dateOrInstant(_ name: StaticString) -> Instant? { instant(name) ?? date(name)?.start }

    func word<Word: RawRepresentable<String>>(_ name: StaticString) -> Word? { text(name).flatMap(Word.init(rawValue:)) }
}
