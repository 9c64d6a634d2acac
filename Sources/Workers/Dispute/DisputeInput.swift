import CreditModel
import StreamCore

/// What the worker decides about.
enum DisputeInput: Sendable {
    /// A version of a record.
    case version(Version)
    case requested(Request)
    case reviewRequested(ReviewRequest)
    case found(Found)
    /// An instant that a case has set.
    case due(subjectId: String, DisputeName, Instant)

    struct Version: Sendable {
        var subjectId: String
        var recordId: String
        var record: DisputeFile.Record
    }

    struct Request: Sendable {
        var submission: SubmissionReference
        var subjectId: String
        var recordId: String
        var ground: DisputeRequested.Ground
        var statement: String
        var evidence: [Evidence]
    }

    struct ReviewRequest: Sendable {
        var submission: SubmissionReference
        var type: String
        var subjectId: String
        var disputeId: String
        var statement: String
    }

    /// A finding, or that the clock stops or goes on.
    struct Found: Sendable {
        var submission: SubmissionReference
        var type: String
        var subjectId: String
        /// Who sends it; nil: no bureau.
        var bureau: String?
        var message: DisputeFound
    }

    init(_ input: Input) throws(Rejection) {
        switch input {
        case .timer(let timer):
            guard let (subjectId, name) = DisputeName.names(inTimer: timer.key) else {
                throw Rejection("state.damaged", hint: "a timer of no case; check the store")
            }
            self = .due(subjectId: subjectId, name, timer.due)
        case .message(let message):
            let value = try JSONValue.step(message.value)
            if message.topic == RecordChanged.ledgerTopic {
                self = .version(try Version(value))
            } else {
                self = try DisputeInput.filed(FiledMessage.decode(value))
            }
        }
    }

    private static func filed(_ filed: FiledMessage) throws(Rejection) -> DisputeInput {
        guard let subjectId = filed.subjectId else { throw unreadable("/subjectId") }
        let data = try JSONValue.step(filed.data)
        switch InboundType(eventType: filed.type) {
        case .disputeRequested:
            guard let recordId = filed.recordId ?? data["recordId"]?.string else { throw unreadable("/recordId") }
            guard let ground = data["ground"]?.string.flatMap({ DisputeRequested.Ground(rawValue: $0) }) else {
                throw unreadable("/data/ground")
            }
            return .requested(
                Request(
                    submission: filed.submission, subjectId: subjectId, recordId: recordId, ground: ground,
                    statement: data["statement"]?.string ?? "", evidence: Evidence.list(in: data)))
        case .disputeReviewRequested:
            guard let disputeId = filed.caseId ?? data["disputeId"]?.string else { throw unreadable("/caseId") }
            return .reviewRequested(
                ReviewRequest(
                    submission: filed.submission, type: filed.type, subjectId: subjectId, disputeId: disputeId,
                    statement: data["statement"]?.string ?? ""))
        case .disputeFound:
            guard let found = DisputeFound(validated: data) else { throw unreadable("/data") }
            return .found(
                Found(submission: filed.submission, type: filed.type, subjectId: subjectId, bureau: filed.bureau, message: found))
        default: throw unreadable("/type")
        }
    }

    private static func unreadable(_ path: String) -> Rejection {
        Rejection("schema.format", at: path, hint: "the worker before wrote what is no message of a dispute")
    }

    /// The row that decides about it; nil for an id that was never given out, behind which nothing can lie.
    var fileKey: Bytes? {
        switch self {
        case .version(let version):
            DisputeName(subjectId: version.subjectId, recordId: version.recordId).fileKey(subjectId: version.subjectId)
        case .requested(let request):
            DisputeName(subjectId: request.subjectId, recordId: request.recordId).fileKey(subjectId: request.subjectId)
        case .reviewRequested(let request): DisputeName(request.disputeId)?.fileKey(subjectId: request.subjectId)
        case .found(let found): DisputeName(found.message.disputeId)?.fileKey(subjectId: found.subjectId)
        case .due(let subjectId, let name, _): name.fileKey(subjectId: subjectId)
        }
    }

    /// Requests queue by their record, answers by their case: what names a case that is not there must not hold up a new request.
    var line: Line? {
        switch self {
        case .requested(let request): Line(DisputeInput.requests(subjectId: request.subjectId, recordId: request.recordId))
        case .reviewRequested(let request): Line(DisputeInput.answers(subjectId: request.subjectId, disputeId: request.disputeId))
        case .found(let found): Line(DisputeInput.answers(subjectId: found.subjectId, disputeId: found.message.disputeId))
        case .version, .due: nil
        }
    }

    static func requests(subjectId: String, recordId: String) -> Bytes { Bytes(utf8: "requests/\(subjectId)/\(recordId)") }
    static func answers(subjectId: String, disputeId: String) -> Bytes { Bytes(utf8: "answers/\(subjectId)/\(disputeId)") }
}

extension DisputeInput.Version {
    /// Only what a dispute has to know: the record's content is not even looked at.
    init(_ value: JSONValue) throws(Rejection) {
        guard let subjectId = value["subjectId"]?.string, let recordId = value["recordId"]?.string,
            let version = value["version"]?.int64, version > 0, let bureau = value["bureau"]?.string,
            let state = value["state"]?.string.flatMap({ RecordState(rawValue: $0) }),
            let severity = value["severity"]?.string.flatMap({ Severity(rawValue: $0) })
        else { throw Rejection("schema.format", hint: "the ledger wrote a version that cannot be read") }
        self.subjectId = subjectId
        self.recordId = recordId
        record = DisputeFile.Record(
            version: UInt64(version), state: state, bureau: bureau, severity: severity,
            validUntil: value["validUntil"]?.stringBytes.flatMap { CivilDate(iso: $0) })
    }
}
