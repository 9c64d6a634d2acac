import CreditModel

/// People and an organisation that do not exist: their check characters are right, their region is nobody's.
struct Cast: Sendable {
    struct Subject: Sendable {
        var kind: String
        var idType: String
        var idNumber: String
        var name: String

        var json: String {
            #""subject":{"kind":"\#(kind)","idType":"\#(idType)","idNumber":"\#(idNumber)","name":"\#(name)"}"#
        }
    }

    let wrong = Cast.person("样明诚", born: "1985-04-20", seed: 11)
    let serious = Cast.organization("郑州样例未济商贸有限公司", seed: 12)
    let volunteer = Cast.person("样乐善", born: "1979-09-03", seed: 13)
    let silent = Cast.person("样守约", born: "1990-12-12", seed: 14)
    let minor = Cast.person("样小满", born: "2010-06-15", seed: 15)
    let sealed = Cast.person("样止戈", born: "1988-02-02", seed: 16)

    private static func person(_ name: String, born: String, seed: UInt64) -> Subject {
        guard let born = CivilDate(iso: born) else { preconditionFailure("\(born) is no date") }
        var numbers = Numbers(state: seed)
        return Subject(
            kind: "person", idType: "RESIDENT_ID", idNumber: SyntheticIdentity.residentId(born: born, using: &numbers), name: name)
    }

    private static func organization(_ name: String, seed: UInt64) -> Subject {
        var numbers = Numbers(state: seed)
        return Subject(kind: "organization", idType: "USCC", idNumber: SyntheticIdentity.uscc(using: &numbers), name: name)
    }

    /// A record of a decision of 2026 that is final.
    func record(
        _ id: String, bureau: String, no: String, item: String, _ subject: Subject, severity: String, facts: String, basis: String?,
        result: String
    ) -> SampleStory.Event {
        let basis = basis.map { #""basis":"\#($0)","# } ?? ""
        return SampleStory.Event(
            id: id, source: "/bureaus/\(bureau)", type: "record.submitted",
            data: #""recordNo":"\#(no)","revision":1,"catalogItem":"\#(item)",\#(subject.json),"severity":"\#(severity)","attributes":{},"#
                + #""conduct":{"date":"2026-03-16","facts":"\#(facts)"},"decision":{"documentNo":"\#(no)","date":"2026-04-20","#
                + #""authority":"\#(bureau)（样例）",\#(basis)"result":"\#(result)","finality":{"state":"FINAL"}}"#)
    }

    /// The same numbers in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
    }
}
