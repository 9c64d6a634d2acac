import CRdKafka
import Glibc

extension Client {
    /// A member of a group, and what it was given to read.
    public struct GroupMember: Sendable {
        public var clientId: String
        /// Nil for one that is not static.
        public var instance: String?
        public var host: String
        public var partitions: [PartitionOffset]
    }

    /// The ids of all consumer groups that have members or offsets.
    public func groups(milliseconds: Int32) throws(RdKafkaError) -> [String] {
        let request = try AdminRequest(self, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, milliseconds: milliseconds)
        let answer = try request.send { handle, options, queue in
            rd_kafka_ListConsumerGroups(handle, options, queue)
        }
        defer { withExtendedLifetime(answer) {} }
        let result = rd_kafka_event_ListConsumerGroups_result(answer.event)
        var count = 0
        // One broker that does not answer would hide its groups.
        if let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count), count > 0,
            let error = RdKafkaError(lookingAt: errors[0])
        {
            throw error
        }
        let found = rd_kafka_ListConsumerGroups_result_valid(result, &count)
        return (0..<count).compactMap { index in
            found?[index].flatMap { rd_kafka_ConsumerGroupListing_group_id($0) }.map { String(cString: $0) }
        }
    }

    /// The members of a group; none when there is no such group.
    public func members(ofGroup group: String, milliseconds: Int32) throws(RdKafkaError) -> [GroupMember] {
        let request = try AdminRequest(self, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, milliseconds: milliseconds)
        let name = strdup(group)
        defer { free(name) }
        var names: [UnsafePointer<CChar>?] = [UnsafePointer(name)]
        let answer = try request.send { handle, options, queue in
            rd_kafka_DescribeConsumerGroups(handle, &names, names.count, options, queue)
        }
        defer { withExtendedLifetime(answer) {} }
        var count = 0
        let groups = rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(answer.event), &count)
        guard count > 0, let description = groups?[0] else { return [] }
        if let error = RdKafkaError(lookingAt: rd_kafka_ConsumerGroupDescription_error(description)) { throw error }
        return (0..<rd_kafka_ConsumerGroupDescription_member_count(description)).compactMap { index in
            guard let member = rd_kafka_ConsumerGroupDescription_member(description, index) else { return nil }
            func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
            let assignment = rd_kafka_MemberDescription_assignment(member)
            let partitions = assignment.flatMap { rd_kafka_MemberAssignment_partitions($0) }
            return GroupMember(
                clientId: text(rd_kafka_MemberDescription_client_id(member)),
                instance: rd_kafka_MemberDescription_group_instance_id(member).map { String(cString: $0) },
                host: text(rd_kafka_MemberDescription_host(member)), partitions: partitions.map { PartitionList.partitions(in: $0) } ?? [])
        }
    }

    /// The committed offsets of a group, for those of these partitions that it has one for.
    public func committedOffsets(
        ofGroup group: String, _ partitions: [PartitionOffset], milliseconds: Int32
    ) throws(RdKafkaError) -> [PartitionOffset] {
        guard !partitions.isEmpty else { return [] }
        let request = try AdminRequest(self, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, milliseconds: milliseconds)
        let list = PartitionList(partitions)
        var wanted: [OpaquePointer?] = [list.call { rd_kafka_ListConsumerGroupOffsets_new(group, $0) }]
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(wanted[0]) }
        let answer = try request.send { handle, options, queue in
            rd_kafka_ListConsumerGroupOffsets(handle, &wanted, 1, options, queue)
        }
        defer { withExtendedLifetime(answer) {} }
        var count = 0
        let results = rd_kafka_ListConsumerGroupOffsets_result_groups(
            rd_kafka_event_ListConsumerGroupOffsets_result(answer.event), &count)
        guard count > 0, let result = results?[0] else { return [] }
        if let error = RdKafkaError(lookingAt: rd_kafka_group_result_error(result)) { throw error }
        let found = rd_kafka_group_result_partitions(result).map { PartitionList.partitions(in: $0) } ?? []
        if let error = found.lazy.compactMap(\.error).first { throw error }
        return found.filter { $0.offset >= 0 }
    }
}
