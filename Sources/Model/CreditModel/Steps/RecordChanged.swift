import StreamCore

/// `record.ledger.v1` (key: the subject id) and `record.current.v1` (key: the record id): one version of a record.
public struct RecordChanged: Sendable {
    public static let ledgerTopic: Topic = "record.ledger.v1"
    public static let currentTopic: Topic = "record.current.v1"
    public static let type = "chengxin.record.changed.v1"

    public var recordId: String
    public var subjectId: String
    public var subjectKind: SubjectKind
    public var version: UInt64
    /// SHA-256 of the value of the version before, in hexadecimal digits; nil for the first.
    public var previousHash: String?
    public var state: RecordState
    public var isRestricted: Bool
    public var cause: VersionCause
    public var bureau: String
    public var recordNo: String
    public var revision: UInt64
    /// Of a sealed record `conduct` and `decision` are empty.
    public var content: RecordContent?
    /// Its catalogue item and severity stay, also of a sealed record.
    public var catalogItem: String
    public var severity: Severity
    /// When a held record becomes effective, if that is known.
    public var effectiveFrom: Instant?
    /// The last day of publicity, where the catalogue publishes such a record and it is effective.
    public var publicUntil: CivilDate?
    public var statements: [Statement]
    public var annotations: [Annotation]
    public var notes: Bytes?

    /// What the subject has to say.
    public struct Statement: Hashable, Sendable {
        public var caseId: String
        public var text: String
        public init(caseId: String, text: String) {
            self.caseId = caseId
            self.text = text
        }
    }

    /// An open case that restricts the record.
    public struct Annotation: Hashable, Sendable {
        public var caseId: String
        public var since: Instant
        /// The last day of an extension.
        public var until: CivilDate?
        public init(caseId: String, since: Instant, until: CivilDate? = nil) {
            self.caseId = caseId
            self.since = since
            self.until = until
        }
    }

    public init(
        recordId: String, subjectId: String, subjectKind: SubjectKind, version: UInt64, previousHash: String?, state: RecordState,
        isRestricted: Bool, cause: VersionCause, bureau: String, recordNo: String, revision: UInt64, content: RecordContent?,
        catalogItem: String, severity: Severity, effectiveFrom: Instant? = nil, publicUntil: CivilDate? = nil,
        statements: [Statement] = [], annotations: [Annotation] = [], notes: Bytes? = nil
    ) {
        self.recordId = recordId
        self.subjectId = subjectId
        self.subjectKind = subjectKind
        self.version = version
        self.previousHash = previousHash
        self.state = state
        self.isRestricted = isRestricted
        self.cause = cause
        self.bureau = bureau
        self.recordNo = recordNo
        self.revision = revision
        self.content = content
        self.catalogItem = catalogItem
        self.severity = severity
        self.effectiveFrom = effectiveFrom
        self.publicUntil = publicUntil
        self.statements = statements
        self.annotations = annotations
        self.notes = notes
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RecordChanged {
        guard let isRestricted = try value.needed("restricted").bool else { throw value.wrongType("restricted") }
        var statements: [Statement] = []
        if let list = value.present("statements") {
            for element in list.elements {
                statements.append(Statement(caseId: try element.text("caseId"), text: try element.text("text")))
            }
        }
        var annotations: [Annotation] = []
        if let list = value.present("annotations") {
            for element in list.elements {
                guard let since = try element.instantIfPresent("since") else { throw value.wrongType("annotations") }
                annotations.append(
                    Annotation(caseId: try element.text("caseId"), since: since, until: try element.dateIfPresent("until")))
            }
        }
        return RecordChanged(
            recordId: try value.text("recordId"),
            subjectId: try value.text("subjectId"),
            subjectKind: try value.word("subjectKind"),
            version: try value.count("version"),
            previousHash: try value.textIfPresent("previousHash"),
            state: try value.word("state"),
            isRestricted: isRestricted,
            cause: try VersionCause(decoding: value.needed("cause")),
            bureau: try value.text("bureau"),
            recordNo: try value.text("recordNo"),
            revision: try value.count("revision"),
            content: value["sealed"]?.bool == true ? nil : try RecordContent(decoding: value),
            catalogItem: try value.text("catalogItem"),
            severity: try value.word("severity"),
            effectiveFrom: try value.instantIfPresent("effectiveFrom"),
            publicUntil: try value.dateIfPresent("publicUntil"),
            statements: statements,
            annotations: annotations,
            notes: try value.rawIfPresent("notes", .object))
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("recordId", recordId)
            $0.member("subjectId", subjectId)
            $0.member("subjectKind", subjectKind.rawValue)
            $0.member("version", Int64(clamping: version))
            $0.name("previousHash")
            if let previousHash { $0.string(previousHash) } else { $0.null() }
            $0.member("state", state.rawValue)
            $0.member("restricted", isRestricted)
            $0.name("cause")
            cause.encode(into: &$0)
            $0.member("bureau", bureau)
            $0.member("recordNo", recordNo)
            $0.member("revision", Int64(clamping: revision))
            if let content {
                content.encodeMembers(into: &$0)
            } else {
                $0.member("catalogItem", catalogItem)
                $0.member("severity", severity.rawValue)
                $0.member("conduct", object: { _ in })
                $0.member("decision", object: { _ in })
                $0.member("sealed", true)
            }
            $0.member("effectiveFrom", ifPresent: effectiveFrom)
            if let publicUntil { $0.member("publicUntil", publicUntil.description) }
            $0.member(
                "statements",
                array: { writer in
                    for statement in statements {
                        writer.object {
                            $0.member("caseId", statement.caseId)
                            $0.member("text", statement.text)
                        }
                    }
                })
            $0.member(
                "annotations",
                array: { writer in
                    for annotation in annotations {
                        writer.object {
                            $0.member("caseId", annotation.caseId)
                            $0.member("since", annotation.since)
                            if let until = annotation.until { $0.member("until", until.description) }
                        }
                    }
                })
            if let notes { $0.member("notes", raw: notes) }
        }
    }
}
