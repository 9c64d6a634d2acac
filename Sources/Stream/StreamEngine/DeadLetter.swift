import StreamCore

/// A record that will not be acted on, kept with its origin, its error and its bytes.
///
/// In the topic: key = origin, headers as below, value = the `Parcel` of the record, sealed where the worker seals (context: the dead
/// letter topic's name). The same value in the worker's redrive topic makes the worker decide it once more.
public struct DeadLetter: Sendable {
    public var origin: Origin
    public var reason: Rejection
    public var attempts: Int
    /// How often it was redriven before.
    public var redrives: Int

    public init(origin: Origin, reason: Rejection, attempts: Int, redrives: Int) {
        self.origin = origin
        self.reason = reason
        self.attempts = attempts
        self.redrives = redrives
    }

    public static let type = "chengxin.dead-letter.written.v1"

    public func appendHeaders(to headers: inout Headers) {
        headers.append("dl_origin", text: origin.description)
        headers.append("dl_code", text: reason.code)
        headers.append("dl_path", text: reason.path)
        headers.append("dl_hint", text: reason.hint)
        headers.append("dl_attempts", text: String(attempts))
        headers.append("dl_redrives", text: String(redrives))
    }

    /// Reads the headers of a dead letter; nil when they are not one's.
    public init?(_ headers: Headers) {
        guard let origin = headers["dl_origin"].flatMap({ Origin($0.text) }), let code = headers["dl_code"]?.text else { return nil }
        self.init(
            origin: origin,
            reason: Rejection(code, at: headers["dl_path"]?.text ?? "", hint: headers["dl_hint"]?.text ?? ""),
            attempts: headers["dl_attempts"].flatMap { Int($0.text) } ?? 1,
            redrives: headers["dl_redrives"].flatMap { Int($0.text) } ?? 0)
    }
}
