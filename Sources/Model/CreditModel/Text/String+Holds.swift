extension String {
    /// Whether another text stands in this one, byte for byte.
    ///
    /// The standard library's search looks for characters and their equivalents, which costs many times as much; the words that rules
    /// look for are Chinese, and have no second spelling.
    func holds(_ part: String) -> Bool {
        var (text, part) = (self, part)
        return text.withUTF8 { text in
            part.withUTF8 { part in
                guard let first = part.first else { return true }
                guard part.count <= text.count else { return false }
                for start in 0...(text.count - part.count) where text[start] == first {
                    if text[start..<(start + part.count)].elementsEqual(part) { return true }
                }
                return false
            }
        }
    }
}
