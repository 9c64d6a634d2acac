import Foundation
import StreamSimulation

/// `make simulate`: plays seeds and says what was found. The environment chooses: `SEEDS=FROM-TO` a range, `SEED=N` one seed with its
/// trace, `CANARY=NAME` a known mistake that has to be found, `STORY=cluster|glimpse|city|small` what is played.
@main
struct Main {
    static func main() {
        let environment = ProcessInfo.processInfo.environment
        func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let request: SimulationRequest
        do {
            request = try SimulationRequest(
                seed: text("SEED"), seeds: text("SEEDS"), canary: text("CANARY"), story: text("STORY"))
        } catch {
            print("simulate: \(error.reason)", to: &standardError)
            exit(64)
        }
        exit(request.run() ? 0 : 1)
    }
}

nonisolated(unsafe) private var standardError = StandardError()

private struct StandardError: TextOutputStream {
    func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
