import Foundation
import PackagePlugin

/// Writes the topics of the contract for `TopicCatalogue`, from the files below `topics/`: so a new topic is one file there.
@main
struct TopicList: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        let script = root.appending(path: "scripts/topic-list.sh")
        let folder = root.appending(path: "topics")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" && $0.lastPathComponent != "asyncapi.yaml" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let list = context.pluginWorkDirectoryURL.appending(path: "TopicCatalogue+List.swift")
        return [
            .buildCommand(
                displayName: "Listing the topics of \(files.count) files", executable: URL(fileURLWithPath: "/bin/sh"),
                arguments: [script.path(percentEncoded: false), list.path(percentEncoded: false)]
                    + workers(of: context.package).flatMap { ["--worker", $0] } + files.map { $0.path(percentEncoded: false) },
                inputFiles: [script] + files, outputFiles: [list])
        ]
    }

    /// In the order of `Package.swift`: of all that `AllWorkers` depends on, what depends on the shared model.
    private func workers(of package: Package) -> [String] {
        let all = package.targets.first { $0.name == "AllWorkers" }?.dependencies ?? []
        return all.compactMap { dependency in
            guard case .target(let worker) = dependency, worker.dependencies.contains(where: isModel) else { return nil }
            return worker.name.lowercased()
        }
    }

    private func isModel(_ dependency: TargetDependency) -> Bool {
        if case .target(let target) = dependency { return target.name == "CreditModel" }
        return false
    }
}
