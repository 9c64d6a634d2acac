import CreditModel
import StreamCore

/// What identity keeps of a subject under its lookup key: never the number itself.
struct SubjectRow: Hashable, Sendable {
    var subjectId: String
    var kind: SubjectKind
    /// Known from the number, for documents that say it.
    var birthDate: CivilDate?
    var name: String
    /// Names it had before: texts may still use them.
    var formerNames: [String]
    var registrations: [SubjectProfile.Registration]
    /// As published last.
    var capacity: SubjectProfile.Capacity
    var profileVersion: UInt64
    var sealedVersion: UInt64

    static let table = Table(1, "subjects")
    private static let layout: UInt8 = 1

    /// A subject at first sight.
    init(subjectId: String, kind: SubjectKind, birthDate: CivilDate?, name: String) {
        self.subjectId = subjectId
        self.kind = kind
        self.birthDate = birthDate
        self.name = name
        formerNames = []
        registrations = []
        capacity = .unknown
        profileVersion = 0
        sealedVersion = 0
    }

    /// The capacity on a day: full from the day after the birthday on, so that nobody counts as an adult too early.
    func capacity(on day: CivilDate, adultAge: Int) -> SubjectProfile.Capacity {
        guard kind == .person else { return .adult }
        guard let birthDate else { return .unknown }
        return birthDate.completedYears(at: day) >= adultAge ? .adult : .minor
    }

    /// When a minor comes of age.
    func adultAt(age: Int) -> Instant? {
        capacity == .minor ? birthDate?.day(completingYears: age).start : nil
    }

    func profile() -> SubjectProfile {
        let shown = MaskedName.masked(name, kind: kind)
        return SubjectProfile(
            subjectId: subjectId, version: profileVersion, kind: kind, capacity: capacity,
            // A name with a number in it is no name; the number does not leave this worker.
            displayName: IdentityScanner.masked(shown) ?? shown, registrations: registrations)
    }

    /// Takes a registration; returns whether anything is new. One domain has one, the latest.
    mutating func register(_ registration: SubjectProfile.Registration) -> Bool {
        guard let index = registrations.firstIndex(where: { $0.domain == registration.domain }) else {
            registrations.append(registration)
            return true
        }
        guard registrations[index] != registration, registrations[index].registeredAt <= registration.registeredAt else { return false }
        registrations[index] = registration
        return true
    }

    /// Takes a name; returns whether it is another.
    mutating func rename(_ newName: String) -> Bool {
        guard newName != name else { return false }
        formerNames.removeAll { $0 == newName }
        formerNames.append(name)
        name = newName
        return true
    }

    var encoded: Bytes {
        var writer = RowWriter(layout: SubjectRow.layout)
        writer.text(subjectId)
        writer.byte(kind == .person ? 0 : 1)
        writer.optional(birthDate) { $0.signed(Int64($1.dayNumber)) }
        writer.text(name)
        writer.list(formerNames) { $0.text($1) }
        writer.list(registrations) {
            $0.text($1.domain)
            $0.text($1.registeredAt)
            $0.optional($1.validUntil) { $0.signed(Int64($1.dayNumber)) }
        }
        switch capacity {
        case .unknown: writer.byte(0)
        case .minor: writer.byte(1)
        case .adult: writer.byte(2)
        }
        writer.number(profileVersion)
        writer.number(sealedVersion)
        return writer.bytes
    }

    /// The inverse of `encoded`.
    init(_ encoded: Bytes) throws(RowDamage) {
        var reader = RowReader(encoded)
        guard try reader.byte() == SubjectRow.layout else { throw RowDamage() }
        subjectId = try reader.text()
        kind = try reader.byte() == 0 ? .person : .organization
        birthDate = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        name = try reader.text()
        formerNames = try reader.list { reader throws(RowDamage) in try reader.text() }
        registrations = try reader.list { reader throws(RowDamage) in
            SubjectProfile.Registration(
                domain: try reader.text(), registeredAt: try reader.text(),
                validUntil: try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) })
        }
        switch try reader.byte() {
        case 0: capacity = .unknown
        case 1: capacity = .minor
        case 2: capacity = .adult
        default: throw RowDamage()
        }
        profileVersion = try reader.number()
        sealedVersion = try reader.number()
        guard reader.isAtEnd else { throw RowDamage() }
    }
}
