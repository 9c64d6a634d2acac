import Foundation

/// The rows that `make bench` prints: what was measured beside the floor that it is compared with.
struct FigureTable {
    private var rows: [[String]] = []

    static let titles = ["", "µs CPU each", "per second", "peak MB", "floor µs", "the floor is"]

    mutating func add(_ name: String, _ measurement: Measurement, floor: String, of: String) {
        rows.append([
            name, String(format: "%.2f", measurement.cpuMicroseconds), grouped(measurement.perSecond),
            String(format: "%.0f", measurement.peakMegabytes), floor, of,
        ])
        FileHandle.standardError.write(Data("  \(name): \(rows[rows.count - 1][1]) µs\n".utf8))
    }

    var text: String {
        let lines = [Self.titles] + rows
        let widths = Self.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return (1...4).contains(column) ? space + cell : cell + space
            }.joined(separator: "  ")
        }
        return ([line(Self.titles), widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")] + rows.map(line))
            .joined(separator: "\n")
    }

    private func grouped(_ number: Double) -> String {
        var digits = String(Int(number.rounded()))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits] + groups).joined(separator: ",")
    }
}
