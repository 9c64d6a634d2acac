import StreamCore

/// Writes the headers of what a worker says: CloudEvents in binary mode, and where it comes from.
public struct OutputHeaders: Sendable {
    /// What is the same on every output of a worker.
    private let constant: Headers

    public init(_ topology: Topology, policyVersion: String) {
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_source", text: "/workers/\(topology.worker)")
        headers.append("content-type", text: "application/json")
        headers.append("ce_handler", text: topology.handler)
        headers.append("ce_policy", text: policyVersion)
        constant = headers
    }

    /// What is the same on all outputs of one decision.
    public struct Context: Sendable {
        /// The cause's text, as in `Cause.text`.
        public var origin: Bytes
        /// `ce_time`: the tick.
        public var time: Bytes
        /// `receivedAt` in milliseconds since 1970.
        public var receivedAt: Instant
        /// `ce_id` of the message that is the cause, where there is one.
        public var causation: Bytes?
        /// What the cause belongs to, for outputs that do not say it themselves.
        public var correlation: Bytes?
        public var traceparent: Bytes?

        public init(
            origin: Bytes, time: Bytes, receivedAt: Instant, causation: Bytes? = nil, correlation: Bytes? = nil, traceparent: Bytes? = nil
        ) {
            self.origin = origin
            self.time = time
            self.receivedAt = receivedAt
            self.causation = causation
            self.correlation = correlation
            self.traceparent = traceparent
        }
    }

    /// Writes all headers but `ce_txn`, which is known at the end of the batch. The id is made from the cause and the output's index.
    public func write(_ context: Context, type: String, subject: String?, correlation: String?, index: Int, to book: HeaderBook) {
        book.append(contentsOf: constant)
        book.append("ce_time", context.time)
        book.append("ce_origin", context.origin)
        book.append("receivedAt", decimal: context.receivedAt.milliseconds)
        if let causation = context.causation { book.append("ce_causationid", causation) }
        if let traceparent = context.traceparent { book.append("traceparent", traceparent) }
        book.append("ce_id", context.origin, index: index)
        book.append("ce_type", text: type)
        if let subject { book.append("ce_subject", text: subject) }
        if let correlation {
            book.append("ce_correlationid", text: correlation)
        } else if let correlation = context.correlation {
            book.append("ce_correlationid", correlation)
        }
    }
}
