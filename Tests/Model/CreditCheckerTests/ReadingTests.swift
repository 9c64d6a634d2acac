import CreditModel
import StreamCore
import StreamEngine
import Testing

@testable import CreditChecker

/// What the checker reads by code of its own agrees with what the engine and the model write.
@Suite struct ReadingTests {
    @Test(arguments: 0...40)
    func addsRowsUpAsTheEngineDoes(length: Int) {
        var random = SeededRandom(state: UInt64(length) + 7)
        for keyLength in [0, 1, 7, 8, 9, 31] {
            let key = Bytes((0..<keyLength).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            let value = Bytes((0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            for table: UInt8 in [1, 200, 251] {
                let own = ChangelogSum.hash(key: Changelog.key(table: table, key: key), value: value)
                #expect(own == RowSum.hash(table, key, value))
            }
        }
    }

    @Test func readsTheMetaThatTheEngineWrites() throws {
        let meta = ShardMeta(
            clusterId: "c-1", worker: "ledger", partition: 3, partitionCount: 24,
            inputNext: ["record.filed.v1": 17, "record.rulings.v1": 0],
            tick: Instant(milliseconds: 1_778_029_200_499), sequence: 42, checksum: .max)
        let read = try #require(MetaRecord(Changelog.metaValue(meta, transaction: "node-1:1778029200499.3")))
        #expect(read.worker.text == "ledger" && read.partition == 3 && read.partitionCount == 24 && read.cluster.text == "c-1")
        #expect(read.sequence == 42 && read.tick == 1_778_029_200_499 && read.checksum == .max)
        #expect(read.next.map { "\($0.topic.text) \($0.offset)" } == ["record.filed.v1 17", "record.rulings.v1 0"])
        let name = try #require(Provenance.name(read.transaction))
        #expect(name.lane.text == "node-1:1778029200499" && name.counter == 3)
        #expect(MetaRecord(Bytes(utf8: "format=2\ntxn")) == nil)
    }

    /// Found in a run of some thousand transactions: a checksum of eighteen digits had the check characters of an organisation's code.
    @Test func noMetaRecordLooksAsIfItHeldAnIdentityNumber() {
        var scan = NumberScan()
        var meta = ShardMeta(
            clusterId: "c-1", worker: "ledger", partition: 0, partitionCount: 6, inputNext: ["record.filed.v1": 17],
            tick: Instant(milliseconds: 1_795_527_280_593), sequence: 526, checksum: 527_237_881_972_148_293)
        let wasSeen = scan.finds(in: Bytes(utf8: "checksum=\(meta.checksum)\n"))
        #expect(wasSeen)
        let reads = scan.finds(in: Changelog.metaValue(meta, transaction: "a:1795527216886.1066"))
        #expect(!reads)
        var random = SeededRandom(state: 5)
        for counter in 10_000..<20_000 {
            meta.checksum = UInt64.random(in: 100_000_000_000_000_000...999_999_999_999_999_999, using: &random)
            let name = "a:1795527216886.\(counter)"
            let isFound = scan.finds(in: Changelog.metaValue(meta, transaction: name)) || scan.finds(in: Bytes(utf8: "\(name):1/9"))
            #expect(!isFound, "\(name)")
        }
    }

    @Test func readsWhereAMessageSaysThatItComesFrom() throws {
        var headers = Headers()
        headers.append("ce_source", text: "/workers/ledger")
        headers.append("ce_origin", text: "record.filed.v1/3/12")
        headers.append("ce_id", text: "record.filed.v1/3/12#-1")
        headers.append("ce_txn", text: "node-1:1778.5:2/9")
        let head = Provenance(headers)
        #expect(head.worker?.text == "ledger" && head.number == -1 && head.lane?.text == "node-1:1778" && head.counter == 5)
        #expect(head.index == 2 && head.count == 9)
        guard case .record(let topic, 3, 12) = head.cause.flatMap({ NamedCause($0) }) else { throw Unread() }
        #expect(topic.text == "record.filed.v1")
        let timer = Cause.timer(worker: "ledger", partition: 2, due: Instant(milliseconds: 99), key: ByteKey([1, 2])).description
        guard case .timer(2, 99) = NamedCause(Bytes(utf8: timer)) else { throw Unread() }
        guard case .timer(1, 50) = NamedCause(Bytes(utf8: "ledger.timers:0a2f/1/50")) else { throw Unread() }
        #expect(NamedCause(Bytes(utf8: "record.filed.v1/3")) == nil && NamedCause(Bytes(utf8: "a/b/c")) == nil)
    }

    private struct Unread: Error {}

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func findsEveryNumberThatStandsAlone(seed: UInt64) {
        var random = SeededRandom(state: seed)
        var scan = NumberScan()
        let number = seed % 2 == 0 ? SyntheticIdentity.residentId(using: &random) : SyntheticIdentity.uscc(using: &random)
        let split = "\(number.prefix(6)) \(number.dropFirst(6).prefix(8))-\(number.suffix(4))"
        let wide = String(String.UnicodeScalarView(number.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xfee0) }))
        let places = [
            number, "当事人\(number)于检查中", "{\"a\":\"\(number)\",\"b\":1}", "x/\(number)/y", number.lowercased(), split, "证件号\(wide)。",
            String(repeating: "案", count: Int(seed)) + number,
        ]
        for text in places {
            let isFound = scan.finds(in: Bytes(utf8: text))
            #expect(isFound, "\(text.count)")
        }
        let wrong = SyntheticIdentity.withWrongCheck(number)
        for text in [
            wrong, "7" + number, number + "7", number.dropLast() + "", "****" + number.suffix(4),
            "\(number.prefix(9))  \(number.suffix(9))",
        ] {
            let isFound = scan.finds(in: Bytes(utf8: text))
            #expect(!isFound, "\(text.count)")
        }
    }

    /// What is masked for people is no number any more, whatever stands around it.
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func findsNothingInWhatIdentityHasMasked(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        var scan = NumberScan()
        let text = "当事人\(SyntheticIdentity.residentId(using: &random))及\(SyntheticIdentity.uscc(using: &random))于检查中"
        let isFound = scan.finds(in: Bytes(utf8: text))
        #expect(isFound)
        let masked = try #require(IdentityScanner.masked(text))
        let isMaskedFound = scan.finds(in: Bytes(utf8: masked))
        #expect(!isMaskedFound)
    }

    @Test func keepsMoreKeysThanItBeganWith() {
        var table = PrintTable(0)
        for key in 0..<10_000 as Range<UInt64> { table.set(key &* 0x1234_5678_9abc_def1, Int(key)) }
        #expect(table.count == 10_000)
        for key in 0..<10_000 as Range<UInt64> { #expect(table[key &* 0x1234_5678_9abc_def1] == Int(key)) }
        #expect(table[3] == nil)
    }
}
