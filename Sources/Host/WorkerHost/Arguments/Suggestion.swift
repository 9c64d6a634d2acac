/// Finds what a mistyped word was probably meant to be.
public enum Suggestion {
    /// `did you mean X?`, or nil when nothing is near.
    public static func hint(for word: String, among known: [String]) -> String? {
        nearest(to: word, among: known).map { "did you mean \($0)?" }
    }

    /// The known word with the fewest changes, if they are few for its length, or the only one that begins so.
    public static func nearest(to word: String, among known: [String]) -> String? {
        let measured = known.map { (word: $0, distance: distance(word, $0)) }
        if let best = measured.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) { return best.word }
        let beginning = known.filter { $0.hasPrefix(word) }
        return beginning.count == 1 ? beginning[0] : nil
    }

    /// How many letters have to be put in, taken out, changed, or exchanged with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        var rows = [Array(0...right.count)]
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { least = min(least, rows[i - 1][j - 1] + 1) }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
