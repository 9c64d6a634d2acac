import Synchronization

/// Numbers about the work, by name and labels; given out as Prometheus text and as values for tests.
///
/// A series is made once and then kept by whoever counts: counting is one atomic addition, without a look-up.
public final class Metrics: Sendable {
    private struct Family: Sendable {
        var help: String
        var type: String
        var series: [(labels: [MetricLabel], source: any MetricSource)] = []
    }
    private let families = Mutex<[String: Family]>([:])

    public init() {}

    /// A number that only grows. The same name and labels give the same counter.
    public func counter(_ name: StaticString, help: StaticString, labels: KeyValuePairs<String, String> = [:]) -> Counter {
        series(name, help, "counter", labels) { Counter() }
    }

    /// A number that goes up and down.
    public func gauge(_ name: StaticString, help: StaticString, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        series(name, help, "gauge", labels) { Gauge() }
    }

    /// How often values fell at or below each of the bounds, which rise.
    public func histogram(
        _ name: StaticString, help: StaticString, bounds: [Int], labels: KeyValuePairs<String, String> = [:]
    ) -> Histogram {
        series(name, help, "histogram", labels) { Histogram(bounds: bounds) }
    }

    private func series<Source: MetricSource>(
        _ name: StaticString, _ help: StaticString, _ type: String, _ labels: KeyValuePairs<String, String>, make: () -> Source
    ) -> Source {
        let name = name.description
        precondition(Metrics.isName(name), "\(name) is not a metric's name")
        let labels = labels.map { MetricLabel(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
        precondition(labels.allSatisfy { Metrics.isName($0.name) && $0.name != "le" }, "a label of \(name) has no valid name")
        return families.withLock { families in
            var family = families[name] ?? Family(help: help.description, type: type)
            precondition(family.type == type, "\(name) is a \(family.type) already")
            if let known = family.series.first(where: { $0.labels == labels })?.source as? Source { return known }
            let source = make()
            family.series.append((labels, source))
            families[name] = family
            return source
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// Every series in the text format of Prometheus 0.0.4: families by name, series in the order in which they were made.
    public var prometheusText: String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(Metrics.escape(family.help, isQuoted: false))\n# TYPE \(name) \(family.type)\n"
            for series in family.series {
                for sample in series.source.samples {
                    let labels = (series.labels + sample.labels).map { "\($0.name)=\"\(Metrics.escape($0.value, isQuoted: true))\"" }
                    text += name + sample.suffix + (labels.isEmpty ? "" : "{" + labels.joined(separator: ",") + "}")
                    text += " \(sample.value)\n"
                }
            }
        }
        return text
    }

    private static func escape(_ text: String, isQuoted: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where isQuoted: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

struct MetricLabel: Equatable, Sendable {
    var name: String
    var value: String
}

struct MetricSample {
    var suffix = ""
    var labels: [MetricLabel] = []
    var value: Int
}

protocol MetricSource: AnyObject, Sendable {
    var samples: [MetricSample] { get }
}

/// A number that only grows.
public final class Counter: MetricSource {
    private let count = Atomic<Int>(0)
    init() {}
    public func add(_ amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
    public var value: Int { count.load(ordering: .relaxed) }
    var samples: [MetricSample] { [MetricSample(value: value)] }
}

/// A number that goes up and down.
public final class Gauge: MetricSource {
    private let level = Atomic<Int>(0)
    init() {}
    public func set(_ value: Int) { level.store(value, ordering: .relaxed) }
    public func add(_ amount: Int) { level.wrappingAdd(amount, ordering: .relaxed) }
    public var value: Int { level.load(ordering: .relaxed) }
    var samples: [MetricSample] { [MetricSample(value: value)] }
}

/// Counts of values by size, in a whole unit that the metric's name gives (`_microseconds`, `_bytes`).
public final class Histogram: MetricSource {
    private struct Counts {
        var buckets: [Int]
        var sum = 0
        var count = 0
    }
    private let bounds: [Int]
    private let counts: Mutex<Counts>

    init(bounds: [Int]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of a histogram rise")
        self.bounds = bounds
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count)))
    }

    public func record(_ value: Int) {
        let bucket = bounds.firstIndex { value <= $0 }
        counts.withLock { counts in
            if let bucket { counts.buckets[bucket] += 1 }
            counts.sum += value
            counts.count += 1
        }
    }

    public var count: Int { counts.withLock { $0.count } }
    public var sum: Int { counts.withLock { $0.sum } }

    var samples: [MetricSample] {
        let counts = counts.withLock { $0 }
        var samples: [MetricSample] = []
        var below = 0
        for (bound, count) in zip(bounds, counts.buckets) {
            below += count
            samples.append(MetricSample(suffix: "_bucket", labels: [MetricLabel(name: "le", value: "\(bound)")], value: below))
        }
        samples.append(MetricSample(suffix: "_bucket", labels: [MetricLabel(name: "le", value: "+Inf")], value: counts.count))
        samples.append(MetricSample(suffix: "_sum", value: counts.sum))
        samples.append(MetricSample(suffix: "_count", value: counts.count))
        return samples
    }
}
