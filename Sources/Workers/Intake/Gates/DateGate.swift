import CreditModel

/// Nothing that a message tells lies in the future, and a decision does not come before what it decides about.
enum DateGate {
    static func reasons(conduct: CivilDate?, decided: CivilDate?, today: CivilDate) -> [Reason] {
        var reasons: [Reason] = []
        if let conduct {
            if conduct > today { reasons.append(Reason(.schemaRange, at: "/conduct/date", hint: "the day has not come yet")) }
            if let decided, conduct > decided {
                reasons.append(Reason(.schemaRange, at: "/conduct/date", hint: "the conduct lies after the decision"))
            }
        }
        if let decided, decided > today {
            reasons.append(Reason(.schemaRange, at: "/decision/date", hint: "the day has not come yet"))
        }
        return reasons
    }

    /// A day that some other message tells of.
    static func reasons(day: CivilDate?, at path: String, today: CivilDate) -> [Reason] {
        guard let day, day > today else { return [] }
        return [Reason(.schemaRange, at: path, hint: "the day has not come yet")]
    }
}
