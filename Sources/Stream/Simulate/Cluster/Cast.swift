import CreditModel
import StreamCore
import StreamSimulation

/// Who lives in the simulated city. All people are made up, and nobody has their numbers.
struct Cast {
    /// Somebody with a number and a name.
    struct Member {
        var statement: SubjectStatement
        var isMinor = false

        var isPerson: Bool { statement.kind == .person }
        /// The `subject` of a message.
        var json: String {
            let (kind, type) = (statement.kind.rawValue, statement.idType.rawValue)
            return #"{"kind":"\#(kind)","idType":"\#(type)","idNumber":"\#(statement.idNumber)","name":"\#(statement.name)"}"#
        }
    }

    private(set) var members: [Member] = []
    let adults: Range<Int>
    let organizations: Range<Int>
    /// The first of them comes of age while the story is told.
    let minors: Range<Int>

    /// Those who propose and find; each bureau has all of them.
    static let officers = ["chen", "wang", "he", "li"]

    init(people: Int, organizations count: Int, random: inout Randomness) {
        let stems = Array("甲乙丙丁戊己庚辛壬癸")
        let branches = Array("子丑寅卯辰巳午未申酉戌亥")
        var numbers: Set<String> = []
        func unique(_ make: (inout Randomness) -> String, _ random: inout Randomness) -> String {
            var number = make(&random)
            while !numbers.insert(number).inserted { number = make(&random) }
            return number
        }
        for index in 0..<people {
            // Nobody's name is a part of another's: what is found in clear is found of one person.
            let name = "样\(stems[index % stems.count])\(branches[index / stems.count % branches.count])"
            let number = unique({ SyntheticIdentity.residentId(using: &$0) }, &random)
            members.append(Member(statement: SubjectStatement(kind: .person, idType: .residentId, idNumber: number, name: name)))
        }
        adults = 0..<people
        for index in 0..<count {
            let number = unique({ SyntheticIdentity.uscc(using: &$0) }, &random)
            members.append(
                Member(
                    statement: SubjectStatement(
                        kind: .organization, idType: .uscc, idNumber: number, name: "样例第\(index + 1)号商贸有限公司")))
        }
        organizations = people..<(people + count)
        for (index, year) in [2008, 2012, 2015].enumerated() {
            let birth = CivilDate(dayNumber: Instant.day(ofYear: year, month: 9, day: 3 + index))
            let number = unique({ SyntheticIdentity.residentId(born: birth, using: &$0) }, &random)
            members.append(
                Member(
                    statement: SubjectStatement(kind: .person, idType: .residentId, idNumber: number, name: "样小\(stems[index])"),
                    isMinor: true))
        }
        minors = (people + count)..<members.count
    }
}
