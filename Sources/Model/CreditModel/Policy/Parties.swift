/// A unit that sends records and decisions (`/bureaus/ID`).
public struct Bureau: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    /// Its unified social credit code, where it is known.
    public var uscc: String?
    /// Names that it had before, as older rows carry them.
    public var formerNames: [String]
    /// Whether what it decides is the decision of a court.
    public var isCourt: Bool

    public init(id: String, name: Bilingual, uscc: String? = nil, formerNames: [String] = [], isCourt: Bool = false) {
        self.id = id
        self.name = name
        self.uscc = uscc
        self.formerNames = formerNames
        self.isCourt = isCourt
    }

    public var source: String { "/bureaus/" + id }
}

/// A unit that applies orders and grants (`/agencies/ID`).
public struct Agency: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    /// Keys to which what it may know is sealed.
    public var sealTo: [RecipientKey]

    public init(id: String, name: Bilingual, sealTo: [RecipientKey] = []) {
        self.id = id
        self.name = name
        self.sealTo = sealTo
    }

    public var source: String { "/agencies/" + id }
}

/// A channel by which notices go out (`/gateways/ID`). They are tried in the order of their file.
public struct Gateway: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    /// Keys to which what it may know is sealed.
    public var sealTo: [RecipientKey]

    public init(id: String, name: Bilingual, sealTo: [RecipientKey] = []) {
        self.id = id
        self.name = name
        self.sealTo = sealTo
    }

    public var source: String { "/gateways/" + id }
}

/// Which senders may send messages of a type.
public enum SenderClass: String, Sendable, CaseIterable {
    /// Any bureau of the pack.
    case bureaus
    /// Any agency of the pack.
    case agencies
    /// Any gateway of the pack.
    case gateways
    /// The portal, a person's own channel.
    case portal
}

/// The right to send messages of one type (`record.submitted`, without `chengxin.` and version).
public struct SourceRight: Identifiable, Hashable, Sendable {
    public var type: String
    public var senders: [SenderClass]
    public var id: String { type }

    public init(type: String, senders: [SenderClass]) {
        self.type = type
        self.senders = senders
    }
}
