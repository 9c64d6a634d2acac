import Foundation

var table = FigureTable()
FileHandle.standardError.write(Data("Measuring; on a shared machine only ratios count.\n".utf8))
JSONBenchmark.add(to: &table, count: 100_000)
print(table.text)
