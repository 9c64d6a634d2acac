import StreamCore

/// A text in the two languages of the house.
public struct Bilingual: Hashable, Sendable {
    public var zh: String
    public var en: String
    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// Reads what `JSONWriter.member` has written.
    public init(decoding value: JSONValue) throws(Rejection) {
        zh = try value.text("zh")
        en = try value.text("en")
    }
}

extension JSONWriter {
    /// `{"zh": …, "en": …}`.
    public mutating func member(_ name: StaticString, _ text: Bilingual) {
        self.name(name)
        write(text)
    }

    mutating func write(_ text: Bilingual) {
        object {
            $0.member("zh", text.zh)
            $0.member("en", text.en)
        }
    }
}
