import CRdKafka

/// librdkafka as this machine has it.
public enum Library {
    /// As `2.0.2`.
    public static var version: String { String(cString: rd_kafka_version_str()) }
}
