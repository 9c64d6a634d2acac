/// When somebody has a clean record: an answer that is computed when it is asked for, and never a file about somebody.
///
/// 郑政文〔2018〕103号 point 10: green channel (绿色通道) and papers to follow (容缺受理) for whoever has had no bad record for three years.
public struct CleanRecordRule: Hashable, Sendable {
    /// How far back a decision counts.
    public var term: Term
    public var provenance: Provenance

    public init(term: Term, provenance: Provenance) {
        self.term = term
        self.provenance = provenance
    }
}

extension PolicyPack {
    /// The records that stand against a clean one on a day, by their ids, in order; none: the record is clean.
    ///
    /// What counts is an adverse record that has effect and that no dispute restricts (safeguard 7), by a decision that lies in the term. The
    /// term ends with its last day: a decision of 6 May 2023 counts up to 6 May 2026. What was repaired, withdrawn, has expired or is not final
    /// does not count. An item that the pack does not have (any more) is taken for adverse.
    public func recordsAgainstCleanRecord(_ records: some Sequence<RecordChanged>, on day: CivilDate) -> [String] {
        records.filter { record in
            guard record.state == .effective, !record.isRestricted, item(record.catalogItem)?.nature ?? .adverse == .adverse,
                let decided = record.content?.decisionDate
            else { return false }
            // The loader takes no working days here, so that the calendar has nothing to refuse.
            guard let term = cleanRecord?.term, let last = try? calendar.lastDay(of: term, after: decided) else { return true }
            return day <= last
        }.map(\.recordId).sorted()
    }
}
