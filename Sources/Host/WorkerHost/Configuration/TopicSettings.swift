import CreditModel
import StreamCore

/// How topics are made on Kafka: `topics` in `Config/`. How long they keep what is policy.
public struct TopicSettings: Hashable, Sendable {
    /// Of each partition, where there are so many brokers.
    public var copies = 3
    /// So many may lag while messages are taken.
    public var copiesBehindMax = 1
    /// Beside a worker's largest value.
    public var envelopeBytesMax = 128 << 10
    public var stampedByBroker = true
    public var segmentTerm: Instant.Span = .seconds(86_400)
    public var compactedSegmentTerm: Instant.Span = .seconds(6 * 3600)
    public var compactedSegmentBytes = 64 << 20
    public var outdatedPercent = 10
    public var cleanedWithin: Instant.Span = .seconds(86_400)

    public init() {}

    static func read(_ table: SettingsReader) -> TopicSettings {
        var settings = TopicSettings()
        func span(_ table: SettingsReader, _ key: String, _ meaning: String, default fallback: Term) -> Instant.Span {
            table.span(key, meaning, default: fallback).span ?? .seconds(0)
        }
        settings.copies = table.integer(
            "copies", "Copies of each partition on Kafka, where there are so many brokers.", in: 1...32, default: 3)
        settings.copiesBehindMax = table.integer(
            "copiesBehindMax", "So many copies may lag while messages are taken.", in: 0...31, default: 1)
        settings.envelopeBytesMax = table.integer(
            "envelopeBytesMax", "Room for key and headers beside a worker's largest value, in bytes.", in: 4096...8 << 20,
            default: 128 << 10)
        settings.stampedByBroker = table.boolean("stampedByBroker", "Whether the broker's clock says when a message came.", default: true)
        settings.segmentTerm = span(
            table, "segmentTerm", "How long a segment is written to before it may be deleted.", default: Term(1, .days))
        let compacted = table.table("compacted")
        settings.compactedSegmentTerm = span(
            compacted, "segmentTerm", "How long a segment is written to before it may be compacted.", default: Term(6, .hours))
        settings.compactedSegmentBytes = compacted.integer(
            "segmentBytes", "How large a segment of a compacted topic becomes, in bytes.", in: 1 << 20...1 << 30, default: 64 << 20)
        settings.outdatedPercent = compacted.integer(
            "outdatedPercent", "A partition is compacted when so many hundredths are outdated.", in: 0...100, default: 10)
        settings.cleanedWithin = span(
            compacted, "cleanedWithin", "A partition is compacted after so long at the latest.", default: Term(1, .days))
        compacted.finish()
        table.finish()
        return settings
    }
}
