import CRdKafka

/// What librdkafka or the broker said, and what to make of it. It never holds a key or a value of a record.
public struct RdKafkaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The numbers of librdkafka (negative) and of the protocol (positive).
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }
        init(_ code: rd_kafka_resp_err_t) { rawValue = code.rawValue }
        var c: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: rawValue) }
    }

    public let code: Code
    /// As `_TRANSPORT` or `ILLEGAL_GENERATION`.
    public let name: String
    public let text: String
    /// The same call may be made again with the same arguments.
    public let isRetriable: Bool
    /// The handle is of no more use.
    public let isFatal: Bool
    /// The transaction at hand can only be aborted.
    public let needsAbort: Bool

    public init(_ code: Code, text: String? = nil, isRetriable: Bool = false, isFatal: Bool = false, needsAbort: Bool = false) {
        self.code = code
        self.name = String(cString: rd_kafka_err2name(code.c))
        self.text = text ?? String(cString: rd_kafka_err2str(code.c))
        self.isRetriable = isRetriable
        self.isFatal = isFatal
        self.needsAbort = needsAbort
    }

    init(_ code: rd_kafka_resp_err_t, text: String? = nil) { self.init(Code(code), text: text) }

    /// Takes over an error object of librdkafka and destroys it.
    init(taking error: OpaquePointer) {
        self.init(
            Code(rd_kafka_error_code(error)), text: String(cString: rd_kafka_error_string(error)),
            isRetriable: rd_kafka_error_is_retriable(error) != 0, isFatal: rd_kafka_error_is_fatal(error) != 0,
            needsAbort: rd_kafka_error_txn_requires_abort(error) != 0)
        rd_kafka_error_destroy(error)
    }

    /// A newer producer with the same `transactional.id` has been here, or the coordinator has ended a transaction that took too long:
    /// the two look the same.
    public var isFenced: Bool { code == .fenced || code == .producerFenced || code == .invalidProducerEpoch }

    /// The broker does not answer, or not in time.
    public var isConnection: Bool { RdKafkaError.connection.contains(code) }

    /// A right is missing, or who we are is not accepted.
    public var isAuthorization: Bool { RdKafkaError.authorization.contains(code) }

    public var description: String { "\(text) (\(name))" }

    private static let connection: Set<Code> = [
        .transport, .resolve, .allBrokersDown, .timedOut, .timedOutQueue, .messageTimedOut, .waitCoordinator, .waitCache, .requestTimedOut,
        .brokerNotAvailable, .networkException, .coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator,
        .leaderNotAvailable, .notLeaderForPartition, .unstableOffsetCommit, .preferredLeaderNotAvailable, .noReplicas,
    ]
    private static let authorization: Set<Code> = [
        .authentication, .ssl, .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed,
        .transactionalIdAuthorizationFailed, .saslAuthenticationFailed,
    ]
}

extension RdKafkaError.Code {
    public static let none = Self(RD_KAFKA_RESP_ERR_NO_ERROR)

    // Of the library.
    public static let badMessage = Self(RD_KAFKA_RESP_ERR__BAD_MSG)
    public static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    public static let resolve = Self(RD_KAFKA_RESP_ERR__RESOLVE)
    public static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    public static let partitionEnd = Self(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    public static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    public static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    public static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    public static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    public static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    public static let timedOutQueue = Self(RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE)
    public static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    public static let noReplicas = Self(RD_KAFKA_RESP_ERR__ISR_INSUFF)
    public static let waitCoordinator = Self(RD_KAFKA_RESP_ERR__WAIT_COORD)
    public static let waitCache = Self(RD_KAFKA_RESP_ERR__WAIT_CACHE)
    public static let ssl = Self(RD_KAFKA_RESP_ERR__SSL)
    public static let unsupportedFeature = Self(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
    public static let authentication = Self(RD_KAFKA_RESP_ERR__AUTHENTICATION)
    public static let maxPollExceeded = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    public static let purgedInQueue = Self(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    public static let purgedInFlight = Self(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    public static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)
    public static let state = Self(RD_KAFKA_RESP_ERR__STATE)
    public static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    public static let offsetReset = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)

    // Of the broker.
    public static let offsetOutOfRange = Self(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    public static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    public static let leaderNotAvailable = Self(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
    public static let notLeaderForPartition = Self(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)
    public static let requestTimedOut = Self(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT)
    public static let brokerNotAvailable = Self(RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE)
    public static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    public static let networkException = Self(RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION)
    public static let coordinatorLoadInProgress = Self(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS)
    public static let coordinatorNotAvailable = Self(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
    public static let notCoordinator = Self(RD_KAFKA_RESP_ERR_NOT_COORDINATOR)
    public static let invalidTopic = Self(RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION)
    public static let recordListTooLarge = Self(RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
    public static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    public static let inconsistentGroupProtocol = Self(RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
    public static let unknownMemberId = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    public static let invalidSessionTimeout = Self(RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT)
    public static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    public static let topicAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    public static let groupAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    public static let clusterAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    public static let unsupportedVersion = Self(RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION)
    public static let topicAlreadyExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    public static let invalidProducerEpoch = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    public static let invalidTransactionTimeout = Self(RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT)
    public static let transactionalIdAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    public static let saslAuthenticationFailed = Self(RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED)
    public static let preferredLeaderNotAvailable = Self(RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE)
    public static let fencedInstanceId = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    public static let unstableOffsetCommit = Self(RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)
    public static let producerFenced = Self(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
}
