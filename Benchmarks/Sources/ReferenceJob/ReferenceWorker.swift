import CreditModel
import Crypto
import StreamCore

/// The reference job as a worker of this engine: the same rules as every other implementation of it.
public struct ReferenceWorker: Worker {
    public static let input: Topic = "reference.input"
    public static let ledger: Topic = "reference.ledger"
    public static let outcomes: Topic = "reference.outcomes"
    static let records = Table(1, "records")

    public struct Decoded: Sendable {
        var envelope: ReferenceEnvelope
        /// Nil when it cannot be decoded.
        var record: ReferenceRecord?
        var key: Bytes
        var digest: [UInt8]
        var reasons: [ReferenceReason]
    }

    public let topology = Topology(
        worker: "reference", inputs: [ReferenceWorker.input], tables: [ReferenceWorker.records],
        outputs: [ReferenceWorker.ledger, ReferenceWorker.outcomes])
    public let policyVersion = "reference"

    public init() {}

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        guard case .message(let message) = input else { throw Rejection("reference.timer", hint: "the job sets no timers") }
        let value = message.value ?? []
        var decoded = Decoded(envelope: ReferenceEnvelope(message.headers), record: nil, key: [], digest: [], reasons: [])
        guard let document = try? JSONParser.parse(value), let record = try? ReferenceRecord(document) else {
            decoded.reasons = [ReferenceReason(code: "record.undecodable", path: "")]
            return decoded
        }
        decoded.record = record
        decoded.reasons = record.reasons()
        if decoded.reasons.isEmpty {
            decoded.key = Self.key(record.bytes(record.bureau), record.bytes(record.recordNo))
            decoded.digest = Digest.sha256(value)
        }
        return decoded
    }

    private static func key(_ bureau: Bytes, _ recordNo: Bytes) -> Bytes {
        var key: [UInt8] = []
        key.reserveCapacity(bureau.count + 1 + recordNo.count)
        key.append(contentsOf: bureau)
        key.append(UInt8(ascii: "/"))
        key.append(contentsOf: recordNo)
        return key[...]
    }

    public func reads(for decoded: Decoded) -> [Read] {
        decoded.reasons.isEmpty ? [.row(Self.records, key: decoded.key)] : []
    }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        var decision = Decision()
        guard decoded.reasons.isEmpty, let record = decoded.record, let revision = record.revision else {
            decision.say(outcome(decoded, "REJECTED", version: nil, decoded.reasons))
            return decision
        }
        guard let known = state.row(Self.records, decoded.key).flatMap(ReferenceState.init(packed:)) else {
            accept(decoded, record, after: nil, moment, &decision)
            return decision
        }
        if known.revision < revision {
            accept(decoded, record, after: known, moment, &decision)
        } else if known.revision > revision {
            decision.say(outcome(decoded, "SUPERSEDED", version: known.version, []))
        } else if known.digest.elementsEqual(decoded.digest) {
            decision.say(outcome(decoded, "DUPLICATE", version: known.version, []))
        } else {
            let reason = ReferenceReason(code: "record.revision-reused", path: "/revision")
            decision.say(outcome(decoded, "REJECTED", version: nil, [reason]))
        }
        return decision
    }

    private func accept(
        _ decoded: Decoded, _ record: ReferenceRecord, after known: ReferenceState?, _ moment: Moment, _ decision: inout Decision
    ) {
        let version = (known?.version ?? 0) + 1
        let revision = record.revision ?? 0
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.name("recordId")
        writer.string(utf8: decoded.key)
        writer.member("version", Int64(version))
        writer.name("previousDigest")
        if let known { writer.string(utf8: Hexadecimal.digits(of: known.digest)[...]) } else { writer.null() }
        writer.name("digest")
        writer.string(utf8: Hexadecimal.digits(of: decoded.digest[...])[...])
        writer.member("status", "effective")
        writer.name("origin")
        writer.string(utf8: moment.cause.text)
        writer.name("record")
        record.write(to: &writer)
        writer.endObject()
        decision.put(Self.records, decoded.key, ReferenceState.pack(version: version, revision: revision, digest: decoded.digest, record))
        decision.say(
            Output(topic: Self.ledger, key: record.bytes(record.subjectId), type: "reference.record.entered", value: writer.bytes))
        decision.say(outcome(decoded, "ACCEPTED", version: version, []))
    }

    private func outcome(_ decoded: Decoded, _ status: String, version: Int32?, _ reasons: [ReferenceReason]) -> Output {
        var writer = JSONWriter(reserving: 192)
        writer.beginObject()
        writer.name("id")
        writer.string(utf8: decoded.envelope.id ?? [])
        writer.name("recordNo")
        if let record = decoded.record, record.recordNo.isPresent {
            writer.string(utf8: record.bytes(record.recordNo))
        } else {
            writer.null()
        }
        writer.name("revision")
        if let revision = decoded.record?.revision { writer.integer(Int64(revision)) } else { writer.null() }
        writer.member("status", status)
        writer.name("version")
        if let version { writer.integer(Int64(version)) } else { writer.null() }
        writer.member(
            "reasons",
            array: { writer in
                for reason in reasons {
                    writer.object {
                        $0.member("code", "\(reason.code)")
                        $0.member("path", "\(reason.path)")
                    }
                }
            })
        writer.endObject()
        let bureau = decoded.record.map { $0.bytes($0.bureau) } ?? []
        return Output(
            topic: Self.outcomes, key: bureau.isEmpty ? decoded.envelope.bureau : bureau, type: "reference.record.answered",
            value: writer.bytes)
    }
}

/// What the store keeps of a record, packed: version, revision, status, digest, and behind them the record.
struct ReferenceState {
    var version: Int32
    var revision: Int32
    var digest: Bytes

    private static let effective: UInt8 = 1
    private static let head = 41

    init?(packed: Bytes) {
        guard packed.count >= Self.head, let numbers = packed.leadingBigEndian, packed[packed.startIndex + 8] == Self.effective else {
            return nil
        }
        version = Int32(truncatingIfNeeded: numbers >> 32)
        revision = Int32(truncatingIfNeeded: numbers)
        digest = packed[(packed.startIndex + 9)..<(packed.startIndex + Self.head)]
    }

    static func pack(version: Int32, revision: Int32, digest: [UInt8], _ record: ReferenceRecord) -> Bytes {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        for number in [UInt32(bitPattern: version), UInt32(bitPattern: revision)] {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        bytes.append(Self.effective)
        bytes.append(contentsOf: digest)
        record.pack(to: &bytes)
        return bytes[...]
    }
}
