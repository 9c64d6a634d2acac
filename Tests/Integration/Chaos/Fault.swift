/// What a round does to the cluster.
enum Fault: String, CaseIterable {
    case kill
    case killLater = "kill-later"
    case killMove = "kill-move"
    case stop, terminate, rolling, twin
    case brokerKill = "broker-kill"
    case brokerPause = "broker-pause"
    case answers
    case lateEndTxn = "late-end"
    case network
    case full, wipe, flip, clock

    var meaning: String {
        switch self {
        case .kill: "kill -9 of a worker, the same instance at once again"
        case .killLater: "kill -9 of a worker, the same instance after its session has run out"
        case .killMove: "kill -9 of a worker, another instance with an empty folder in its place"
        case .stop: "SIGSTOP of a worker beyond its session, then SIGCONT: a zombie"
        case .terminate: "SIGTERM of a worker, then the same instance again"
        case .rolling: "SIGTERM and start of every instance of a worker, one after the other"
        case .twin: "a second process with the same instance id"
        case .brokerKill: "kill -9 of a broker, then its start"
        case .brokerPause: "SIGSTOP of a broker, then SIGCONT"
        case .answers: "single answers of the broker delayed, swallowed or cut"
        case .lateEndTxn: "EndTxn delivered after its sender has made a new connection"
        case .network: "nothing moves between workers and brokers for a while"
        case .full: "the disk of a worker's stores is full for a while"
        case .wipe: "kill -9 of a worker, its folder emptied, the same instance again"
        case .flip: "kill -9 of a worker, bytes of its stores flipped, the same instance again"
        case .clock: "a worker's wall clock jumps by hours"
        }
    }

    /// How soon after the fault (or the broker's return) the cluster has to answer again.
    var bound: Duration {
        switch self {
        case .brokerKill, .brokerPause, .network: .seconds(30)
        // Counted from the moment in which the disk has room again, or the last instance was told to end.
        default: .seconds(20)
        }
    }

    /// Those that need neither rights nor tools that a machine may lack.
    static let usual: [Fault] = allCases
}
