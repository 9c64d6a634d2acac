import StreamCore

/// `sanction.dispatches.v1`: what delivery has to bring to one agency about one measure. Key: the subject id.
public struct SanctionDispatched: Hashable, Sendable {
    public static let topic: Topic = "sanction.dispatches.v1"
    public static let type = "chengxin.sanction.dispatched.v1"

    /// One per case and measure, and with it per agency.
    public var orderId: String
    /// Counts what goes out under the order from 1; an agency obeys the highest.
    public var sequence: UInt64
    public var action: Action
    public var caseId: String
    public var subjectId: String
    public var measure: String
    public var agency: String
    /// The last day of the measure.
    public var until: CivilDate
    /// Law and article, as in the proposal.
    public var basis: String

    public enum Action: String, Hashable, Sendable, CaseIterable {
        case impose = "IMPOSE"
        case suspend = "SUSPEND"
        case resume = "RESUME"
        case lift = "LIFT"
    }

    public init(
        orderId: String, sequence: UInt64, action: Action, caseId: String, subjectId: String, measure: String, agency: String,
        until: CivilDate, basis: String
    ) {
        self.orderId = orderId
        self.sequence = sequence
        self.action = action
        self.caseId = caseId
        self.subjectId = subjectId
        self.measure = measure
        self.agency = agency
        self.until = until
        self.basis = basis
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SanctionDispatched {
        guard let until = try value.dateIfPresent("until") else { throw value.wrongType("until") }
        return SanctionDispatched(
            orderId: try value.text("orderId"), sequence: try value.count("sequence"), action: try value.word("action"),
            caseId: try value.text("caseId"), subjectId: try value.text("subjectId"), measure: try value.text("measure"),
            agency: try value.text("agency"), until: until, basis: try value.text("basis"))
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("orderId", orderId)
            $0.member("sequence", Int64(clamping: sequence))
            $0.member("action", action.rawValue)
            $0.member("caseId", caseId)
            $0.member("subjectId", subjectId)
            $0.member("measure", measure)
            $0.member("agency", agency)
            $0.member("until", until.description)
            $0.member("basis", basis)
        }
        return Output(
            topic: SanctionDispatched.topic, key: Bytes(utf8: subjectId), type: SanctionDispatched.type, subject: subjectId,
            correlation: caseId, value: writer.bytes)
    }
}
