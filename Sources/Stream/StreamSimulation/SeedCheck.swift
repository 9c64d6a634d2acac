import StreamRuntime

/// One seed, played with faults; where a story can be compared, also without them on one machine, for what the answers should be.
public struct SeedCheck {
    public var seed: UInt64
    public var canary: String?
    public var keepsTrace: Bool
    public var story: Story

    public init(seed: UInt64, canary: String? = nil, keepsTrace: Bool = false, story: Story) {
        self.seed = seed
        self.canary = canary
        self.keepsTrace = keepsTrace
        self.story = story
    }

    /// The run with faults; its violations include what differs from the one without, where there is one.
    public func run() -> SimulationResult {
        let reference = story.isCompared ? Simulator(story: story, seed: seed, plan: .faultless).run() : nil
        var plan = Simulator.Plan()
        plan.machines = story.machines.lowerBound + Int(seed % UInt64(story.machines.count))
        plan.canary = canary
        plan.keepsTrace = keepsTrace
        var result = Simulator(story: story, seed: seed, plan: plan).run()
        if let reference {
            result.violations += reference.violations.map { "without faults: \($0)" }
            if result.violations.isEmpty { result.violations += result.differences(from: reference) }
        }
        if result.faultCount < plan.faultsMin { result.violations.append("only \(result.faultCount) faults happened") }
        return result
    }
}

/// The known mistakes that a simulation can switch on.
public enum LaneMistakes {
    public static var names: [String] { LaneMistake.allCases.map(\.rawValue) }
}
