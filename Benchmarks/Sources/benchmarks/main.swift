import Foundation

// What is measured, one table at the end. An argument makes runs larger or smaller: `benchmarks 0.1` for a quick look.
let scale = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 1
var table = FigureTable()
FileHandle.standardError.write(Data("Measuring; on a shared machine only ratios count.\n".utf8))
do {
    JSONBenchmark.add(to: &table, count: Int(100_000 * scale))
    try StoreBenchmark.add(to: &table, count: Int(100_000 * scale))
    try WholePathBenchmark.add(to: &table, count: Int(100_000 * scale))
    try ReferenceBenchmark.add(to: &table, count: Int(200_000 * scale))
} catch {
    FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
    exit(1)
}
print(table.text)
