import StreamRuntime

/// One seed, played twice: without faults on one machine, for what the answers should be, and with them.
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

    /// The run with faults; its violations include what differs from the one without.
    public func run() -> SimulationResult {
        let reference = Simulator(story: story, seed: seed, plan: .faultless).run()
        var plan = Simulator.Plan()
        plan.machines = 2 + Int(seed % 3)
        plan.canary = canary
        plan.keepsTrace = keepsTrace
        var result = Simulator(story: story, seed: seed, plan: plan).run()
        result.violations += reference.violations.map { "without faults: \($0)" }
        if result.violations.isEmpty { result.violations += result.differences(from: reference) }
        if result.faultCount < plan.faultsMin { result.violations.append("only \(result.faultCount) faults happened") }
        return result
    }
}

/// The known mistakes that a simulation can switch on.
public enum LaneMistakes {
    public static var names: [String] { LaneMistake.allCases.map(\.rawValue) }
}
