import CreditModel
import StreamCore
import Testing

@testable import Intake

@Suite struct FamilyTests {
    private func fingerprint(_ number: UInt64) -> Fingerprint { Fingerprint(high: number, low: ~number) }

    private var family: Family {
        Family(
            seen: [Family.Seen(sender: fingerprint(1), content: fingerprint(2), at: Instant(milliseconds: 1_777_777_777_777))],
            parties: [
                Family.Party(
                    suffix: [], generation: 1, isWithdrawn: false, lookupKey: Bytes(utf8: "aa"),
                    revisions: [Family.Revision(number: 1, content: fingerprint(3)), Family.Revision(number: 300, content: fingerprint(4))]),
                Family.Party(
                    suffix: Bytes(utf8: "#2"), generation: 3, isWithdrawn: true, lookupKey: Bytes(utf8: "bb"),
                    revisions: [Family.Revision(number: 1, content: fingerprint(5))]),
            ])
    }

    @Test func givesBackWhatWasPacked() throws {
        #expect(try Family(family.encoded) == family)
        #expect(try Family(Family().encoded) == Family())
    }

    @Test func readsNothingFromARowThatIsCutOrLonger() throws {
        let row = family.encoded
        for count in 0..<row.count { #expect(throws: RowDamage.self) { try Family(row.prefix(count)) } }
        #expect(throws: RowDamage.self) { try Family(row + [0]) }
        #expect(throws: RowDamage.self) { try Family([2] + row.dropFirst()) }
    }

    private static let ages: [(Int64, Family.Acquaintance)] = [(0, .same), (7_775_999, .same), (7_776_000, .new)]

    @Test(arguments: ages)
    func knowsAMessageForItsTerm(seconds: Int64, expected: Family.Acquaintance) {
        let first = Family.Seen(sender: fingerprint(1), content: fingerprint(2), at: Instant(milliseconds: 0))
        var family = Family()
        family.remember(first, for: .seconds(90 * 86_400))
        var again = first
        again.at = first.at + .seconds(seconds)
        #expect(family.acquaintance(of: again, remembered: .seconds(90 * 86_400)) == expected)
    }
}
