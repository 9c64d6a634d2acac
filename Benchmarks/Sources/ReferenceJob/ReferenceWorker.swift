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
        guard let document = try? JSONParser.parse(value), let record = try? ReferenceRecord(document.root) else {
            decoded.reasons = [ReferenceReason(code: "record.undecodable", path: "")]
            return decoded
        }
        decoded.record = record
        decoded.reasons = record.reasons()
        if decoded.reasons.isEmpty {
            decoded.key = (record.bureau ?? []) + [UInt8(ascii: "/")] + (record.recordNo ?? [])
            decoded.digest = Digest.sha256(value)
        }
        return decoded
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
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.name("recordId")
        writer.string(utf8: decoded.key)
        writer.member("version", Int64(version))
        writer.name("previousDigest")
        if let known { writer.string(Hexadecimal.text(Array(known.digest))) } else { writer.null() }
        writer.member("digest", Hexadecimal.text(decoded.digest))
        writer.member("status", "effective")
        writer.member("origin", moment.cause.description)
        writer.name("record")
        let begin = writer.buffer.count
        record.write(to: &writer)
        let recordBytes = writer.buffer[begin...]
        writer.endObject()
        decision.put(
            Self.records, decoded.key,
            ReferenceState(version: version, revision: record.revision ?? 0, digest: decoded.digest[...], record: recordBytes).packed)
        decision.say(
            Output(topic: Self.ledger, key: record.subjectId ?? [], type: "reference.record.entered", value: writer.bytes))
        decision.say(outcome(decoded, "ACCEPTED", version: version, []))
    }

    private func outcome(_ decoded: Decoded, _ status: String, version: Int32?, _ reasons: [ReferenceReason]) -> Output {
        var writer = JSONWriter(reserving: 192)
        writer.beginObject()
        writer.name("id")
        writer.string(utf8: decoded.envelope.id ?? [])
        writer.name("recordNo")
        if let number = decoded.record?.recordNo { writer.string(utf8: number) } else { writer.null() }
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
        let bureau = decoded.record?.bureau ?? []
        return Output(
            topic: Self.outcomes, key: bureau.isEmpty ? decoded.envelope.bureau : bureau, type: "reference.record.answered",
            value: writer.bytes)
    }
}

/// What the store keeps of a record, packed: version, revision, status, digest, record.
struct ReferenceState {
    var version: Int32
    var revision: Int32
    var digest: Bytes
    var record: Bytes

    private static let effective: UInt8 = 1

    init(version: Int32, revision: Int32, digest: Bytes, record: Bytes) {
        self.version = version
        self.revision = revision
        self.digest = digest
        self.record = record
    }

    init?(packed: Bytes) {
        guard packed.count >= 41, let numbers = packed.leadingBigEndian, packed[packed.startIndex + 8] == Self.effective else { return nil }
        version = Int32(truncatingIfNeeded: numbers >> 32)
        revision = Int32(truncatingIfNeeded: numbers)
        digest = packed.dropFirst(9).prefix(32)
        record = packed.dropFirst(41)
    }

    var packed: Bytes {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(41 + record.count)
        for number in [UInt32(bitPattern: version), UInt32(bitPattern: revision)] {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        bytes.append(Self.effective)
        bytes += digest
        bytes += record
        return bytes[...]
    }
}
