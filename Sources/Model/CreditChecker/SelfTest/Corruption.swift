import CreditModel
import StreamCore

/// One thing that can be wrong in the topics, seeded into a clean history so that the checker proves that it sees it.
public struct Corruption: Sendable {
    public var name: String
    /// The invariant that has to find it; others may as well.
    public var expected: Invariant
    /// Changes a history. False where there is nothing of the kind in it.
    let seed: @Sendable (inout History) -> Bool

    init(_ name: String, _ expected: Invariant, _ seed: @escaping @Sendable (inout History) -> Bool) {
        self.name = name
        self.expected = expected
        self.seed = seed
    }

    /// What became of seeding it.
    public enum Result: Hashable, Sendable {
        /// By these invariants.
        case found(Set<Invariant>)
        /// The expected invariant says nothing; these others do.
        case missed(Set<Invariant>)
        /// There was nothing of the kind in the history.
        case notThere
    }

    /// Seeds it into a copy of a clean history, and checks that.
    public func tryOn(_ history: History) -> Result {
        var copy = history
        guard seed(&copy) else { return .notThere }
        let invariants = Set(copy.check().violations.map(\.invariant))
        return invariants.contains(expected) ? .found(invariants) : .missed(invariants)
    }
}

extension Corruption {
    /// Everything that the checker has to find.
    public static let all: [Corruption] = answers + steps + versions + transactions + changelogs + times + numbers + listings + casework

    // MARK: Answers

