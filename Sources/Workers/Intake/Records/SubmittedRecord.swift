import CreditModel
import StreamCore

/// What a message says about a record, as far as it can be read: the gates judge each part for itself, so that all that is wrong is
/// answered at once.
struct SubmittedRecord: Sendable {
    /// How a row of 双公示 became a record; such a row has neither revision nor number of its own.
    var mapping: DoublePublicityRow.Mapping?
    var recordNo: String?
    var revision: UInt64?
    var catalogItem: String?
    var kind: SubjectKind?
    var idType: IdentityType?
    var idNumber: String?
    var name: String?
    var conductDate: CivilDate?
    /// Whether a date of the conduct is stated, readable or not: the decision date does not stand for it then.
    var hasConductDate = false
    var decisionDate: CivilDate?
    var finality: DecisionFinality?
    var basis: Bytes?
    var basisId: String?
    var simpleProcedure = false
    var remedied = false
    var severity: Severity?
    var field: String?
    var occupation: String?
    /// Free texts with the places they stand at.
    var texts: [(path: String, text: Bytes)] = []
    /// Names of attributes, and their texts where they are texts.
    var attributes: [(name: String, text: Bytes?)] = []
    /// What the form of the message lacks.
    var reasons: [Reason] = []
    /// The whole record; nil where the form lacks something.
    var whole: RecordSubmitted?
    var isRow: Bool { mapping != nil }

    private init() {}
}

extension SubmittedRecord {
    init(_ data: JSONValue, gates: Gates) {
        guard let row = DoublePublicityRow(data) else {
            self.init(message: data, gates: gates)
            return
        }
        let mapping = row.mapped(by: gates.rowRules)
        var parser = JSONParser()
        if let mapped = try? parser.parse(mapping.data) {
            self.init(message: mapped.root, gates: gates)
        } else {
            // The mapper writes JSON; a row that is none has been refused before.
            self.init()
        }
        self.mapping = mapping
    }

    /// A message with the members of `record.submitted`.
    private init(message data: JSONValue, gates: Gates) {
        let reasons = InboundType.recordSubmitted.shape.reasons(against: data, limits: gates.shapeLimits)
        if reasons.isEmpty, let whole = RecordSubmitted(validated: data) {
            self.init(whole)
            return
        }
        self.init()
        self.reasons = reasons
        recordNo = data["recordNo"]?.string
        revision = data["revision"]?.int64.flatMap { $0 > 0 ? UInt64($0) : nil }
        catalogItem = data["catalogItem"]?.string
        if let subject = data["subject"] {
            kind = subject["kind"]?.string.flatMap { SubjectKind(rawValue: $0) }
            idType = subject["idType"]?.string.flatMap { IdentityType(rawValue: $0) }
            idNumber = subject["idNumber"]?.string
            name = subject["name"]?.string
        }
        if let conduct = data["conduct"] {
            hasConductDate = conduct["date"].map { !$0.isNull } ?? false
            conductDate = conduct["date"]?.stringBytes.flatMap { CivilDate(iso: $0) }
            if let facts = conduct["facts"]?.stringBytes { texts.append(("/conduct/facts", facts)) }
        }
        if let decision = data["decision"] {
            decisionDate = decision["date"]?.stringBytes.flatMap { CivilDate(iso: $0) }
            basis = decision["basis"]?.stringBytes
            basisId = decision["basisId"]?.string
            simpleProcedure = decision["simpleProcedure"]?.bool ?? false
            remedied = decision["remedied"]?.bool ?? false
            if let result = decision["result"]?.stringBytes { texts.append(("/decision/result", result)) }
        }
        severity = data["severity"]?.string.flatMap { Severity(rawValue: $0) }
        if let stated = data["attributes"] {
            for (name, value) in stated.members {
                guard let name = name.string else { continue }
                attributes.append((name, value.stringBytes))
            }
        }
    }

    /// A record that lacks nothing in its form.
    init(_ record: RecordSubmitted) {
        self.init()
        whole = record
        recordNo = record.recordNo
        revision = record.revision
        catalogItem = record.catalogItem
        kind = record.subject.kind
        idType = record.subject.idType
        idNumber = record.subject.idNumber
        name = record.subject.name
        conductDate = record.conduct.date
        hasConductDate = conductDate != nil
        decisionDate = record.decision.date
        finality = record.decision.finality
        basis = record.decision.basis.map { Bytes(utf8: $0) }
        basisId = record.decision.basisId
        simpleProcedure = record.decision.simpleProcedure
        remedied = record.decision.remedied
        severity = record.severity
        field = record.field
        occupation = record.occupation
        texts = [("/conduct/facts", Bytes(utf8: record.conduct.facts)), ("/decision/result", Bytes(utf8: record.decision.result))]
        attributes = record.attributes.map { attribute in
            guard case .text(let text) = attribute.value else { return (attribute.name, nil) }
            return (attribute.name, Bytes(utf8: text))
        }
    }
}
