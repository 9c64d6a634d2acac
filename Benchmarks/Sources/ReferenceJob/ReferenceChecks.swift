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
        func missing(_ text: Text, _ path: StaticString) -> Bool {
            if text.isMissing { absent(path) }
            return text.isMissing
        }
        func date(_ text: Text, _ path: StaticString) {
            guard !missing(text, path), !Self.isDate(bytes(text)) else { return }
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
        if hasConduct {
            date(conductDate, "/conduct/date")
            _ = missing(facts, "/conduct/facts")
        } else {
            absent("/conduct")
        }
        if hasDecision {
            _ = missing(documentNo, "/decision/documentNo")
            date(decisionDate, "/decision/date")
            _ = missing(authority, "/decision/authority")
            _ = missing(basis, "/decision/basis")
            _ = missing(result, "/decision/result")
            if hasFinality {
                _ = missing(finalityState, "/decision/finality/state")
            } else {
                absent("/decision/finality")
            }
        } else {
            absent("/decision")
        }
        if !missing(severity, "/severity"), !Self.isSeverity(bytes(severity)) {
            found.append(ReferenceReason(code: "severity.unknown", path: "/severity"))
        }
        date(validUntil, "/validUntil")
        if attributes == nil { absent("/attributes") }
        return found
    }

    private static let severities: [ByteKey] = ["MINOR", "GENERAL", "SERIOUS", "NONE"].map { ByteKey(Bytes(utf8: $0)) }

    private static func isSeverity(_ text: Bytes) -> Bool { severities.contains(ByteKey(text)) }

    /// Ten characters `YYYY-MM-DD` in ASCII digits, and a day of the Gregorian calendar.
    static func isDate(_ text: Bytes) -> Bool {
        text.withUnsafeBytes { raw in
            guard raw.count == 10, raw[4] == UInt8(ascii: "-"), raw[7] == UInt8(ascii: "-") else { return false }
            func number(_ places: Range<Int>) -> Int? {
                var number = 0
                for place in places {
                    let digit = raw[place] &- UInt8(ascii: "0")
                    guard digit < 10 else { return nil }
                    number = number * 10 + Int(digit)
                }
                return number
            }
            guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), (1...12).contains(month) else {
                return false
            }
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            let days = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
            return (1...days).contains(day)
        }
    }
}