    private static let answers: [Corruption] = [
        Corruption("an outcome is lost", .s1) { history in
            guard let place = history.places(outcomes).middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("an outcome is doubled", .s1) { history in
            guard let place = history.places(outcomes).middle else { return false }
            history.append(history[place])
            return true
        },
        Corruption("an outcome came another way as well", .s1) { history in
            // A refusal by intake of what was passed on.
            guard let verified = history.places(VerifiedMessage.topic, where: { $0.text(after: "\"area\":") == "\"record\"" }).middle,
                let origin = history[verified].header("ce_origin"),
                let other = history.places(outcomes, where: { $0.header("ce_source") == "/workers/intake" }).middle
            else { return false }
            history.append(history[other].with("ce_origin", origin).with("ce_id", origin + "#1"))
            return true
        },
        Corruption("a submission is gone, its outcome is not", .s2) { history in
            guard let outcome = history.places(outcomes, where: { $0.header("ce_origin")?.hasPrefix("record.submissions") == true }).middle,
                let submission = history[outcome].header("ce_origin").flatMap({ history.record(at: $0) })
            else { return false }
            history.remove(submission)
            return true
        },
        Corruption("an outcome names another submission", .s2) { history in
            guard let place = history.places(outcomes, where: { $0.header("ce_origin")?.hasPrefix("record.filed") == true }).middle,
                let changed = history[place].replacing("\"id\":\"", with: "\"id\":\"x")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("a dead letter is lost", .s1) { history in
            guard
                let place = history.places(
                    ofTopicsEndingIn: ".dead-letters.v1",
                    where: {
                        $0.header("dl_origin")?.hasPrefix("record.submissions") == true && $0.header("ce_origin") == $0.header("dl_origin")
                    }
                ).middle
            else { return false }
            history.remove(place)
            return true
        },
        Corruption("a dead letter is that of another message", .g2) { history in
            guard let place = history.places(ofTopicsEndingIn: ".dead-letters.v1").middle else { return false }
            history[place] = history[place].with("dl_origin", "record.submissions.v1/0/0x")
            return true
        },
        Corruption("an answer to a request is lost", .g2) { history in
            // Of one that nobody but the answerer has acted on.
            let answers = history.places(InboundAnswered.topic) { $0.header("ce_origin")?.contains(".filed.v1/") == false }
            guard let place = answers.middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("a revision is accepted twice", .s3) { history in
            let accepted = history.places(outcomes) { $0.text(after: "\"status\":") == "\"ACCEPTED\"" }
            guard let place = accepted.middle, let other = accepted.last, other != place,
                let bureau = history[place].text(after: "\"bureau\":"), let number = history[place].text(after: "\"recordNo\":"),
                let revision = history[place].text(after: "\"revision\":"), let ownBureau = history[other].text(after: "\"bureau\":"),
                let ownNumber = history[other].text(after: "\"recordNo\":"), let ownRevision = history[other].text(after: "\"revision\":"),
                let changed = history[other].replacing("\"bureau\":\(ownBureau)", with: "\"bureau\":\(bureau)")?
                    .replacing("\"recordNo\":\(ownNumber)", with: "\"recordNo\":\(number)")?
                    .replacing("\"revision\":\(ownRevision)", with: "\"revision\":\(revision)")
            else { return false }
            history[other] = changed
            return true
        },
    ]

    // MARK: Steps

    private static let steps: [Corruption] = [
        Corruption("a message between intake and identity is lost", .g2) { history in
            guard let place = history.places(VerifiedMessage.topic).middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("a message between identity and the ledger is lost", .g2) { history in
            guard let place = history.places(FiledRecord.topic).middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("a message between identity and the ledger is doubled", .g2) { history in
            guard let place = history.places(FiledRecord.topic).middle else { return false }
            history.append(history[place])
            return true
        },
        Corruption("a routed message is lost", .g2) { history in
            guard let place = history.places(RoutedMessage.topic).middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("a message names a cause that is not there yet", .g2) { history in
            guard let place = history.places(FiledRecord.topic).middle else { return false }
            let cause = "intake.verified.v1/\(place.partition.partition)/999999999"
            history[place] = history[place].with("ce_origin", cause).with("ce_id", cause + "#0")
            return true
        },
        Corruption("an id is not made from its cause", .g2) { history in
            guard let place = history.places(outcomes).middle else { return false }
            history[place] = history[place].with("ce_id", "6f1c9a52")
            return true
        },
        Corruption("a revision is filed with two contents", .s3) { history in
            let filed = history.places(FiledRecord.topic) { $0.text(after: "\"action\":") == "\"SUBMIT\"" }
            guard let place = filed.middle, let other = filed.last, other != place,
                let id = history[place].text(after: "\"recordId\":"), let ownId = history[other].text(after: "\"recordId\":"),
                let revision = history[place].text(after: "\"revision\":"), let ownRevision = history[other].text(after: "\"revision\":"),
                let changed = history[other].replacing("\"recordId\":\(ownId)", with: "\"recordId\":\(id)")?
                    .replacing("\"revision\":\(ownRevision)", with: "\"revision\":\(revision)")
            else { return false }
            history[other] = changed
            return true
        },
        Corruption("a worker acted on what was aborted", .g6) { history in
            guard let outcome = history.places(outcomes, where: { $0.header("ce_origin")?.hasPrefix("record.filed") == true }).middle,
                let cause = history[outcome].header("ce_origin").flatMap({ history.record(at: $0) })
            else { return false }
            history.set(.aborted, cause)
            return true
        },
        Corruption("a worker acted on what is not decided", .g6) { history in
            guard let filed = history.places(FiledRecord.topic).middle,
                let cause = history[filed].header("ce_origin").flatMap({ history.record(at: $0) })
            else { return false }
            history.set(.undecided, cause)
            return true
        },
        Corruption("an input is lost", .g1) { history in
            guard history.settings.offsetsAreDense, let place = history.places("record.submissions.v1").middle else { return false }
            history.remove(place)
            return true
        },
    ]

    // MARK: Versions

    private static let versions: [Corruption] = [
        Corruption("a version is lost", .l1) { history in
            guard let pair = history.versionPair else { return false }
            history.remove(pair.first)
            return true
        },
        Corruption("the newest version is lost", .l3) { history in
            guard let pair = history.versionPair else { return false }
            history.remove(pair.second)
            return true
        },
        Corruption("two versions have changed places", .l1) { history in
            guard let pair = history.versionPair else { return false }
            history.swap(pair.first, pair.second)
            return true
        },
        Corruption("an old version says something else", .l1) { history in
            guard let pair = history.versionPair, let changed = history[pair.first].replacing("\"severity\":\"", with: "\"severity\":\"X")
            else { return false }
            history[pair.first] = changed
            return true
        },
        Corruption("the newest version says something else", .l3) { history in
            guard let place = history.places(ledger).last,
                let changed = history[place].replacing("\"severity\":\"", with: "\"severity\":\"X")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("a version names another cause", .l2) { history in
            guard let place = history.places(ledger).middle,
                let changed = history[place].replacing("\"cause\":{\"origin\":\"", with: "\"cause\":{\"origin\":\"x")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("a cause made two versions", .l2) { history in
            guard let pair = history.versionPair, let origin = history[pair.first].header("ce_origin"),
                let own = history[pair.second].header("ce_origin"), let changed = history[pair.second].replacing(own, with: origin)
            else { return false }
            history[pair.second] = changed.with("ce_origin", origin).with("ce_id", origin + "#0")
            return true
        },
        Corruption("the current record is lost", .l3) { history in
            guard let place = history.places(current).last else { return false }
            let key = history[place].key
            for place in history.places(current, where: { $0.key == key }).reversed() { history.remove(place) }
            return true
        },
        Corruption("the current record is that of an older version", .l3) { history in
            guard let pair = history.versionPair else { return false }
            let value = history[pair.second].value
            guard let place = history.places(current, where: { $0.value == value }).first else { return false }
            history.remove(place)
            return true
        },
        Corruption("the current record says something else", .l3) { history in
            guard let place = history.places(current).last,
                let changed = history[place].replacing("\"severity\":\"", with: "\"severity\":\"X")
            else { return false }
            history[place] = changed
            return true
        },
    ]

    // MARK: Transactions

    private static let transactions: [Corruption] = [
        Corruption("a transaction is torn", .g4) { history in
            guard let place = history.places(outcomes, where: { $0.transactionCount > 1 }).middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("a transaction lacks a profile", .g4) { history in
            guard let place = history.places(SubjectProfile.topic).middle else { return false }
            let key = history[place].key
            for place in history.places(SubjectProfile.topic, where: { $0.key == key }).reversed() { history.remove(place) }
            for place in history.places(SealedSubject.topic, where: { $0.key == key }).reversed() { history.remove(place) }
            return true
        },
        Corruption("an output carries the number of another transaction", .g4) { history in
            guard let place = history.places(outcomes).middle, let text = history[place].header("ce_txn"),
                let colon = text.lastIndex(of: ":")
            else { return false }
            history[place] = history[place].with("ce_txn", text[..<colon] + "9" + text[colon...])
            return true
        },
        Corruption("two outputs have changed places", .g4) { history in
            let places = history.places(outcomes)
            for (left, right) in zip(places, places.dropFirst())
            where left.partition == right.partition && history[left].lane == history[right].lane {
                history.swap(left, right)
                return true
            }
            return false
        },
        Corruption("a worker's message does not say where it comes from", .g4) { history in
            guard let place = history.places(outcomes).middle else { return false }
            history[place] = history[place].with("ce_txn", "")
            return true
        },
        Corruption("an output of an aborted attempt is visible", .g3) { history in
            guard let attempt = history.addAbortedAttempt() else { return false }
            history.set(.committed, attempt)
            return true
        },
        Corruption("outputs are visible though their meta is aborted", .g3) { history in
            guard let meta = history.metaBesideOutputs else { return false }
            history.set(.aborted, meta)
            return true
        },
        Corruption("a zombie's transaction is committed", .g2) { history in history.addZombie() },
        Corruption("outputs were written outside of their transaction", .g2) { history in
            guard let place = history.places(outcomes).last, let text = history[place].header("ce_txn"),
                let colon = text.lastIndex(of: ":")
            else { return false }
            // All outputs of the transaction, so that it is whole; only its meta has another name.
            let name = text[..<colon]
            for partition in history.partitions.keys.sorted() {
                for number in (history.partitions[partition]?.records ?? []).indices {
                    let place = History.Place(partition: partition, number: number)
                    guard let own = history[place].header("ce_txn"), let end = own.lastIndex(of: ":"), own[..<end] == name else { continue }
                    history[place] = history[place].with("ce_txn", own[..<end] + "777" + own[end...])
                }
            }
            return true
        },
    ]

    // MARK: Changelogs and positions

    private static let changelogs: [Corruption] = [
        Corruption("a row of a changelog is flipped", .g7) { history in
            guard let place = history.newestRow else { return false }
            var value = history[place].value ?? []
            guard let last = value.indices.last else { return false }
            value[last] ^= 1
            history[place].value = value
            return true
        },
        Corruption("a row of a changelog is lost", .g7) { history in
            guard let place = history.newestRow else { return false }
            history.remove(place)
            return true
        },
        Corruption("a meta record is lost", .g7) { history in
            let metas = history.metas.filter { history.isFollowed($0) && history[$0].text(after: "sequence=") != "1" }
            guard let place = metas.middle else { return false }
            history.remove(place)
            return true
        },
        Corruption("a row stands behind the last meta record", .g7) { history in
            guard let place = history.newestRow else { return false }
            history.append(history[place])
            return true
        },
        Corruption("a meta record belongs to another cluster", .g7) { history in
            guard let place = history.metas.last, let changed = history[place].replacing("cluster=", with: "cluster=x") else {
                return false
            }
            history[place] = changed
            return true
        },
        Corruption("a shard's transaction is counted twice", .g7) { history in
            guard let place = history.metas.last, let sequence = history[place].text(after: "sequence="),
                let changed = history[place].replacing("sequence=\(sequence)", with: "sequence=\((Int(sequence) ?? 0) + 1)")
            else { return false }
            history[place] = changed
            return Int(sequence) ?? 0 > 1
        },
        Corruption("a position is beyond what its transaction decided", .g2) { history in
            // A meta claims the first input that the next transaction decided.
            let decided = history.decided
            for meta in history.metas.reversed() where history.isFollowed(meta) {
                guard let changed = history.shifted(meta, by: 1, where: { decided.contains($0) }) else { continue }
                history[meta] = changed
                return true
            }
            return false
        },
        Corruption("the last position is beyond the group's", .g5) { history in
            for meta in history.metas.reversed() where !history.isFollowed(meta) {
                guard let changed = history.shifted(meta, by: 1) else { continue }
                history[meta] = changed
                return true
            }
            return false
        },
        Corruption("a position went back", .g5) { history in
            for meta in history.metas.reversed() where !history.isFollowed(meta) {
                guard let changed = history.shifted(meta, by: -1_000_000) else { continue }
                history[meta] = changed
                return Int(history[meta].text(after: "sequence=") ?? "") ?? 0 > 1
            }
            return false
        },
        Corruption("a group is behind its changelog", .g5) { history in history.moveGroup(by: -1) },
        Corruption("a group is beyond the end of its topic", .g5) { history in history.moveGroup(by: 1_000_000) },
    ]

    // MARK: Time

    private static let times: [Corruption] = [
        Corruption("a tick went back", .t2) { history in
            guard let place = history.metas.last(where: { Int(history[$0].text(after: "sequence=") ?? "") ?? 0 > 1 }),
                let tick = history[place].text(after: "tick="),
                let changed = history[place].replacing("tick=\(tick)", with: "tick=1000")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("a decision has a time of its own", .t3) { history in
            guard let place = history.places(outcomes).middle else { return false }
            history[place] = history[place].with("ce_time", "2026-05-06T01:02:03.004Z")
            return true
        },
        Corruption("a timer fired before it was due", .t1) { history in
            let timers = history.places(ledger) { $0.header("ce_origin")?.contains(".timers/") == true }
            guard let place = timers.middle else { return false }
            history[place] = history[place].with("ce_time", "2001-01-01T00:00:00.000Z")
            return true
        },
        Corruption("a timer fired twice", .g2) { history in
            let timers = history.places(ledger) { $0.header("ce_origin")?.contains(".timers/") == true }
            guard let place = timers.middle else { return false }
            history.append(history[place])
            return true
        },
    ]

    // MARK: Numbers

    private static let numbers: [Corruption] = [
        Corruption("an identity number stands in an outcome", .e4) { history in
            guard let place = history.places(outcomes).middle,
                let changed = history[place].replacing("\"reasons\":[", with: "\"remark\":\"\(person)\",\"reasons\":[")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("an identity number stands in a text with blanks and wide digits", .e4) { history in
            guard let place = history.places(FiledRecord.topic).middle,
                let changed = history[place].replacing("\"bureau\":", with: "\"remark\":\"当事人\(wide(person))，\",\"bureau\":")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("an organisation's code stands in a version", .e4) { history in
            guard let place = history.places(ledger).middle,
                let changed = history[place].replacing("\"bureau\":", with: "\"remark\":\"\(organization)\",\"bureau\":")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("an identity number stands in a key", .e4) { history in
            guard let place = history.places(InboundAnswered.topic).middle ?? history.places(outcomes).middle else { return false }
            history[place].key = Bytes(utf8: "/bureaus/\(person)")
            return true
        },
        Corruption("an identity number stands in a header", .e4) { history in
            guard let place = history.places(current).middle else { return false }
            history[place] = history[place].with("ce_correlationid", "case/\(person)")
            return true
        },
        Corruption("an identity number stands in the ledger's changelog", .e4) { history in
            guard let place = history.places("ledger.changelog.v1", where: { $0.key?.first == 1 && $0.value != nil }).middle else {
                return false
            }
            history[place].value = (history[place].value ?? []) + Bytes(utf8: "/\(person)/")
            return true
        },
    ]

    // MARK: Listings

    /// What everyone sees. Only where publicity runs is there anything of the kind.
    public static let listings: [Corruption] = [
        Corruption("a listing goes on though its record is restricted", .p1) { history in
            guard let place = history.standingListing, let record = history[place].text(after: "\"recordId\":"),
                let version = history.places(ledger, where: { $0.text(after: "\"recordId\":") == record }).last,
                let changed = history[version].replacing("\"restricted\":false", with: "\"restricted\":true")
            else { return false }
            history[version] = changed
            return true
        },
        Corruption("a listing has a day of its own", .p2) { history in
            guard let place = history.standingListing, let changed = history[place].replacing("\"from\":\"20", with: "\"from\":\"19") else {
                return false
            }
            history[place] = changed
            return true
        },
        Corruption("a listing shows another name", .p3) { history in
            guard let place = history.standingListing,
                let changed = history[place].replacing("\"displayName\":\"", with: "\"displayName\":\"X")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("what should be listed is not", .p4) { history in
            guard history.settings.publicityRule != nil, let place = history.standingListing else { return false }
            let key = history[place].key
            for place in history.places(ListingChanged.topic, where: { $0.key == key }).reversed() { history.remove(place) }
            return true
        },
    ]

    private static let outcomes = SubmissionAnswered.topic
    private static let ledger = RecordChanged.ledgerTopic
    private static let current = RecordChanged.currentTopic

    // Nobody's numbers, with right check characters.
    private static let person: String = {
        var generator = Counting()
        return SyntheticIdentity.residentId(using: &generator)
    }()
    private static let organization: String = {
        var generator = Counting()
        return SyntheticIdentity.uscc(using: &generator)
    }()

    /// Numbers that are the same in every run.
    private struct Counting: RandomNumberGenerator {
        var state: UInt64 = 1
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    private static func wide(_ digits: String) -> String {
        var text = ""
        for (index, scalar) in digits.unicodeScalars.enumerated() {
            if index == 6 || index == 14 { text += " " }
            text.unicodeScalars.append(Unicode.Scalar(scalar.value + 0xfee0) ?? scalar)
        }
        return text
    }
}

extension Array {
    fileprivate var middle: Element? { isEmpty ? nil : self[count / 2] }
}

extension Message {
    /// The worker, and the process that wrote it.
    fileprivate var lane: String {
        let name = header("ce_txn") ?? ""
        return "\(header("ce_source") ?? "") \(name[..<(name.lastIndex(of: ".") ?? name.startIndex)])"
    }

    fileprivate var transactionCount: Int {
        header("ce_txn").flatMap { $0.split(separator: "/").last }.flatMap { Int($0) } ?? 0
    }
}
