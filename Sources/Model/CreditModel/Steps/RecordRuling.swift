import StreamCore

/// `record.rulings.v1`: what dispute, repair or sanction has ruled about a record. Key: the subject id.
public struct RecordRuling: Sendable {
    public static let topic: Topic = "record.rulings.v1"
    public static let type = "chengxin.record.ruled.v1"

    public var ruling: Ruling
    public var subjectId: String
    public var recordId: String
    /// The case that rules. By every ruling but `annotate` it ends for the record.
    public var caseId: String
    /// What made the case rule, for whoever reads the record later.
    public var cause: VersionCause?

    public enum Ruling: Sendable {
        /// An open dispute or review restricts the record.
        case annotate
        /// An extension (延期) restricts the record until the end of a day; the case clears it then.
        case suspend(until: CivilDate)
        /// The subject's statement is attached and always shown; it restricts nothing.
        case state(String)
        case clear
        /// Members that replace those of the record; `conduct` and `decision` member by member.
        case correct(Bytes)
        case withdraw
        case repair
        /// The record has no effect any more, and newer versions do not show what it said.
        case seal
    }

    public init(_ ruling: Ruling, subjectId: String, recordId: String, caseId: String, cause: VersionCause? = nil) {
        self.ruling = ruling
        self.subjectId = subjectId
        self.recordId = recordId
        self.caseId = caseId
        self.cause = cause
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RecordRuling {
        let ruling: Ruling
        switch try value.text("ruling") {
        case "annotate":
            if let statement = try value.textIfPresent("statement") {
                ruling = .state(statement)
            } else {
                ruling = try value.dateIfPresent("until").map { .suspend(until: $0) } ?? .annotate
            }
        case "clear": ruling = .clear
        case "correct":
            guard let correction = try value.rawIfPresent("correction", .object) else { throw value.wrongType("correction") }
            ruling = .correct(correction)
        case "withdraw": ruling = .withdraw
        case "repair": ruling = .repair
        case "seal": ruling = .seal
        default: throw value.wrongType("ruling")
        }
        return RecordRuling(
            ruling,
            subjectId: try value.text("subjectId"),
            recordId: try value.text("recordId"),
            caseId: try value.text("caseId"),
            cause: try value.present("cause").map { value throws(Rejection) in try VersionCause(decoding: value) })
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("ruling", word)
            $0.member("subjectId", subjectId)
            $0.member("recordId", recordId)
            $0.member("caseId", caseId)
            if case .state(let statement) = ruling { $0.member("statement", statement) }
            if case .suspend(let until) = ruling { $0.member("until", until.description) }
            if case .correct(let correction) = ruling { $0.member("correction", raw: correction) }
            if let cause {
                $0.name("cause")
                cause.encode(into: &$0)
            }
        }
    }

    /// The word of the contract. A statement and an extension come as annotations.
    public var word: String {
        switch ruling {
        case .annotate, .suspend, .state: "annotate"
        case .clear: "clear"
        case .correct: "correct"
        case .withdraw: "withdraw"
        case .repair: "repair"
        case .seal: "seal"
        }
    }
}
