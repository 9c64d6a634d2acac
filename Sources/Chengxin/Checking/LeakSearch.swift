import CreditModel
import StreamCore

/// Looks in bytes for what identifies the people and organisations whose messages were handed in: their numbers as they were written, and
/// the names of people.
///
/// It keeps prints of them, and finds each wherever it begins, whatever stands around it.
struct LeakSearch {
    enum Kind: String, CaseIterable, Comparable {
        case number = "an identity number or organisation code"
        case name = "a person's name"

        static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    private(set) var numberCount = 0
    private(set) var nameCount = 0
    /// The longest of them, in bytes.
    private(set) var longest = 0
    private var prints: [(length: Int, kind: Kind, prints: Set<UInt64>)] = []
    /// For the first four bytes of each: most places are passed over by these alone.
    private var beginnings = [UInt64](repeating: 0, count: 1 << 14)

    /// What is shorter stands for nobody: `1` is no number, and one character no name.
    private static let numberMin = 8
    private static let nameMin = 6

    // MARK: What is looked for

    /// Takes every number and every person's name out of a message, wherever they stand in it.
    mutating func add(messageOf value: Bytes) {
        guard let root = try? JSONParser.parse(value).root else { return }
        add(root)
    }

    private mutating func add(_ value: JSONValue) {
        switch value.kind {
        case .object:
            let isPerson = value["kind"]?.equals("person") == true || value["idType"]?.equals("RESIDENT_ID") == true
            let isRowOfPerson = value.members.contains { member in
                member.name.string.map { LeakSearch.personNumbers.contains($0) } == true && member.value.stringBytes?.isEmpty == false
            }
            for member in value.members {
                add(member.value)
                guard let name = member.name.string, let text = member.value.stringBytes else { continue }
                if LeakSearch.numbers.contains(name) || LeakSearch.personNumbers.contains(name) { add(number: text) }
                if name == "name" && isPerson || LeakSearch.names.contains(name) && isRowOfPerson
                    || LeakSearch.representatives.contains(name)
                {
                    add(text, .name, atLeast: LeakSearch.nameMin)
                }
            }
        case .array: for element in value.elements { add(element) }
        default: break
        }
    }

    // What numbers and names are called: the contract's words, and those of the rows of 双公示, as codes and in Chinese.

    private static let personNumbers: Set = [
        "CF_XDR_ZJHM", "CF_XDR_SFZ", "XK_XDR_ZJHM", "XK_XDR_SFZ", "自然人证件号码", "证件号码", "居民身份证号", "居民身份证号码", "身份证号码",
    ]
    private static let numbers: Set = [
        "idNumber", "CF_XDR_SHXYM", "XK_XDR_SHXYM", "统一社会信用代码", "社会信用代码", "统一信用代码", "CF_FR_ZJHM", "XK_FR_ZJHM", "XK_FR_SFZH",
        "法人证件号码", "法定代表人证件号码", "法定代表人身份证号", "法定代表人身份证号码",
    ]
    private static let names: Set = ["CF_XDR_MC", "CF_XDR", "XK_XDR_MC", "XK_XDR", "名称", "行政相对人", "行政相对人名称"]
    private static let representatives: Set = [
        "CF_FRDB", "CF_FR", "XK_FRDB", "XK_FR", "法定代表人", "法定代表人姓名", "法人代表", "法定代表人或负责人",
    ]

    mutating func add(number: Bytes) {
        add(number, .number, atLeast: LeakSearch.numberMin)
        // As a worker would write it again: in capitals, without blanks.
        let plain = number.filter { $0 != UInt8(ascii: " ") }.map { 0x61...0x7a ~= $0 ? $0 - 0x20 : $0 }
        if !plain.elementsEqual(number) { add(Bytes(plain), .number, atLeast: LeakSearch.numberMin) }
    }

    mutating func add(_ bytes: Bytes, _ kind: Kind, atLeast least: Int) {
        guard bytes.count >= least else { return }
        let print = bytes.withUnsafeBytes { LeakSearch.print($0, 0, $0.count) }
        let place = prints.firstIndex { $0.length == bytes.count && $0.kind == kind } ?? prints.count
        if place == prints.count { prints.append((bytes.count, kind, [])) }
        guard prints[place].prints.insert(print).inserted else { return }
        if kind == .number { numberCount += 1 } else { nameCount += 1 }
        longest = max(longest, bytes.count)
        let slot = bytes.withUnsafeBytes { LeakSearch.slot($0, 0) }
        beginnings[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    // MARK: Looking

    /// What stands in the bytes, each kind as often as it does.
    func found(in bytes: Bytes) -> [Kind: Int] {
        var found: [Kind: Int] = [:]
        bytes.withUnsafeBytes { memory in
            guard memory.count >= 4 else { return }
            beginnings.withUnsafeBufferPointer { beginnings in
                // Every byte of gigabytes: nothing is allocated, and nothing checked twice.
                for start in 0...(memory.count - 4) {
                    let slot = LeakSearch.slot(memory, start)
                    guard beginnings[slot >> 6] >> UInt64(slot & 63) & 1 == 1 else { continue }
                    for (length, kind, prints) in prints
                    where start + length <= memory.count && prints.contains(LeakSearch.print(memory, start, length)) {
                        found[kind, default: 0] += 1
                    }
                }
            }
        }
        return found
    }

    private static func slot(_ memory: UnsafeRawBufferPointer, _ start: Int) -> Int {
        let word = memory.loadUnaligned(fromByteOffset: start, as: UInt32.self)
        return Int((word &* 0x9e37_79b1) >> 12)
    }

    private static func print(_ memory: UnsafeRawBufferPointer, _ start: Int, _ length: Int) -> UInt64 {
        var print: UInt64 = 0xcbf2_9ce4_8422_2325
        for place in start..<(start + length) { print = (print ^ UInt64(memory[place])) &* 0x0000_0100_0000_01b3 }
        return print
    }
}
