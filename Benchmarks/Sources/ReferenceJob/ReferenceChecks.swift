import StreamCore

/// A reason of the reference job.
struct ReferenceReason: Sendable {
    var code: StaticString
    var path: StaticString
}

extension ReferenceRecord {
    /// All reasons against the record, in the order of the job's table.
    func reasons() -> [ReferenceReason] {
        var found: [ReferenceReason] = []
        func missing(_ value: Bytes?, _ path: StaticString) -> Bool {
            guard value?.isEmpty ?? true else { return false }
            found.append(ReferenceReason(code: "field.missing", path: path))
            return true
        }
        func date(_ value: Bytes?, _ path: StaticString) {
            guard !missing(value, path), let value, !Self.isDate(value) else { return }
            found.append(ReferenceReason(code: "date.invalid", path: path))
        }
        func absent(_ path: StaticString) { found.append(ReferenceReason(code: "field.missing", path: path)) }

        _ = missing(recordNo, "/recordNo")
        _ = missing(bureau, "/bureau")
        if let revision {
            if revision < 1 { found.append(ReferenceReason(code: "revision.invalid", path: "/revision")) }
        } else {
            absent("/revision")
        }
        _ = missing(catalogItem, "/catalogItem")
        _ = missing(subjectId, "/subjectId")
        if let conduct {
            date(conduct.date, "/conduct/date")
            _ = missing(conduct.facts, "/conduct/facts")
        } else {
            absent("/conduct")
        }
        if let decision {
            _ = missing(decision.documentNo, "/decision/documentNo")
            date(decision.date, "/decision/date")
            _ = missing(decision.authority, "/decision/authority")
            _ = missing(decision.basis, "/decision/basis")
            _ = missing(decision.result, "/decision/result")
            if let finality = decision.finality {
                _ = missing(finality.state, "/decision/finality/state")
            } else {
                absent("/decision/finality")
            }
        } else {
            absent("/decision")
        }
        if !missing(severity, "/severity"), let severity, !Self.severities.contains(where: { $0.elementsEqual(severity) }) {
            found.append(ReferenceReason(code: "severity.unknown", path: "/severity"))
        }
        date(validUntil, "/validUntil")
        if attributes == nil { absent("/attributes") }
        return found
    }

    private static let severities: [Bytes] = ["MINOR", "GENERAL", "SERIOUS", "NONE"].map { Bytes(utf8: $0) }

    /// Ten characters `YYYY-MM-DD` in ASCII digits, and a day of the Gregorian calendar.
    static func isDate(_ text: Bytes) -> Bool {
        guard text.count == 10 else { return false }
        var numbers = [0, 0, 0]
        var part = 0
        for (place, byte) in text.enumerated() {
            if place == 4 || place == 7 {
                guard byte == UInt8(ascii: "-") else { return false }
                part += 1
            } else {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return false }
                numbers[part] = numbers[part] * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= days[month - 1]
    }
}
