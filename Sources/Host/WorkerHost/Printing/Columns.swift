/// Lines up cells under their titles; a Chinese character counts as two columns.
public struct Columns {
    private let titles: [String]
    private var rows: [[String]] = []

    public init(_ titles: String...) { self.init(titles) }
    public init(_ titles: [String]) { self.titles = titles }

    public mutating func add(_ cells: String...) { add(cells) }
    public mutating func add(_ cells: [String]) { rows.append(cells.map(Console.printable)) }

    public var isEmpty: Bool { rows.isEmpty }

    public var lines: [String] {
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { Columns.width($0[column]) }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - Columns.width(cell) + 2) }
            }
            return line
        }
    }

    public static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe4f, 0xff00...0xff60, 0x20000...0x3fffd:
                return width + 2
            default: return width + 1
            }
        }
    }
}
