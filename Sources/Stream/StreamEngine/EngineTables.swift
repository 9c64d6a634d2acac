import StreamCore

/// The tables that the engine keeps in every shard beside the worker's own, and how their keys are built.
public enum EngineTables {
    /// Key: due (8 bytes, most significant first), kind, key. So the order of the keys is the order of time.
    public static let timers: UInt8 = 250
    /// Key: length of the line (2 bytes), line, number in the line (8 bytes). What waits in a line, in its order.
    public static let parked: UInt8 = 251
    /// The changelog key of a `meta` record; no table.
    public static let meta: UInt8 = 255

    /// Whose timer it is.
    public enum TimerKind: UInt8 {
        case worker = 0
        /// The key is a line whose head is tried again.
        case retry = 1
    }

    public static func timerKey(due: Instant, kind: TimerKind, key: Bytes) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(9 + key.count)
        bytes.append(bigEndian: UInt64(max(0, due.milliseconds)))
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: key)
        return bytes
    }

    public static func timerValue(_ timer: Timer) -> Bytes {
        var bytes: Bytes = [timer.isAdverse ? 1 : 0]
        bytes.append(contentsOf: timer.payload)
        return bytes
    }

    /// The inverse of `timerKey` and `timerValue`; nil for bytes that are no timer.
    public static func timer(key: Bytes, value: Bytes) -> (timer: Timer, kind: TimerKind)? {
        guard key.count >= 9, let due = key.leadingBigEndian, let kind = TimerKind(rawValue: key[key.startIndex + 8]),
            let first = value.first
        else { return nil }
        let timer = Timer(
            due: Instant(milliseconds: Int64(due)), key: key.dropFirst(9), payload: value.dropFirst(), isAdverse: first & 1 == 1)
        return (timer, kind)
    }

    /// The first key that is due after `tick`.
    public static func timersAfter(_ tick: Instant) -> Bytes {
        var bytes = Bytes()
        bytes.append(bigEndian: UInt64(max(0, tick.milliseconds)) + 1)
        return bytes
    }

    public static func parkedPrefix(_ line: ByteKey) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(10 + line.bytes.count)
        bytes.append(UInt8(truncatingIfNeeded: line.bytes.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: line.bytes.count))
        bytes.append(contentsOf: line.bytes)
        return bytes
    }

    public static func parkedKey(_ line: ByteKey, number: UInt64) -> Bytes {
        var bytes = parkedPrefix(line)
        bytes.append(bigEndian: number)
        return bytes
    }

    public static func parked(key: Bytes) -> (line: ByteKey, number: UInt64)? {
        guard key.count >= 10 else { return nil }
        let length = Int(key[key.startIndex]) << 8 | Int(key[key.startIndex + 1])
        guard key.count == 10 + length, let number = key.suffix(8).leadingBigEndian else { return nil }
        return (ByteKey(key.dropFirst(2).prefix(length)), number)
    }
}

extension Bytes {
    /// The first key after all keys that begin with these bytes; nil when there is none.
    public var afterPrefix: Bytes? {
        var bytes = self
        while let last = bytes.last {
            bytes.removeLast()
            if last < .max {
                bytes.append(last + 1)
                return bytes
            }
        }
        return nil
    }
}
