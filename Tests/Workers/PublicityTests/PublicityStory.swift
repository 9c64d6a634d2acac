import CreditModel
import StreamCore
import StreamTestKit

@testable import Publicity

/// A publicity worker with its clock and rows, told what happened in the words of these tests.
struct PublicityStory {
    var tester: WorkerTester<Publicity>
    /// What a site that follows the topic shows: the newest of each listing, while it is listed.
    private(set) var shown: [String: ListingChanged] = [:]
    private var messages = 0
    private var version: UInt64 = 0

    /// What one input made.
    struct Told {
        var listings: [ListingChanged] = []
        var answers: [InboundAnswered] = []
        var alerts: [AlertRaised] = []
        var decision: Decision

        /// Each with its action and reason: `LIST ORDERED`.
        var words: [String] { listings.map { "\($0.action.rawValue) \($0.reason.rawValue)" } }
        var codes: [ReasonCode] { answers.flatMap(\.reasons).map(\.code) }
    }

    /// A version as the ledger writes it.
    struct Version {
        var recordId = "transport/7"
        var subjectId = "s0a1"
        var kind = SubjectKind.organization
        var item = "penalty.administrative"
        var severity = Severity.general
        var decided = "2026-04-01"
        var state = RecordState.effective
        var isRestricted = false
        /// As the ledger computes it; nil: none.
        var until: String? = "2027-04-01"
        var result = "罚款"
        var attributes: String?
        var isSealed = false
    }

    init(at now: Instant = PublicityStory.noon("2026-05-06"), policy: PolicyPack? = nil) throws {
        let policy = try policy ?? SampleCity.policy()
        tester = WorkerTester(Publicity(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }

    /// A serious penalty of a person.
    static func person(_ state: RecordState = .effective) -> Version {
        Version(kind: .person, severity: .serious, state: state, until: "2029-04-01")
    }

    static func volunteer(consent: String?) -> Version {
        Version(
            recordId: "civil-affairs/v-1", kind: .person, item: "volunteer.service", severity: .none, until: nil,
            attributes: consent.map { #"{"hours":40,"publicityConsent":\#($0)}"# } ?? #"{"hours":40}"#)
    }

    mutating func record(_ record: Version = Version()) throws -> Told {
        version += 1
        let content = RecordContent(
            catalogItem: record.item, severity: record.severity, conduct: Bytes(utf8: #"{"facts":"超限运输"}"#),
            decision: Bytes(
                utf8:
                    #"{"documentNo":"交罚7号","date":"\#(record.decided)","authority":"样例交通局","basis":"《公路法》第七十六条","result":"\#(record.result)","remedied":false}"#
            ),
            decisionDate: PublicityStory.day(record.decided), attributes: record.attributes.map { Bytes(utf8: $0) })
        let changed = RecordChanged(
            recordId: record.recordId, subjectId: record.subjectId, subjectKind: record.kind, version: version, previousHash: nil,
            state: record.state, isRestricted: record.isRestricted,
            cause: VersionCause(origin: "record.filed.v1/0/\(version)", type: "chengxin.record.submitted.v1"),
            bureau: String(record.recordId.prefix { $0 != "/" }), recordNo: "7", revision: 1, content: record.isSealed ? nil : content,
            catalogItem: record.item, severity: record.severity,
            publicUntil: record.state == .effective && !record.isSealed ? record.until.map(PublicityStory.day) : nil)
        var writer = JSONWriter()
        changed.encode(into: &writer)
        return try told(
            tester.receive(tester.message(RecordChanged.ledgerTopic, key: Bytes(utf8: record.subjectId), value: writer.bytes)))
    }

    mutating func profile(
        _ name: String, _ capacity: SubjectProfile.Capacity = .adult, kind: SubjectKind = .organization, of subjectId: String = "s0a1"
    ) throws -> Told {
        version += 1
        let profile = SubjectProfile(subjectId: subjectId, version: version, kind: kind, capacity: capacity, displayName: name)
        var writer = JSONWriter()
        profile.encode(into: &writer)
        return try told(tester.receive(tester.message(SubjectProfile.topic, key: Bytes(utf8: subjectId), value: writer.bytes)))
    }

    mutating func release(
        _ recordId: String = "transport/7", of subjectId: String = "s0a1", by officer: String = "transport/chen",
        from bureau: String? = nil,
        attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        messages += 1
        let bureau = bureau ?? String(officer.prefix { $0 != "/" })
        let data =
            #"{"recordId":"\#(recordId)","subjectId":"\#(subjectId)","officer":"\#(officer)","basis":"《信用修复管理办法》第六条"}"#
        let filed = FiledMessage(
            type: InboundType.publicityReleased.eventType,
            submission: SubmissionReference(source: "/bureaus/\(bureau)", id: "m\(messages)"), subjectId: subjectId, bureau: bureau,
            recordId: recordId, data: Bytes(utf8: data))
        var writer = JSONWriter()
        filed.encode(into: &writer)
        let message = tester.message("publicity.filed.v1", key: Bytes(utf8: subjectId), value: writer.bytes)
        return try told(tester.receive(message, attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] {
        var all: [Told] = []
        for decision in try tester.fire(until: instant) { all.append(try told(decision)) }
        return all
    }

    private mutating func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision)
        for output in decision.outputs {
            let value = try JSONParser.parse(output.value ?? []).root
            switch output.topic {
            case ListingChanged.topic:
                let listing = try ListingChanged.decode(value)
                told.listings.append(listing)
                shown[output.key.text] = listing.action == .list ? listing : nil
            case InboundAnswered.topic: told.answers.append(try InboundAnswered.decode(value))
            case AlertRaised.topic: told.alerts.append(try AlertRaised.decode(value))
            default: break
            }
        }
        return told
    }
}
