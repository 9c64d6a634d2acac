import StreamCore

/// `publicity.listings.v1`: what everyone may see of a record, or that it is not shown any more. Key: the listing id.
///
/// It names no subject id, so that nothing public leads from one listing of a person to the next.
public struct ListingChanged: Hashable, Sendable {
    public static let topic: Topic = "publicity.listings.v1"
    public static let type = "chengxin.listing.changed.v1"

    public var listingId: String
    public var recordId: String
    public var action: Action
    /// A person's name masked, an organisation's as it is.
    public var displayName: String
    /// The day of the decision.
    public var from: CivilDate
    /// The last day; nil: as long as the record has effect.
    public var until: CivilDate?
    public var reason: Reason
    public var bureau: String
    public var catalogItem: String
    public var severity: Severity
    /// What is shown of the decision, a JSON object; nil once it is delisted.
    public var decision: Bytes?

    public enum Action: String, Hashable, Sendable, CaseIterable {
        case list = "LIST"
        case delist = "DELIST"
    }

    /// Why it is listed, or why not any more.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// A law orders it.
        case ordered = "ORDERED"
        /// An officer has released it.
        case released = "RELEASED"
        /// The subject agrees.
        case consented = "CONSENTED"

        /// The last day of publicity is over.
        case ended = "ENDED"
        case repaired = "REPAIRED"
        case withdrawn = "WITHDRAWN"
        case expired = "EXPIRED"
        case archived = "ARCHIVED"
        /// The decision is not final any more.
        case held = "HELD"
        /// A dispute, a review or an extension is open.
        case restricted = "RESTRICTED"
        /// The subject is no adult, or nobody knows.
        case protected = "PROTECTED"
        /// What the record says now is not published by law.
        case notPublic = "NOT_PUBLIC"
        /// What the record says now has not been released.
        case notReleased = "NOT_RELEASED"
        /// The subject does not agree any more.
        case consentEnded = "CONSENT_ENDED"
    }

    public init(
        recordId: String, action: Action, displayName: String, from: CivilDate, until: CivilDate?, reason: Reason, bureau: String,
        catalogItem: String, severity: Severity, decision: Bytes?
    ) {
        self.listingId = ListingChanged.id(ofRecord: recordId)
        self.recordId = recordId
        self.action = action
        self.displayName = displayName
        self.from = from
        self.until = until
        self.reason = reason
        self.bureau = bureau
        self.catalogItem = catalogItem
        self.severity = severity
        self.decision = decision
    }

    /// A record has one listing, whatever happens to it.
    public static func id(ofRecord recordId: String) -> String { "listing/" + recordId }

    public static func decode(_ value: JSONValue) throws(Rejection) -> ListingChanged {
        guard let from = try value.dateIfPresent("from") else { throw value.wrongType("from") }
        var listing = ListingChanged(
            recordId: try value.text("recordId"), action: try value.word("action"), displayName: try value.text("displayName"), from: from,
            until: try value.dateIfPresent("until"), reason: try value.word("reason"), bureau: try value.text("bureau"),
            catalogItem: try value.text("catalogItem"), severity: try value.word("severity"),
            decision: try value.rawIfPresent("decision", .object))
        listing.listingId = try value.text("listingId")
        return listing
    }

    public func output() -> Output {
        var writer = JSONWriter(reserving: 512 + (decision?.count ?? 0))
        writer.object {
            $0.member("listingId", listingId)
            $0.member("recordId", recordId)
            $0.member("action", action.rawValue)
            $0.member("displayName", displayName)
            $0.member("from", from.description)
            if let until { $0.member("until", until.description) }
            $0.member("reason", reason.rawValue)
            $0.member("bureau", bureau)
            $0.member("catalogItem", catalogItem)
            $0.member("severity", severity.rawValue)
            if let decision { $0.member("decision", raw: decision) }
        }
        return Output(
            topic: ListingChanged.topic, key: Bytes(utf8: listingId), type: ListingChanged.type, correlation: recordId, value: writer.bytes)
    }
}
