/// What a record is about: a person, or an organisation of any form.
public enum SubjectKind: String, Sendable, CaseIterable {
    case person
    case organization
}
