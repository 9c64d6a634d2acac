import CreditModel
import StreamCore

/// People and organisations that do not exist.
enum Samples {
    static let keys = SampleCity.keys

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    static func number(born: String, seed: UInt64 = 1) -> String {
        var generator = Generator(state: seed)
        return SyntheticIdentity.residentId(born: CivilDate(iso: born)!, using: &generator)
    }

    static let adult = number(born: "1985-04-20")
    static let other = number(born: "1971-11-02", seed: 2)
    static let minor = number(born: "2010-06-15")
    /// A number whose check character is a digit, so that it can stand as a JSON number.
    static let digitsOnly: String = (1...50).lazy.map { number(born: "1985-04-20", seed: $0) }.first { !$0.hasSuffix("X") }!
    static let company: String = {
        var generator = Generator(state: 1)
        return SyntheticIdentity.uscc(using: &generator)
    }()

    /// One number in the forms in which people write it.
    static let spellings: [String] = {
        let wide = String(String.UnicodeScalarView(adult.unicodeScalars.map { Unicode.Scalar($0.value + 0xfee0)! }))
        func parted(_ number: String, by separator: String) -> String {
            [number.prefix(6), number.dropFirst(6).prefix(8), number.dropFirst(14)].joined(separator: separator)
        }
        return [
            adult, wide, parted(adult, by: " "), parted(adult, by: "-"), parted(wide, by: "　"), adult.lowercased(), company,
            company.lowercased(), parted(company, by: " "), "(\(adult))", "，\(adult)。",
        ]
    }()

    static func data(facts: String = "超限运输", attributes: String? = nil) -> String {
        #"{"recordNo":"7","revision":1,"catalogItem":"penalty.administrative","severity":"SERIOUS","conduct":{"facts":"\#(facts)"},"#
            + #""decision":{"documentNo":"7","date":"2026-03-02","authority":"郑州市交通运输局","result":"罚款"}"#
            + (attributes.map { #","attributes":\#($0)"# } ?? "") + "}"
    }
}
