import StreamCore

/// `repair.tasks.v1`: an application that an authority has to decide. Key: the subject id.
public struct RepairReviewWanted: Hashable, Sendable {
    public static let topic: Topic = "repair.tasks.v1"
    public static let type = "chengxin.repair.review-wanted.v1"

    public var repairId: String
    public var recordId: String
    public var subjectId: String
    public var kind: RepairApplied.Kind
    /// The id of the bureau that decides.
    public var authority: String
    /// nil where the calendar has no answer yet.
    public var decideBy: Instant?
    /// What was handed in, as it came: commitment, evidence, extension, statement. A JSON object; nil in a reminder.
    public var application: Bytes?
    /// Cases about good deeds that were confirmed for this record.
    public var supportedBy: [String]

    public init(
        repairId: String, recordId: String, subjectId: String, kind: RepairApplied.Kind, authority: String, decideBy: Instant?,
        application: Bytes? = nil, supportedBy: [String] = []
    ) {
        self.repairId = repairId
        self.recordId = recordId
        self.subjectId = subjectId
        self.kind = kind
        self.authority = authority
        self.decideBy = decideBy
        self.application = application
        self.supportedBy = supportedBy
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RepairReviewWanted {
        RepairReviewWanted(
            repairId: try value.text("repairId"), recordId: try value.text("recordId"), subjectId: try value.text("subjectId"),
            kind: try value.word("kind"), authority: try value.text("authority"), decideBy: try value.instantIfPresent("decideBy"),
            application: try value.rawIfPresent("application", .object),
            supportedBy: value["supportedBy"].map { $0.elements.compactMap(\.string) } ?? [])
    }

    public func output() -> Output {
        var writer = JSONWriter(reserving: 512)
        writer.object {
            $0.member("repairId", repairId)
            $0.member("recordId", recordId)
            $0.member("subjectId", subjectId)
            $0.member("kind", kind.rawValue)
            $0.member("authority", authority)
            $0.member("decideBy", ifPresent: decideBy)
            if let application { $0.member("application", raw: application) }
            if !supportedBy.isEmpty { $0.member("supportedBy", supportedBy) }
        }
        return Output(
            topic: RepairReviewWanted.topic, key: Bytes(utf8: subjectId), type: RepairReviewWanted.type, subject: subjectId,
            correlation: repairId, value: writer.bytes)
    }
}
