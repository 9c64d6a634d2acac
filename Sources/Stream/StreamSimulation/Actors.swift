import StreamCore

/// People and machines outside of the cluster, who send because of what they read. They know topics and the time, and nothing else.
public protocol Actors: AnyObject {
    /// What they send from `now` on, after a look at the topics. They are asked when a chapter begins, meanwhile, and whenever everything is
    /// at rest, until they have nothing more to say.
    func act(at now: Instant, in chapter: Int, reading log: TopicFollower) -> [Sending]
}

/// Judges what the workers wrote beyond what every story promises. What it answers are violations.
public protocol Judge: AnyObject {
    /// Nothing is under way: no input unread, no timer due, nothing open.
    func judgeRest(at now: Instant, reading log: TopicFollower) -> [String]
    /// The run is over.
    func judgeEnd(of cluster: SimulatedCluster) -> [String]
}

/// Reads on where it has stopped: the committed records of topics, each once.
public final class TopicFollower {
    private let cluster: SimulatedCluster
    private var next: [TopicPartition: Int64] = [:]

    public init(_ cluster: SimulatedCluster) { self.cluster = cluster }

    /// What is new on these topics, one partition after the other.
    public func news(of topics: [Topic]) -> [Message] {
        var news: [Message] = []
        for topic in topics {
            for partition in 0..<cluster.partitionCount {
                let place = TopicPartition(topic, partition)
                guard cluster.extent(of: place) != nil else { continue }
                let read = cluster.read(place, from: next[place] ?? 0, recordsMax: .max)
                next[place] = read.next
                news += read.messages
            }
        }
        return news
    }
}
