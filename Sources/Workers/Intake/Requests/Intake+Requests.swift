import CreditModel
import StreamCore

extension Intake {
    // MARK: Gates

    /// The gates of everything but submissions. What a case lacks is its worker's to say.
    func judge(_ type: InboundType, _ data: JSONValue, of arrival: Arrival, _ today: CivilDate, _ judgement: inout Judgement) {
        var reasons = type.shape.reasons(against: data, limits: gates.shapeLimits)
        if let member = type.officerMember, let officer = data[member]?.string.flatMap({ Officer($0) }) {
            reasons += RightsGate.reasons(officer: officer, at: "/\(member)", source: arrival.submission.source, policy: policy)
        }
        for member in Intake.identifiers {
            guard let text = data[member]?.stringBytes else { continue }
            reasons += ProhibitedGate.reasons(identifier: text, at: "/\(member)")
        }
        for (object, member) in type.pastDays {
            let value = object.map { data[$0]?[member] } ?? data[member]
            let path = object.map { "/\($0)/\(member)" } ?? "/\(member)"
            reasons += DateGate.reasons(day: value.flatMap { $0.day }, at: path, today: today)
        }
        var subjects: [(value: JSONValue, path: String)] = []
        if type.namesSubject, let subject = data["subject"] { subjects.append((subject, "/subject")) }
        if type == .sanctionTriggered {
            for (index, person) in Intake.responsiblePersons(data).enumerated() {
                if let subject = person["subject"] { subjects.append((subject, "/responsiblePersons/\(index)/subject")) }
            }
        }
        var kinds: Set<SubjectKind> = []
        for (value, path) in subjects {
            let finding = SubjectGate.claim(
                kind: value["kind"]?.string.flatMap { SubjectKind(rawValue: $0) },
                idType: value["idType"]?.string.flatMap { IdentityType(rawValue: $0) },
                idNumber: value["idNumber"]?.string, name: value["name"]?.string, at: path, today: today)
            reasons += finding.reasons
            if let claim = finding.claim {
                judgement.claims.append(claim)
                kinds.insert(claim.kind)
            }
        }
        if type == .sanctionTriggered || (type == .publicityReleased && data["basis"]?.kind == .string) {
            let basis = gates.basis.finding(text: data["basis"]?.stringBytes, at: "/basis", on: today)
            // A blank one that has to be there is missing already.
            reasons += basis.reasons.filter { reason in !reasons.contains { $0.path == reason.path } }
            if basis.isUnconfirmed { judgement.notes = Bytes(utf8: "{\"basis\":\"UNCONFIRMED\"}") }
        }
        if type == .sanctionTriggered {
            let measures = (data["measures"]?.elements).map { $0.compactMap(\.string) } ?? []
            reasons += MeasureGate.reasons(cause: data["cause"]?.string, measures: measures, kinds: kinds, policy: policy)
        }
        if let caseId = data["caseId"]?.string, type == .objectionAnswered, type.topic(for: data) != arrival.message.topic {
            reasons.append(
                Reason(.schemaFormat, at: "/caseId", hint: "the case \(caseId.prefix { $0 != "/" }) is answered on its own topic"))
        }
        if type == .deliveryAcknowledged, reasons.isEmpty, partition(ofDelivery: data) == nil {
            reasons.append(Reason(.stateNotFound, at: "/deliveryId", hint: "repeat the id of the order or grant as it was received"))
        }
        judgement.add(reasons)
    }

    /// Members by which things are found: they go on as they are, in clear.
    private static let identifiers: [StaticString] = [
        "recordNo", "recordId", "subjectId", "caseId", "disputeId", "repairId", "determinationNo", "noticeId", "deliveryId", "officer",
        "approver", "proposer", "domain",
    ]

    // MARK: Deciding

    /// Decides everything but submissions: passed on it is answered by its case, refused or repeated here.
    func take(request arrival: Arrival, _ known: Family, at moment: Moment) -> Decision {
        var decision = Decision()
        let judgement = judge(arrival, at: moment.tick)
        let seen = arrival.seen(at: moment.tick)
        switch known.acquaintance(of: seen, remembered: rememberedTerm) {
        case .same where judgement.isEnvelopeInOrder:
            decision.say(arrival.requestAnswer(.duplicate, [Reason(.stateDuplicate)]))
        case .reused:
            decision.say(arrival.requestAnswer(.rejected, judgement.reasons + [Reason(.envelopeIdReused)]))
        case .same, .new:
            guard judgement.reasons.isEmpty, let type = arrival.type, let data = arrival.data else {
                decision.say(arrival.requestAnswer(.rejected, judgement.reasons))
                decision.hidesCauseId = judgement.refusesIdentifiers
                break
            }
            if type.namesSubject {
                passToIdentity(type, data, judgement, arrival, at: moment, into: &decision)
            } else if let subjectId = data["subjectId"]?.string {
                passToIdentity(type, data, about: subjectId, judgement, arrival, at: moment, into: &decision)
            } else {
                passToDelivery(type, data, arrival, into: &decision)
            }
            guard let key = arrival.key else { break }
            var family = known
            family.remember(seen, for: rememberedTerm)
            decision.put(Intake.families, key, family.encoded)
            if known.isEmpty { setForgetting(of: family, key, into: &decision) }
        }
        return decision
    }

