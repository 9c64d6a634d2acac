import CreditChecker
import CreditModel
import StreamCore
import StreamEngine

/// A log as the checker reads it.
struct TopicsUnderCheck {
    let log: any LogReader
    /// What should be public; nil: nobody says it.
    let policy: PolicyPack?

    init(_ log: any LogReader, policy: PolicyPack?) {
        self.log = log
        self.policy = policy
    }

    private var settings: Checker.Settings {
        var settings = Checker.Settings()
        settings.offsetsAreDense = log.isInOrderOfCommit
        if let policy {
            settings.publicityRule = { item, kind, severity, day in
                policy.item(item)?.publicityRule(kind: kind, severity: severity, decidedOn: day)
            }
            settings.isAdverse = { policy.item($0).map { $0.nature == .adverse } ?? true }
        }
        return settings
    }

    private static let page = 5000

    /// Beside running workers, compaction and what is under way look like faults for a moment. A fault stays where it is: then only what is
    /// seen twice counts.
    func findings(mustBeSettled: Bool, progress: (Int) -> Void) throws -> Findings {
        var findings = try once(mustBeSettled: mustBeSettled, progress)
        guard !findings.isStill, findings.found.violationCount > 0 else { return findings.found }
        let before = Set(findings.found.violations.map { Sighting($0) })
        findings = try once(mustBeSettled: mustBeSettled, progress)
        guard !findings.isStill else { return findings.found }
        var found = findings.found
        found.violations.removeAll { !before.contains(Sighting($0)) }
        found.violationCount = found.violations.count
        return found
    }

    private struct Sighting: Hashable {
        var invariant: Invariant
        var place: Origin?
        init(_ violation: Violation) {
            invariant = violation.invariant
            place = violation.places.first
        }
    }

    private func once(mustBeSettled: Bool, _ progress: (Int) -> Void) throws -> (found: Findings, isStill: Bool) {
        let before = try Moment(log)
        var checker = Checker(before.extents, settings: settings)
        for (worker, offsets) in before.groups { checker.read(group: worker, offsets) }
        var count = 0
        try each(before) { message, standing in
            checker.read(message, standing)
            count += 1
            if count % 10_000 == 0 { progress(count) }
        } ended: {
            checker.end($0)
        }
        let isStill = try Moment(log) == before
        return (checker.finish(isStill: isStill, mustBeSettled: mustBeSettled), isStill)
    }

    /// Everything in memory, for a self-test.
    func history() throws -> History {
        let moment = try Moment(log)
        var history = History()
        history.settings = settings
        history.groups = moment.groups
        for (place, extent) in moment.extents { history.partitions[place] = History.Partition(extent: extent) }
        try each(moment) { message, standing in
            history.partitions[TopicPartition(message.topic, message.partition)]?.records.append(History.Record(message, standing))
        } ended: { _ in
        }
        return history
    }

    /// Every record up to the ends of a moment, partition by partition.
    private func each(_ moment: Moment, _ body: (Message, Standing) -> Void, ended: (TopicPartition) -> Void) throws {
        for topics in Checker.order(of: Array(Set(moment.extents.keys.map(\.topic)))) {
            let walk = try log.attempts(Set(topics), from: .beginning)
            var current: TopicPartition?
            while true {
                let page = try walk.next(recordsMax: TopicsUnderCheck.page)
                if page.isEmpty { break }
                for attempt in page {
                    let place = TopicPartition(attempt.message.topic, attempt.message.partition)
                    if let current, current != place { ended(current) }
                    current = place
                    guard let extent = moment.extents[place], attempt.message.offset < extent.end else { continue }
                    body(attempt.message, Standing(attempt.outcome))
                }
            }
            if let current { ended(current) }
        }
    }

    /// Where everything is: ends of topics, offsets of groups. Who follows another topic is looked at before it.
    private struct Moment: Equatable {
        var groups: [String: [TopicPartition: Int64]] = [:]
        var extents: [TopicPartition: Extent] = [:]

        init(_ log: any LogReader) throws {
            for group in try log.groups() {
                groups[group] = Dictionary(uniqueKeysWithValues: try log.lag(group: group).map { ($0.partition, $0.committed) })
            }
            for topics in Checker.order(of: try log.topics) {
                let places = try topics.flatMap { try log.partitions(of: $0) }
                for (place, bounds) in try log.bounds(of: places) {
                    extents[place] = Extent(earliest: bounds.earliest, end: bounds.end)
                }
            }
        }
    }
}

extension Standing {
    fileprivate init(_ outcome: Attempt.Outcome) {
        switch outcome {
        case .committed: self = .committed
        case .aborted: self = .aborted
        case .open: self = .undecided
        }
    }
}
