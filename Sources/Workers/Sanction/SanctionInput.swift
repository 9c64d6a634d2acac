import CreditModel
import StreamCore

/// What sanction decides about.
enum SanctionInput: Sendable {
    case triggered(Letter, SanctionProposal)
    case decided(Letter, SanctionDecided)
    case objected(Letter, caseId: String, CaseObjection)
    case answered(Letter, ObjectionAnswered)
    case changed(Version)
    case profiled(subjectId: String, kind: SubjectKind, SubjectProfile.Capacity)
    case noticed(NoticeProgressed)
    case delivered(DeliveryProgressed)
    /// An instant that a case has set.
    case due(SanctionCase.Alarm, Instant, subjectId: String, caseId: String)
    /// What belongs to another worker on a topic that many read.
    case foreign

    /// An inbound message behind intake, and who has sent it.
    struct Letter: Sendable {
        var submission: SubmissionReference
        var type: String
        var subjectId: String
        var bureau: String?
    }

    /// A version of a record, of which only what is needed is read.
    struct Version: Sendable {
        var subjectId: String
        var recordId: String
        var number: Int64
        var state: RecordState
        var catalogItem: String
        var value: JSONValue
    }

    static let filedTopic: Topic = "sanction.filed.v1"

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer):
            guard let (subjectId, caseId, alarm) = SanctionCase.Alarm.read(timer.key) else {
                throw Rejection("state.damaged", hint: "sanction cannot read the key of its own timer; check the store")
            }
            self = .due(alarm, timer.due, subjectId: subjectId, caseId: caseId)
        case .message(let message):
            // A profile that is gone says nothing about a capacity.
            if message.value == nil, message.topic == SubjectProfile.topic {
                self = .foreign
                return
            }
            let value = try JSONValue.step(message.value)
            switch message.topic {
            case RecordChanged.ledgerTopic: self = .changed(try Version(value))
            case SubjectProfile.topic:
                let profile = try SubjectProfile.decode(value)
                self = .profiled(subjectId: profile.subjectId, kind: profile.kind, profile.capacity)
            case NoticeProgressed.topic:
                let notice = try NoticeProgressed.decode(value)
                self = notice.caseId?.hasPrefix(SanctionCase.prefix) == true ? .noticed(notice) : .foreign
            case DeliveryProgressed.topic:
                let delivery = try DeliveryProgressed.decode(value)
                self = delivery.caseId.hasPrefix(SanctionCase.prefix) ? .delivered(delivery) : .foreign
            default: self = try SanctionInput.filed(FiledMessage.decode(value))
            }
        }
    }

    private static func filed(_ filed: FiledMessage) throws(Rejection) -> SanctionInput {
        guard let subjectId = filed.subjectId else { throw unreadable("/subjectId") }
        let data = try JSONValue.step(filed.data)
        let letter = Letter(submission: filed.submission, type: filed.type, subjectId: subjectId, bureau: filed.bureau)
        switch InboundType(eventType: filed.type) {
        case .sanctionTriggered: return .triggered(letter, try SanctionProposal(data, notes: filed.notes))
        case .sanctionDecided:
            guard let decision = SanctionDecided(validated: data) else { throw unreadable("/data") }
            return .decided(letter, decision)
        case .objectionRaised:
            guard let caseId = filed.caseId ?? data["caseId"]?.string else { throw unreadable("/caseId") }
            let evidence = data["evidence"].flatMap { $0.kind == .array ? $0.bytes : nil }
            return .objected(letter, caseId: caseId, .init(statement: data["statement"]?.string ?? "", evidence: evidence))
        case .objectionAnswered:
            guard let answer = ObjectionAnswered(validated: data) else { throw unreadable("/data") }
            return .answered(letter, answer)
        default:
            // Above all nothing that is for reference only, such as what the market says about a default.
            throw Rejection("envelope.type", at: "/type", hint: "sanction takes proposals, decisions, objections and their answers")
        }
    }

    private static func unreadable(_ path: String) -> Rejection {
        Rejection("schema.format", at: path, hint: "the worker before wrote what is no message of a sanction")
    }

    /// nil for what sanction does not act on.
    var subjectId: String? {
        switch self {
        case .triggered(let letter, _), .decided(let letter, _), .objected(let letter, _, _), .answered(let letter, _): letter.subjectId
        case .changed(let version): version.subjectId
        case .profiled(let subjectId, _, _): subjectId
        case .noticed(let notice): notice.subjectId
        case .delivered(let delivery): delivery.subjectId
        case .due(_, _, let subjectId, _): subjectId
        case .foreign: nil
        }
    }

    /// Proposals wait for their records, and what names a case for the case; everything else passes.
    var line: Line? {
        switch self {
        case .triggered(let letter, let proposal):
            Line(SanctionInput.proposals(subjectId: letter.subjectId, recordIds: proposal.recordIds))
        case .decided(let letter, let decision):
            Line(SanctionInput.answers(subjectId: letter.subjectId, caseId: decision.caseId))
        case .objected(let letter, let caseId, _): Line(SanctionInput.answers(subjectId: letter.subjectId, caseId: caseId))
        case .answered(let letter, let answer): Line(SanctionInput.answers(subjectId: letter.subjectId, caseId: answer.caseId))
        case .changed, .profiled, .noticed, .delivered, .due, .foreign: nil
        }
    }

    /// The line of a proposal that rests on one record ends with that record's first version. One that rests on several is asked again when
    /// its wait is over, because no single version is what it waits for.
    static func proposals(subjectId: String, recordIds: [String]) -> Bytes {
        recordIds.count == 1 ? Bytes(utf8: "proposals/\(subjectId)/\(recordIds[0])") : Bytes(utf8: "proposals/\(subjectId)")
    }

    static func answers(subjectId: String, caseId: String) -> Bytes { Bytes(utf8: "answers/\(subjectId)/\(caseId)") }
}

