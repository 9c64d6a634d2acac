import StreamCore

/// `subject.profiles.v1`: what every worker may know of a subject. Key: the subject id. No identity data.
public struct SubjectProfile: Hashable, Sendable {
    public static let topic: Topic = "subject.profiles.v1"
    public static let type = "chengxin.subject.profiled.v1"

    public var subjectId: String
    /// Counts the profile's changes from 1.
    public var version: UInt64
    public var kind: SubjectKind
    public var capacity: Capacity
    /// A person's name masked, an organisation's as it is.
    public var displayName: String
    public var registrations: [Registration]

    /// Full civil capacity by age (民法典 17–18); organisations have it (民法典 57, 59).
    public enum Capacity: String, Hashable, Sendable, CaseIterable {
        case adult = "ADULT"
        case minor = "MINOR"
        /// The date of birth is not known.
        case unknown = "UNKNOWN"
    }

    /// A real-name registration.
    public struct Registration: Hashable, Sendable {
        public var domain: String
        public var registeredAt: String
        public var validUntil: CivilDate?
        public init(domain: String, registeredAt: String, validUntil: CivilDate?) {
            self.domain = domain
            self.registeredAt = registeredAt
            self.validUntil = validUntil
        }
    }

    public init(
        subjectId: String, version: UInt64, kind: SubjectKind, capacity: Capacity, displayName: String, registrations: [Registration] = []
    ) {
        self.subjectId = subjectId
        self.version = version
        self.kind = kind
        self.capacity = capacity
        self.displayName = displayName
        self.registrations = registrations
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SubjectProfile {
        var registrations: [Registration] = []
        for element in try value.needed("registrations").elements {
            registrations.append(
                Registration(
                    domain: try element.text("domain"), registeredAt: try element.text("registeredAt"),
                    validUntil: try element.dateIfPresent("validUntil")))
        }
        return SubjectProfile(
            subjectId: try value.text("subjectId"),
            version: try value.count("version"),
            kind: try value.word("kind"),
            capacity: try value.word("capacity"),
            displayName: try value.text("displayName"),
            registrations: registrations)
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("subjectId", subjectId)
            $0.member("version", Int64(clamping: version))
            $0.member("kind", kind.rawValue)
            $0.member("capacity", capacity.rawValue)
            $0.member("displayName", displayName)
            $0.member(
                "registrations",
                array: { writer in
                    for registration in registrations {
                        writer.object {
                            $0.member("domain", registration.domain)
                            $0.member("registeredAt", registration.registeredAt)
                            if let validUntil = registration.validUntil { $0.member("validUntil", validUntil.description) }
                        }
                    }
                })
        }
    }
}
