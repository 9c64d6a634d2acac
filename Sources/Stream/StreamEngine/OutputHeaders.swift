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
        /// The cause's text, as in `Cause.description`.
        public var origin: String
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
            origin: String, time: Bytes, receivedAt: Instant, causation: Bytes? = nil, correlation: Bytes? = nil, traceparent: Bytes? = nil
        ) {
            self.origin = origin
            self.time = time
            self.receivedAt = receivedAt
            self.causation = causation
            self.correlation = correlation
            self.traceparent = traceparent
        }
    }

    /// What all outputs of one decision share, written once.
    public func shared(in context: Context) -> Shared {
        var headers = constant
        headers.append("ce_time", context.time)
        headers.append("ce_origin", text: context.origin)
        headers.append("receivedAt", text: String(context.receivedAt.milliseconds))
        if let causation = context.causation { headers.append("ce_causationid", causation) }
        if let traceparent = context.traceparent { headers.append("traceparent", traceparent) }
        return Shared(context: context, headers: headers)
    }

    public struct Shared: Sendable {
        let context: Context
        let headers: Headers

        /// All headers but `ce_txn`, which is known at the end of the batch. The id is made from the cause and the output's index.
        public func headers(type: String, subject: String?, correlation: String?, index: Int) -> Headers {
            var own = Headers()
            own.reserveCapacity(headers.encoded.count + 384)
            own.append(contentsOf: headers)
            own.append("ce_id", text: "\(context.origin)#\(index)")
            own.append("ce_type", text: type)
            if let subject { own.append("ce_subject", text: subject) }
            if let correlation {
                own.append("ce_correlationid", text: correlation)
            } else if let correlation = context.correlation {
                own.append("ce_correlationid", correlation)
            }
            return own
        }
    }
}
