import CreditModel
import StreamCore

/// Gives each subject an id that says nothing about it, and lets nothing pass that does: behind it no identity number occurs in any key,
/// header or value.
///
/// Subjects are rows under the keyed lookup of their number. What may be known of them goes out as a profile, who they are sealed to the
/// workers that may open it, and the casework with the subject id in the subject's place and all texts masked.
public struct Identity: Worker {
    private let policy: PolicyPack
    private let keys: ClusterKeys
    private let parkedTerm: Instant.Span
    private let partitionCount: Int

    /// Types whose sender knows the subject's name by office. What a person types into the portal names a subject only at first sight.
    private static let typesThatName: Set<String> = [
        "chengxin.record.submitted.v1", "chengxin.subject.registered.v1", "chengxin.sanction.triggered.v1", "chengxin.reward.nominated.v1",
    ]
    private static let registered = "chengxin.subject.registered.v1"
    private static let withdrawn = "chengxin.record.withdrawn.v1"

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        self.policy = policy
        self.keys = keys
        parkedTerm = policy.limits.parkedTerm.fixedSpan
        self.partitionCount = partitionCount
    }

    public var topology: Topology {
        Topology(
            worker: "identity",
            inputs: [VerifiedMessage.topic, SealedSubject.topic],
            tables: [SubjectRow.table, NamesRow.table],
            outputs: Area.allCases.compactMap(\.filedTopic) + [
                SubjectProfile.topic, SealedSubject.topic, SubmissionAnswered.topic, InboundAnswered.topic, VerifiedMessage.topic,
            ],
            isSealed: true)
    }

    public var policyVersion: String { policy.version }

    /// An input of identity.
    public struct Decoded: Sendable {
        /// Of the row: the lookup key, or the key of a subject's names.
        let key: Bytes
        let input: IdentityInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        switch input {
        case .timer(let timer): return Decoded(key: timer.key, input: .comesOfAge)
        case .message(let message):
            guard let key = message.key else {
                throw Rejection("schema.missing", hint: "a verified message has the lookup key or the subject id as its key")
            }
            let value = try JSONValue.step(message.value)
            guard message.topic != SealedSubject.topic else {
                let announcement = try SealedSubject.decode(value)
                return Decoded(key: NamesRow.key(subjectId: announcement.subjectId), input: .announced(announcement))
            }
            let verified = try VerifiedMessage.decode(value)
            let contents = try JSONValue.step(verified.open(for: key, keys: keys))
            guard let data = contents["data"], data.kind == .object else {
                throw Rejection("schema.missing", at: "/sealed", hint: "intake seals the subject and the data of a message")
            }
            if let subjectId = verified.subjectId {
                let names = Identity.objectedReward(verified).map { Bytes(utf8: $0.mark) } ?? NamesRow.key(subjectId: subjectId)
                return Decoded(key: names, input: .aboutKnown(verified, subjectId: subjectId, names: names, data: data))
            }
            let subject: SealedSubject.Identity? =
                if let value = contents["subject"], !value.isNull { try SealedSubject.Identity(decoding: value) } else { nil }
            var read = IdentityInput.Contents(subject: subject, data: data)
            for other in contents["others"].map({ Array($0.elements) }) ?? [] {
                guard let name = other["name"]?.string, let kind = other["kind"]?.string.flatMap({ SubjectKind(rawValue: $0) }) else {
                    throw Rejection("schema.missing", at: "/sealed", hint: "intake seals kind and name of each whom a message names")
                }
                read.others.append(IdentityInput.Named(name: name, kind: kind))
            }
            return Decoded(key: key, input: .verified(verified, read))
        }
    }

    public func reads(for decoded: Decoded) -> [Read] {
        switch decoded.input {
        case .verified, .comesOfAge: [.row(SubjectRow.table, key: decoded.key)]
        case .aboutKnown, .announced: [.row(NamesRow.table, key: decoded.key)]
        }
    }

    /// What names a subject id that is not known yet queues by it.
    public func line(of decoded: Decoded) -> Line? {
        if case .aboutKnown = decoded.input { Line(decoded.key) } else { nil }
    }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let key = decoded.key
        do {
            switch decoded.input {
            case .comesOfAge: return comeOfAge(key, try subject(in: state, key), at: moment)
            case .verified(let message, let contents): return try take(message, contents, key, subject(in: state, key), at: moment)
            case .aboutKnown(let message, let subjectId, let key, let data):
                return try take(message, data, about: subjectId, key, names(in: state, key), at: moment)
            case .announced(let announcement): return try take(announcement, names(in: state, key))
            }
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw Rejection("state.damaged", hint: "identity cannot read its own row; check the store")
        }
    }

    private func subject(in state: State, _ key: Bytes) throws(RowDamage) -> SubjectRow? {
        try state.row(SubjectRow.table, key).map { bytes throws(RowDamage) in try SubjectRow(bytes) }
    }

    private func names(in state: State, _ key: Bytes) throws(RowDamage) -> NamesRow? {
        try state.row(NamesRow.table, key).map { bytes throws(RowDamage) in try NamesRow(bytes) }
    }

    // MARK: Subjects known by their id

    /// What an officer or a gateway says about a subject: its texts are masked by all names the subject has had.
    private func take(
        _ message: VerifiedMessage, _ data: JSONValue, about subjectId: String, _ key: Bytes, _ known: NamesRow?, at moment: Moment
    ) throws(Rejection) -> Decision {
        try refuseNumbersInNames(of: message)
        var decision = Decision()
        let objected = Identity.objectedReward(message)
        // A case of somebody else: whom the texts may name is not who the message says.
        if objected == nil, let reward = message.caseId.flatMap({ RewardCaseId($0) }), Bytes(utf8: reward.mark) != key {
            refuse(message, subjectId: nil, [Reason(.stateNotFound, at: "/caseId")], into: &decision)
            return decision
        }
        guard let known else {
            guard moment.waitIsOver || (moment.attempt > 0 && moment.isCaughtUp) else {
                return .waiting(
                    Wait(in: Line(key), retryAfter: parkedTerm, code: ReasonCode.stateNotFound.rawValue))
            }
            let path = objected == nil ? "/subjectId" : "/caseId"
            refuse(message, subjectId: nil, [Reason(.stateNotFound, at: path)], into: &decision)
            return decision
        }
        file(message, data, subjectId, TextCleaner(names: known.names, kind: known.kind), into: &decision)
        return decision
    }

    private func take(_ announcement: SealedSubject, _ known: NamesRow?) throws(Rejection) -> Decision {
        var decision = Decision()
        guard announcement.version > known?.version ?? 0 else { return decision }
        let identity = try announcement.open(keys: keys)
        let former = (known?.names ?? []).filter { $0 != identity.name }
        let key = NamesRow.key(subjectId: announcement.subjectId)
        decision.put(
            NamesRow.table, key,
            NamesRow(version: announcement.version, kind: identity.kind, names: [identity.name] + former).encoded)
        if known == nil { decision.endsWaiting = [Line(key)] }
        return decision
    }

    // MARK: Subjects

    private func take(
        _ message: VerifiedMessage, _ contents: IdentityInput.Contents, _ lookupKey: Bytes, _ known: SubjectRow?, at moment: Moment
    ) throws(Rejection) -> Decision {
        try refuseNumbersInNames(of: message)
        var decision = Decision()
        guard var row = known ?? contents.subject.map({ firstSight(of: $0, lookupKey, at: moment) }) else {
            // Intake has seen the subject, but its first message was refused here: there is nothing to withdraw.
            refuse(message, subjectId: nil, [Reason(.stateNotFound, at: message.recordNo == nil ? "" : "/recordNo")], into: &decision)
            return decision
        }
        if let subject = contents.subject, subject.kind != row.kind {
            refuse(message, subjectId: nil, [Reason(.subjectKind, at: "/subject/kind")], into: &decision)
            return decision
        }

        var names = [row.name] + row.formerNames
        if let subject = contents.subject {
            names.append(subject.name)
            learn(from: subject, of: message, contents.data, known: known, &row, lookupKey, at: moment, into: &decision)
        }
        let cleaner = TextCleaner(names: names, kind: row.kind, others: contents.others)
        switch message.area {
        case .record: try file(record: message, contents.data, row, cleaner, into: &decision)
        case .subject:
            decision.say(InboundAnswered(submission: message.submission, type: message.type, status: .accepted).output())
        case .reward where message.type == InboundType.objectionRaised.eventType:
            send(objection: message, contents.data, from: row.subjectId, cleaner, at: moment, into: &decision)
        default: file(message, contents.data, row.subjectId, cleaner, into: &decision)
        }
        return decision
    }

    /// Numbers that stand in a name by which things are found cannot be masked there. The dead letter, which is sealed, is the answer.
    private func refuseNumbersInNames(of message: VerifiedMessage) throws(Rejection) {
        let names: [(path: String, name: String?)] = [
            ("/recordNo", message.recordNo), ("/recordId", message.recordId), ("/caseId", message.caseId),
            ("/submission/id", message.submission.id), ("/submission/source", message.submission.source),
        ]
        for (path, name) in names {
            guard let name, TextCleaner.mayHoldNumber(Bytes(utf8: name)), IdentityScanner.hasMatch(in: Bytes(utf8: name)) else { continue }
            throw Rejection(
                ReasonCode.prohibitedContent.rawValue, at: path, hint: "an identity number or code stands in it; name it in another way")
        }
    }

    private func firstSight(of subject: SealedSubject.Identity, _ lookupKey: Bytes, at moment: Moment) -> SubjectRow {
        SubjectRow(
            subjectId: keys.subjectId(lookupKey: lookupKey.text, cause: moment.cause), kind: subject.kind,
            birthDate: birthDate(of: subject, at: moment), name: subject.name)
    }

    private func birthDate(of subject: SealedSubject.Identity, at moment: Moment) -> CivilDate? {
        guard let type = IdentityType(rawValue: subject.idType) else { return nil }
        return try? IdentityNumber(subject.idNumber, type: type, today: CivilDate(moment.tick)).birthDate
    }

    /// Takes in what the message says about its subject, and publishes what is new.
    private func learn(
        from subject: SealedSubject.Identity, of message: VerifiedMessage, _ data: JSONValue, known: SubjectRow?, _ row: inout SubjectRow,
        _ lookupKey: Bytes, at moment: Moment, into decision: inout Decision
    ) {
        var isChanged = known == nil
        var isRenamed = known == nil
        if Identity.typesThatName.contains(message.type), row.rename(subject.name) {
            isChanged = true
            isRenamed = true
        }
        if row.birthDate == nil, let birthDate = birthDate(of: subject, at: moment) {
            row.birthDate = birthDate
            isChanged = true
        }
        if message.type == Identity.registered, let domain = data["domain"]?.string, let registeredAt = data["registeredAt"]?.string {
            let validUntil = data["validUntil"]?.stringBytes.flatMap { CivilDate(iso: $0) }
            if row.register(SubjectProfile.Registration(domain: domain, registeredAt: registeredAt, validUntil: validUntil)) {
                isChanged = true
            }
        }
        let capacity = row.capacity(on: CivilDate(moment.tick), adultAge: policy.capacity.adultAge)
        let standing = known?.adultAt(age: policy.capacity.adultAge)
        if capacity != row.capacity {
            row.capacity = capacity
            isChanged = true
        }
        guard isChanged else { return }
        let adultAt = row.adultAt(age: policy.capacity.adultAge)
        if adultAt != standing {
            if let standing { decision.clear(timer: lookupKey, due: standing) }
            if let adultAt { decision.set(Timer(due: adultAt, key: lookupKey, isAdverse: true)) }
        }
        if isRenamed {
            row.sealedVersion += 1
            let sealed = SealedSubject(
                SealedSubject.Identity(kind: row.kind, idType: subject.idType, idNumber: subject.idNumber, name: row.name),
                subjectId: row.subjectId, version: row.sealedVersion, because: moment.cause, keys: keys)
            publish(&row, sealed: sealed, before: known?.profile(), into: &decision)
        } else {
            publish(&row, sealed: nil, before: known?.profile(), into: &decision)
        }
        decision.put(SubjectRow.table, lookupKey, row.encoded)
    }

    /// The timer of a minor: the birthday is over.
    private func comeOfAge(_ lookupKey: Bytes, _ known: SubjectRow?, at moment: Moment) -> Decision {
        var decision = Decision()
        guard var row = known else { return decision }
        let capacity = row.capacity(on: CivilDate(moment.tick), adultAge: policy.capacity.adultAge)
        guard capacity != row.capacity else { return decision }
        row.capacity = capacity
        publish(&row, sealed: nil, before: known?.profile(), into: &decision)
        decision.put(SubjectRow.table, lookupKey, row.encoded)
        return decision
    }

    private func publish(_ row: inout SubjectRow, sealed: SealedSubject?, before: SubjectProfile?, into decision: inout Decision) {
        if row.profile() != before {
            row.profileVersion += 1
            var writer = JSONWriter()
            row.profile().encode(into: &writer)
            decision.say(
                Output(
                    topic: SubjectProfile.topic, key: Bytes(utf8: row.subjectId), type: SubjectProfile.type, subject: row.subjectId,
                    value: writer.bytes))
        }
        if let sealed {
            var writer = JSONWriter()
            sealed.encode(into: &writer)
            decision.say(
                Output(
                    topic: SealedSubject.topic, key: Bytes(utf8: row.subjectId), type: SealedSubject.type, subject: row.subjectId,
                    value: writer.bytes))
        }
    }

    // MARK: Filing

    private func file(
        record message: VerifiedMessage, _ data: JSONValue, _ row: SubjectRow, _ cleaner: TextCleaner, into decision: inout Decision
    ) throws(Rejection) {
        guard let bureau = message.bureau, let recordNo = message.recordNo, let recordId = message.recordId else {
            throw Rejection("schema.missing", at: "/recordId", hint: "intake names bureau, number and id of a record")
        }
        let action: FiledRecord.Action
        if message.type == Identity.withdrawn || data["catalogItem"] == nil {
            action = .withdraw(
                FiledRecord.Withdrawal(
                    reason: data["reason"]?.string.map(cleaner.clean), basis: data["basis"]?.string.map(cleaner.clean)))
        } else {
            guard let revision = message.revision else {
                throw Rejection("schema.missing", at: "/revision", hint: "intake names the revision of a submission")
            }
            var content = try RecordContent(decoding: data)
            // Decoding has seen that both are objects.
            if let conduct = data["conduct"] { content.conduct = cleaner.clean(conduct) }
            if let decided = data["decision"] { content.decision = cleaner.clean(decided) }
            if let attributes = data["attributes"], attributes.kind == .object { content.attributes = cleaner.clean(attributes) }
            content.field = content.field.map(cleaner.clean)
            content.occupation = content.occupation.map(cleaner.clean)
            action = .submit(
                FiledRecord.Submission(
                    revision: revision, subjectKind: row.kind, finality: message.finality ?? .reached, record: content))
        }
        let filed = FiledRecord(
            action: action, type: message.type, submission: message.submission, isAnswered: message.isAnswered, bureau: bureau,
            recordNo: recordNo, recordId: recordId, subjectId: row.subjectId, notes: try cleaned(message.notes, cleaner))
        var writer = JSONWriter(reserving: 1536)
        filed.encode(into: &writer)
        decision.say(
            Output(
                topic: FiledRecord.topic, key: Bytes(utf8: row.subjectId), type: FiledRecord.type, subject: row.subjectId,
                correlation: message.submission.id, value: writer.bytes))
    }

    private func file(
        _ message: VerifiedMessage, _ data: JSONValue, _ subjectId: String, _ cleaner: TextCleaner, into decision: inout Decision
    ) {
        guard let topic = message.area.filedTopic else { return }
        let notes = try? cleaned(message.notes, cleaner)
        let filed = FiledMessage(
            type: message.type, submission: message.submission, subjectId: subjectId, bureau: message.bureau, caseId: message.caseId,
            recordId: message.recordId ?? data["recordId"]?.string.map { IdentityScanner.masked($0) ?? $0 }, notes: notes,
            data: cleaner.clean(data))
        var writer = JSONWriter(reserving: 1024)
        filed.encode(into: &writer)
        decision.say(
            Output(
                topic: topic, key: Bytes(utf8: subjectId), type: "chengxin.\(message.area.rawValue).filed.v1", subject: subjectId,
                correlation: message.caseId ?? message.submission.id, value: writer.bytes,
                partition: Identity.objectedReward(message)?.partition))
    }

    /// Anybody may object to a reward, and the texts of whoever objects may name both: here the names of the sender are taken out, and where
    /// the case lies those of its subject. Sealed as it came in, it goes there by way of identity's own input.
    private func send(
        objection message: VerifiedMessage, _ data: JSONValue, from subjectId: String, _ cleaner: TextCleaner, at moment: Moment,
        into decision: inout Decision
    ) {
        guard let reward = Identity.objectedReward(message), reward.partition < partitionCount else {
            return refuse(message, subjectId: nil, [Reason(.stateNotFound, at: "/caseId")], into: &decision)
        }
        var plain = JSONWriter(reserving: 512)
        plain.object { $0.member("data", raw: cleaner.clean(data)) }
        let key = Bytes(utf8: reward.mark)
        var onward = message
        onward.subjectId = subjectId
        onward.sealed = VerifiedMessage.seal(plain.bytes, for: key, because: moment.cause, index: decision.outputs.count, keys: keys)
        var writer = JSONWriter(reserving: onward.sealed.count * 4 / 3 + 512)
        onward.encode(into: &writer)
        decision.say(
            Output(
                topic: VerifiedMessage.topic, key: key, type: VerifiedMessage.type, correlation: message.submission.id,
                value: writer.bytes, partition: reward.partition))
    }

    /// The reward that an objection names.
    private static func objectedReward(_ message: VerifiedMessage) -> RewardCaseId? {
        guard message.type == InboundType.objectionRaised.eventType else { return nil }
        return message.caseId.flatMap { RewardCaseId($0) }
    }

    private func cleaned(_ notes: Bytes?, _ cleaner: TextCleaner) throws(Rejection) -> Bytes? {
        guard let notes else { return nil }
        return cleaner.clean(try JSONValue.step(notes))
    }

    private func refuse(_ message: VerifiedMessage, subjectId: String?, _ reasons: [Reason], into decision: inout Decision) {
        guard message.isAnswered else { return }
        switch message.area {
        case .record:
            decision.say(
                SubmissionAnswered(
                    submission: message.submission, bureau: message.bureau, recordNo: message.recordNo, revision: message.revision,
                    recordId: message.recordId, subjectId: subjectId, status: .rejected, reasons: reasons
                ).output())
        default:
            decision.say(
                InboundAnswered(submission: message.submission, type: message.type, status: .rejected, reasons: reasons).output())
        }
    }
}
