import CreditModel
import StreamCore

/// Reads what an officer has found, and what cannot be a finding.
enum DisputeFinding {
    struct Failure: Error {
        var reasons: [Reason]
    }

    /// Nobody fares worse for having disputed a record: a correction lowers the severity and shortens the term, or leaves them.
    static func finding(in message: DisputeFound, about record: DisputeFile.Record) throws(Failure) -> DisputeMachine.Finding {
        var reasons: [Reason] = []
        if message.officer == nil { reasons.append(Reason(.schemaMissing, at: "/officer")) }
        if message.reason == nil { reasons.append(Reason(.schemaMissing, at: "/reason")) }
        let result: DisputeMachine.Finding.Result
        switch message.finding {
        case .wrong:
            if let correction = message.correction {
                reasons += Self.reasons(against: correction, of: record)
                result = .wrong(.correct(correction))
            } else {
                result = .wrong(.withdraw)
            }
        case .confirmed: result = .confirmed
        case .cannotVerify: result = .cannotVerify
        case nil: throw Failure(reasons: reasons + [Reason(.schemaMissing, at: "/finding")])
        }
        if message.correction != nil, message.finding != .wrong {
            reasons.append(Reason(.schemaFormat, at: "/correction", hint: "only what is WRONG is corrected"))
        }
        guard reasons.isEmpty, let officer = message.officer, let reason = message.reason else { throw Failure(reasons: reasons) }
        return DisputeMachine.Finding(result: result, officer: officer, reason: reason)
    }

    private static func reasons(against correction: Bytes, of record: DisputeFile.Record) -> [Reason] {
        guard let root = try? JSONParser.parse(correction).root, root.kind == .object, root.members.contains(where: { _ in true }) else {
            return [Reason(.schemaMissing, at: "/correction", hint: "say what is right, or leave it out to withdraw the record")]
        }
        var reasons: [Reason] = []
        if let severity = root["severity"]?.string.flatMap({ Severity(rawValue: $0) }), severity > record.severity {
            reasons.append(
                Reason(.policySeverityNotAllowed, at: "/correction/severity", hint: "a dispute never makes a record more serious"))
        }
        if let until = root["validUntil"]?.stringBytes.flatMap({ CivilDate(iso: $0) }), let known = record.validUntil, until > known {
            reasons.append(Reason(.schemaRange, at: "/correction/validUntil", hint: "a dispute never makes a record last longer"))
        }
        return reasons
    }
}
