import CRdKafka

extension Client {
    /// A topic to be made. `settings` have Kafka's own names.
    public struct NewTopic: Sendable {
        public var name: String
        public var partitions: Int
        public var copies: Int
        public var settings: [(name: String, value: String)]

        public init(_ name: String, partitions: Int, copies: Int, settings: [(name: String, value: String)] = []) {
            self.name = name
            self.partitions = partitions
            self.copies = copies
            self.settings = settings
        }
    }

    /// A topic and who holds it.
    public struct TopicLayout: Sendable {
        public var name: String
        public var partitions: Int
        /// The least number of copies that a partition of it has.
        public var copies: Int
        /// Partitions that nobody leads at the moment.
        public var leaderless: Int
        public var error: RdKafkaError?
    }

    /// A setting of a topic as it is in force.
    public struct TopicSetting: Hashable, Sendable {
        public var name: String
        public var value: String
        /// Whether it was given to this topic, not only as what holds for all.
        public var isOwn: Bool
    }

    /// Makes topics. What became of each: nil when it was made. Throws when nothing was answered.
    public func make(_ topics: [NewTopic], milliseconds: Int32) throws(RdKafkaError) -> [String: RdKafkaError?] {
        guard !topics.isEmpty else { return [:] }
        let request = try AdminRequest(self, RD_KAFKA_ADMIN_OP_CREATETOPICS, milliseconds: milliseconds)
        // The controller answers when the topics are there, not when it has heard.
        try request.set { rd_kafka_AdminOptions_set_operation_timeout($0, milliseconds, $1, $2) }
        var wanted: [OpaquePointer?] = []
        defer { for topic in wanted { rd_kafka_NewTopic_destroy(topic) } }
        for topic in topics {
            var text = [CChar](repeating: 0, count: 512)
            guard let made = rd_kafka_NewTopic_new(topic.name, Int32(topic.partitions), Int32(topic.copies), &text, text.count) else {
                throw RdKafkaError(.invalidArgument, text: Configuration.string(text))
            }
            wanted.append(made)
            for setting in topic.settings {
                let code = rd_kafka_NewTopic_set_config(made, setting.name, setting.value)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
            }
        }
        let answer = try request.send { handle, options, queue in
            rd_kafka_CreateTopics(handle, &wanted, wanted.count, options, queue)
        }
        defer { withExtendedLifetime(answer) {} }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.event), &count)
        return Client.results(results, count)
    }

    private static func results(_ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) -> [String: RdKafkaError?] {
        var found: [String: RdKafkaError?] = [:]
        for index in 0..<count {
            guard let result = results?[index], let name = rd_kafka_topic_result_name(result) else { continue }
            let code = rd_kafka_topic_result_error(result)
            let text = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            found.updateValue(
                code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : RdKafkaError(.init(code), text: text), forKey: String(cString: name))
        }
        return found
    }

    /// All topics and how many brokers there are.
    public func layout(milliseconds: Int32) throws(RdKafkaError) -> (brokers: Int, topics: [TopicLayout]) {
        var found: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(pointer, 1, nil, &found, milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found else { throw RdKafkaError(code) }
        defer { rd_kafka_metadata_destroy(found) }
        let topics = (0..<Int(found.pointee.topic_cnt)).map { index in
            let topic = found.pointee.topics[index]
            let partitions = (0..<Int(topic.partition_cnt)).map { topic.partitions[$0] }
            return TopicLayout(
                name: String(cString: topic.topic), partitions: partitions.count,
                copies: partitions.map { Int($0.replica_cnt) }.min() ?? 0, leaderless: partitions.count { $0.leader < 0 },
                error: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : RdKafkaError(topic.err))
        }
        return (Int(found.pointee.broker_cnt), topics)
    }

    /// The settings of topics, by their names. A topic that cannot be described is thrown.
    public func settings(ofTopics names: [String], milliseconds: Int32) throws(RdKafkaError) -> [String: [TopicSetting]] {
        guard !names.isEmpty else { return [:] }
        let request = try AdminRequest(self, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, milliseconds: milliseconds)
        var wanted: [OpaquePointer?] = names.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { for resource in wanted { rd_kafka_ConfigResource_destroy(resource) } }
        let answer = try request.send { handle, options, queue in
            rd_kafka_DescribeConfigs(handle, &wanted, wanted.count, options, queue)
        }
        defer { withExtendedLifetime(answer) {} }
        var count = 0
        let resources = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.event), &count)
        var settings: [String: [TopicSetting]] = [:]
        for index in 0..<count {
            guard let resource = resources?[index], let name = rd_kafka_ConfigResource_name(resource) else { continue }
            let code = rd_kafka_ConfigResource_error(resource)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw RdKafkaError(.init(code), text: rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) })
            }
            var entries = 0
            let configs = rd_kafka_ConfigResource_configs(resource, &entries)
            settings[String(cString: name)] = (0..<entries).compactMap { entry in
                guard let config = configs?[entry], let name = rd_kafka_ConfigEntry_name(config) else { return nil }
                return TopicSetting(
                    name: String(cString: name), value: rd_kafka_ConfigEntry_value(config).map { String(cString: $0) } ?? "",
                    isOwn: rd_kafka_ConfigEntry_source(config) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
            }
        }
        return settings
    }
}
