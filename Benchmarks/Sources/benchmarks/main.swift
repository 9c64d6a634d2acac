import Foundation

// What is measured, one table at the end. Arguments: a number makes runs larger or smaller (`benchmarks 0.1` for a quick look), names
// choose among `json`, `store`, `engine`, `path` and `reference`.
let words = CommandLine.arguments.dropFirst()
let scale = words.lazy.compactMap(Double.init).first ?? 1
let names = words.filter { Double($0) == nil }
func wants(_ name: String) -> Bool { names.isEmpty || names.contains(name) }
var table = FigureTable()
FileHandle.standardError.write(Data("Measuring; on a shared machine only ratios count.\n".utf8))
do {
    if wants("json") { JSONBenchmark.add(to: &table, count: Int(100_000 * scale)) }
    if wants("store") { try StoreBenchmark.add(to: &table, count: Int(100_000 * scale)) }
    if wants("engine") { try EngineBenchmark.add(to: &table, count: Int(200_000 * scale)) }
    if wants("path") { try WholePathBenchmark.add(to: &table, count: Int(100_000 * scale)) }
    if wants("reference") { try ReferenceBenchmark.add(to: &table, count: Int(200_000 * scale)) }
} catch {
    FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
    exit(1)
}
print(table.text)