extension SanctionInput.Version {
    init(_ value: JSONValue) throws(Rejection) {
        guard let subjectId = value["subjectId"]?.string, let recordId = value["recordId"]?.string, let number = value["version"]?.int64,
            let state = value["state"]?.string.flatMap({ RecordState(rawValue: $0) }), let catalogItem = value["catalogItem"]?.string
        else { throw Rejection("schema.format", hint: "the ledger wrote a version that cannot be read") }
        self.subjectId = subjectId
        self.recordId = recordId
        self.number = number
        self.state = state
        self.catalogItem = catalogItem
        self.value = value
    }
}

/// `sanction.triggered` behind identity: its subject is an id, its texts are masked.
struct SanctionProposal: Sendable {
    var determinationNo: String
    var cause: String
    var recordIds: [String]
    var measures: [String]
    /// nil when it says nothing.
    var basis: String?
    var isBasisUnconfirmed: Bool
    var proposer: Officer
    /// Whether it is about somebody who is responsible in an organisation, by a finding and a record of that person's own.
    var isOfResponsiblePerson: Bool

    init(_ data: JSONValue, notes: Bytes?) throws(Rejection) {
        guard let determinationNo = data["determinationNo"]?.string, let cause = data["cause"]?.string,
            let proposer = data["proposer"]?.string.flatMap({ Officer($0) })
        else { throw Rejection("schema.format", at: "/data", hint: "intake lets no proposal pass that does not fit its shape") }
        self.determinationNo = determinationNo
        self.cause = cause
        self.proposer = proposer
        var recordIds: [String] = []
        for id in data["recordIds"].map({ $0.elements.compactMap(\.string) }) ?? [] where !recordIds.contains(id) { recordIds.append(id) }
        self.recordIds = recordIds
        measures = data["measures"].map { $0.elements.compactMap(\.string) } ?? []
        basis = data["basis"]?.string.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
        isBasisUnconfirmed = try notes.map { notes throws(Rejection) in try JSONValue.step(notes)["basis"] != nil } ?? false
        isOfResponsiblePerson = data["role"] != nil
    }
}
