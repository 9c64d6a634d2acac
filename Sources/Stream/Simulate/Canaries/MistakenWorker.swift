import CreditModel
import StreamCore

/// A worker that reads or says something else than the one it is made of.
struct MistakenWorker<Base: Worker>: Worker {
    let base: Base
    let mistake: CaseMistake
    let keys: ClusterKeys

    var topology: Topology { base.topology }
    var policyVersion: String { base.policyVersion }

    func decode(_ input: Input) throws(Rejection) -> Base.Decoded { try base.decode(misread(input)) }
    func reads(for decoded: Base.Decoded) -> [Read] { base.reads(for: decoded) }
    func line(of decoded: Base.Decoded) -> Line? { base.line(of: decoded) }

    func decide(_ state: State, _ decoded: Base.Decoded, at moment: Moment) throws(Rejection) -> Decision {
        var decision = try base.decide(state, decoded, at: moment)
        var outputs: [Output] = []
        for output in decision.outputs { outputs += said(output, beside: decision.outputs) }
        decision.outputs = outputs
        return decision
    }

    // MARK: What it reads

    private func misread(_ input: Input) -> Input {
        guard case .message(var message) = input, let value = message.value else { return input }
        switch mistake {
        case .restrictionIgnored where message.topic == RecordChanged.ledgerTopic:
            message.value = Bytes(utf8: value.text.replacing(#""restricted":true"#, with: #""restricted":false"#))
        case .rewardOutlives where message.topic == RecordChanged.ledgerTopic:
            message.value = Bytes(utf8: value.text.replacing(#""state":"EFFECTIVE""#, with: #""state":"HELD""#))
        default: return input
        }
        return .message(message)
    }

    // MARK: What it says

    private func said(_ output: Output, beside outputs: [Output]) -> [Output] {
        guard let value = output.value else { return [output] }
        func changed(_ part: String, to other: String) -> Output {
            var output = output
            output.value = Bytes(utf8: value.text.replacing(part, with: other))
            return output
        }
        func holds(_ text: String) -> Bool { value.text.contains(text) }
        switch mistake {
        case .liftLost: return output.topic == SanctionDispatched.topic && holds(#""action":"LIFT""#) ? [] : [output]
        case .liftUnsent: return output.topic == SanctionOrdered.topic && holds(#""action":"LIFT""#) ? [] : [output]
        case .sequenceTwice:
            guard output.topic == SanctionDispatched.topic, holds(#""action":"SUSPEND""#) || holds(#""action":"LIFT""#),
                let sequence = (try? JSONParser.parse(value))?.root["sequence"]?.int64
            else { return [output] }
            return [changed(#""sequence":\#(sequence)"#, to: #""sequence":\#(sequence - 1)"#)]
        case .withdrawalForgotten: return output.topic == RecordRuling.topic && holds(#""ruling":"withdraw""#) ? [] : [output]
        case .repairUnreviewed:
            guard output.topic == RepairProgressed.topic, holds(#""status":"ACCEPTED""#), holds(#""kind":"PERFORMANCE""#),
                let root = (try? JSONParser.parse(value))?.root, let subjectId = root["subjectId"]?.string,
                let recordId = root["recordId"]?.string, let caseId = root["repairId"]?.string
            else { return [output] }
            var writer = JSONWriter()
            RecordRuling(.repair, subjectId: subjectId, recordId: recordId, caseId: caseId).encode(into: &writer)
            return [
                output,
                Output(
                    topic: RecordRuling.topic, key: Bytes(utf8: subjectId), type: RecordRuling.type, subject: subjectId,
                    correlation: caseId,
                    value: writer.bytes),
            ]
        case .noticeUnproven:
            return output.topic == NoticeProgressed.topic && holds(#""status":"SENT""#)
                ? [output, changed(#""status":"SENT""#, to: #""status":"DELIVERED""#)] : [output]
        case .listingLeft: return output.topic == ListingChanged.topic && holds(#""action":"DELIST""#) ? [] : [output]
        case .nameLeaks:
            guard output.topic == SubjectProfile.topic, let name = fullName(in: outputs) else { return [output] }
            return [changed(MaskedName.masked(name, kind: .person), to: name)]
        case .restrictionIgnored, .windowCut, .oneOfficer, .rewardOutlives: return [output]
        }
    }

    /// Who the subject is, of whom identity tells in the same decision.
    private func fullName(in outputs: [Output]) -> String? {
        for output in outputs where output.topic == SealedSubject.topic {
            guard let value = output.value, let root = (try? JSONParser.parse(value))?.root,
                let identity = try? SealedSubject.decode(root).open(keys: keys)
            else { continue }
            return identity.name
        }
        return nil
    }
}
