import Foundation
import PackagePlugin

/// Writes the list of all workers for `AllWorkers`, from the workers that `Package.swift` names: so a new worker is one line there.
@main
struct WorkerList: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        // Of all that it depends on, the workers are what depends on the shared model.
        let names = target.dependencies.compactMap { dependency -> String? in
            guard case .target(let worker) = dependency, worker.dependencies.contains(where: isModel) else { return nil }
            return worker.name
        }
        let draft = context.pluginWorkDirectoryURL.appending(path: "draft.txt")
        let list = context.pluginWorkDirectoryURL.appending(path: "AllWorkers+List.swift")
        try text(names).write(to: draft, atomically: true, encoding: .utf8)
        return [
            .buildCommand(
                displayName: "Listing \(names.count) workers", executable: URL(fileURLWithPath: "/bin/cp"),
                arguments: [draft.path(), list.path()], inputFiles: [draft], outputFiles: [list])
        ]
    }

    private func isModel(_ dependency: TargetDependency) -> Bool {
        if case .target(let target) = dependency { return target.name == "CreditModel" }
        return false
    }

    private func text(_ names: [String]) -> String {
        """
        import CreditModel
        import StreamCore
        \(names.map { "import \($0)" }.joined(separator: "\n"))

        extension AllWorkers {
            static let list: [Entry] = [
        \(names.map { "        Entry(name: \"\($0.lowercased())\") { \($0)(policy: $0, keys: $1, partitionCount: $2) }," }.joined(separator: "\n"))
            ]
        }

        """
    }
}
