import CreditModel
import StreamCore

extension Family {
    /// What a record is to those that passed before. Numbers are places in `parties`.
    enum Standing: Equatable, Sendable {
        /// A new record, or a new revision of one.
        case new(Int)
        /// A new revision that names another subject than `former`, the lookup key; nothing when that one has no record any more.
        case moved(Int, former: Bytes)
        case duplicate(Int, revision: UInt64)
        case superseded(Int)
        /// The revision was used for another content.
        case reused(Int)
    }

    func party(lookupKey: Bytes) -> Int? {
        parties.firstIndex { $0.lookupKey.elementsEqual(lookupKey) }
    }

    /// A record with number and revision of its bureau.
    mutating func take(_ filing: Filing, suffix: Bytes) -> Standing {
        let revision = Revision(number: filing.revision, content: filing.content)
        guard let place = party(suffix) else {
            parties.append(
                Party(suffix: suffix, generation: 1, isWithdrawn: false, lookupKey: filing.lookupKey, revisions: [revision]))
            return .new(parties.count - 1)
        }
        let known = parties[place]
        if revision.number < known.revision { return .superseded(place) }
        if revision.number == known.revision {
            return known.revisions.last?.content == revision.content ? .duplicate(place, revision: revision.number) : .reused(place)
        }
        parties[place].revisions.append(revision)
        parties[place].isWithdrawn = false
        if known.lookupKey.elementsEqual(filing.lookupKey) { return .new(place) }
        parties[place].lookupKey = filing.lookupKey
        parties[place].generation += 1
        return known.isWithdrawn ? .new(place) : .moved(place, former: known.lookupKey)
    }

    /// A row of 双公示: its subject says which party it is, its content which revision.
    mutating func takeRow(_ filing: Filing) -> Standing {
        guard let place = party(lookupKey: filing.lookupKey) else {
            let highest = parties.map { RecordNumber.party(of: "0" + $0.suffix.text) }.max() ?? 0
            let suffix = highest == 0 ? "" : "#\(highest + 1)"
            return take(filing, suffix: Bytes(utf8: suffix))
        }
        if let known = parties[place].revisions.first(where: { $0.content == filing.content }) {
            return .duplicate(place, revision: known.number)
        }
        var next = filing
        next.revision = parties[place].revision + 1
        return take(next, suffix: parties[place].suffix)
    }
}

extension RecordNumber {
    /// The `#n` of a party, or nothing.
    static func suffix(of recordNo: String) -> String {
        String(recordNo.dropFirst(family(of: recordNo).count))
    }
}
