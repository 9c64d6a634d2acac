/// Numbers that look random and are the same for the same seed, on every machine and in every version of Swift.
///
/// xoshiro256** by Blackman and Vigna, seeded by SplitMix64 as they recommend. The standard library's generators are seeded by the
/// system, and its shuffles may change between versions, so drawing is done here as well.
public struct Randomness: RandomNumberGenerator, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
        words = (next(), next(), next(), next())
    }

    public mutating func next() -> UInt64 {
        let product = words.1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = words.1 << 17
        words.2 ^= words.0
        words.3 ^= words.1
        words.1 ^= words.2
        words.0 ^= words.3
        words.2 ^= shifted
        words.3 = words.3 << 45 | words.3 >> 19
        return result
    }

    /// A generator of its own for one part of a run, so that a draw more in one part does not move all others.
    public mutating func fork() -> Randomness { Randomness(seed: next()) }

    /// A number of the range. The slight bias of the multiplication does not matter to a simulation.
    public mutating func number(in range: ClosedRange<Int>) -> Int {
        let span = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int(next().multipliedFullWidth(by: span).high)
    }

    public mutating func number(below bound: Int) -> Int { number(in: 0...(bound - 1)) }

    public mutating func span(_ range: ClosedRange<Int>) -> Int64 { Int64(number(in: range)) }

    /// True in `perMille` of a thousand cases.
    public mutating func happens(perMille: Int) -> Bool { number(below: 1000) < perMille }

    /// One of them; the collection must not be empty.
    public mutating func pick<C: RandomAccessCollection>(_ choices: C) -> C.Element {
        choices[choices.index(choices.startIndex, offsetBy: number(below: choices.count))]
    }

    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, number(in: 0...index))
        }
    }
}