    private static func responsiblePersons(_ trigger: JSONValue) -> [JSONValue] {
        trigger["responsiblePersons"].map { Array($0.elements) } ?? []
    }

    private func area(of type: InboundType, _ data: JSONValue) -> Area {
        guard type.areas.count > 1, let caseId = data["caseId"]?.string else { return type.areas[0] }
        return type.areas.first { caseId.hasPrefix("\($0.rawValue)/") } ?? type.areas[0]
    }

    /// By way of identity, sealed: one message per subject, each a case of its own.
    private func passToIdentity(
        _ type: InboundType, _ data: JSONValue, _ judgement: Judgement, _ arrival: Arrival, at moment: Moment, into decision: inout Decision
    ) {
        let area = area(of: type, data)
        let persons = Intake.responsiblePersons(data)
        for (index, claim) in judgement.claims.enumerated() {
            var writer = JSONWriter(reserving: 1024)
            writer.object {
                $0.name("subject")
                claim.write(to: &$0)
                $0.name("data")
                if index == 0 {
                    type.shape.writeKnown(of: data, to: &$0, without: ["subject", "responsiblePersons"])
                } else {
                    Intake.write(data, for: persons[index - 1], to: &$0)
                }
                // What is said of one may name another.
                guard judgement.claims.count > 1 else { return }
                $0.name("others")
                $0.array { writer in
                    for (place, other) in judgement.claims.enumerated() where place != index {
                        writer.object {
                            $0.member("kind", other.kind.rawValue)
                            $0.member("name", other.name)
                        }
                    }
                }
            }
            verified(
                VerifiedMessage(
                    type: type.eventType, area: area, submission: arrival.submission, bureau: arrival.envelope.sender?.bureauId,
                    caseId: type.caseMember.flatMap { data[$0]?.string }, notes: judgement.notes, sealed: []),
                writer.bytes, for: Bytes(utf8: claim.lookupKey(keys)), at: moment, into: &decision)
        }
    }

    /// A responsible person's case has the determination, cause, measures, basis and proposer of the trigger, and rests on a record of
    /// that person's own: nobody is sanctioned for what another did (河南省社会信用条例 article 35).
    private static func write(_ trigger: JSONValue, for person: JSONValue, to writer: inout JSONWriter) {
        writer.object {
            for name in ["determinationNo", "cause"] as [StaticString] { $0.member(name, ifPresent: trigger[name]?.string) }
            $0.name("recordIds")
            $0.array { writer in
                if let record = person["findingRecordId"] { writer.raw(record.bytes) }
            }
            if let measures = trigger["measures"] { $0.member("measures", raw: measures.bytes) }
            for name in ["basis", "proposer"] as [StaticString] { $0.member(name, ifPresent: trigger[name]?.string) }
            for name in ["role", "finding"] as [StaticString] { $0.member(name, ifPresent: person[name]?.string) }
        }
    }

    /// By way of identity as well, under the subject's id: an officer's words may name the subject, and only identity knows its names.
    private func passToIdentity(
        _ type: InboundType, _ data: JSONValue, about subjectId: String, _ judgement: Judgement, _ arrival: Arrival, at moment: Moment,
        into decision: inout Decision
    ) {
        var writer = JSONWriter(reserving: 512)
        writer.object {
            $0.name("data")
            type.shape.writeKnown(of: data, to: &$0)
        }
        verified(
            VerifiedMessage(
                type: type.eventType, area: area(of: type, data), submission: arrival.submission, subjectId: subjectId,
                bureau: arrival.envelope.sender?.bureauId, recordId: data["recordId"]?.string,
                caseId: type.caseMember.flatMap { data[$0]?.string }, notes: judgement.notes, sealed: []),
            writer.bytes, for: Bytes(utf8: subjectId), at: moment, into: &decision)
    }

    /// Straight to delivery: an agency knows no subject id. Its `reason` is left out, because nobody on the way could take a name from it;
    /// it stands in the receipt itself.
    private func passToDelivery(_ type: InboundType, _ data: JSONValue, _ arrival: Arrival, into decision: inout Decision) {
        guard let topic = Area.delivery.filedTopic else { return }
        var known = JSONWriter(reserving: 512)
        type.shape.writeKnown(of: data, to: &known, without: ["reason"], changing: { IdentityScanner.masked($0, .adjoining) })
        let filed = FiledMessage(type: type.eventType, submission: arrival.submission, subjectId: nil, data: known.bytes)
        var writer = JSONWriter(reserving: known.bytes.count + 256)
        filed.encode(into: &writer)
        decision.say(
            Output(
                topic: topic, key: arrival.key ?? [], type: "chengxin.delivery.filed.v1", correlation: arrival.submission.id,
                value: writer.bytes, partition: partition(ofDelivery: data)))
    }

    /// The partition with which a delivery id begins: the receipt finds the case without a subject id.
    private func partition(ofDelivery data: JSONValue) -> Int? {
        guard let digits = data["deliveryId"]?.string?.prefix(while: { $0.isASCII && $0.isNumber }), let partition = Int(digits),
            partition < partitionCount
        else { return nil }
        return partition
    }
}

extension JSONValue {
    /// The day in Asia/Shanghai that a date or an instant names; nil for anything else.
    fileprivate var day: CivilDate? {
        guard let text = stringBytes else { return nil }
        return CivilDate(iso: text) ?? Instant(rfc3339: text).map { CivilDate($0) }
    }
}
