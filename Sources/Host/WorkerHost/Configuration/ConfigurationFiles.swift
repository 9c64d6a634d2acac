import Glibc
import YAML

/// The files of a configuration directory, read and laid over each other: themes, the workers' own, then the profile's overlay.
struct ConfigurationFiles {
    var root: YAMLNode
    /// The profiles that the directory has.
    var profiles: [String]

    /// Reads `DIRECTORY/*.yaml`, `workers/*.yaml` and `profiles/PROFILE.yaml`.
    static func read(directory: String, profile: String) throws(ConfigurationFailure) -> ConfigurationFiles {
        let directory = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        guard let names = yamlNames(in: directory) else {
            throw ConfigurationFailure(
                ConfigurationProblem(
                    at: directory, "the configuration directory cannot be read",
                    hint: "run in the folder that holds Config/, or name it with --config DIR"))
        }
        var problems: [ConfigurationProblem] = []
        var root = YAMLNode(place: YAMLPlace(file: directory, line: 1, column: 1), content: .mapping([]))
        func take(_ path: String, _ add: (YAMLNode) -> Void) {
            do {
                add(try document(path))
            } catch {
                problems.append(contentsOf: error.problems)
            }
        }
        for name in names {
            take(directory + "/" + name) { node in
                for problem in append(node, to: &root) { problems.append(problem) }
            }
        }
        var workers: [YAMLEntry] = []
        for name in yamlNames(in: directory + "/workers") ?? [] {
            let worker = String(name.dropLast(5))
            take(directory + "/workers/" + name) { workers.append(YAMLEntry(key: worker, place: $0.place, value: $0)) }
        }
        if !workers.isEmpty {
            let node = YAMLNode(place: YAMLPlace(file: directory + "/workers", line: 1, column: 1), content: .mapping(workers))
            problems += append(
                YAMLNode(place: node.place, content: .mapping([YAMLEntry(key: "workers", place: node.place, value: node)])), to: &root)
        }
        let profiles = (yamlNames(in: directory + "/profiles") ?? []).map { String($0.dropLast(5)) }
        if profiles.contains(profile) {
            take(directory + "/profiles/" + profile + ".yaml") { overlay in
                if !overlay.isNull { root = laid(overlay, over: root) }
            }
        } else {
            problems.append(
                ConfigurationProblem(
                    at: directory + "/profiles", "there is no profile \(profile)",
                    hint: Suggestion.hint(for: profile, among: profiles) ?? "the profiles are: " + profiles.joined(separator: ", ")))
        }
        if !problems.isEmpty { throw ConfigurationFailure(problems) }
        return ConfigurationFiles(root: root, profiles: profiles)
    }

    /// Tables are laid over each other key by key; everything else is replaced; a null takes a key away.
    static func laid(_ overlay: YAMLNode, over base: YAMLNode) -> YAMLNode {
        guard case .mapping(let upper) = overlay.content, case .mapping(var lower) = base.content else { return overlay }
        for entry in upper {
            if let index = lower.firstIndex(where: { $0.key == entry.key }) {
                if entry.value.isNull {
                    lower.remove(at: index)
                } else {
                    lower[index].value = laid(entry.value, over: lower[index].value)
                }
            } else if !entry.value.isNull {
                lower.append(entry)
            }
        }
        return YAMLNode(place: base.place, content: .mapping(lower))
    }

    /// Puts a theme's keys beside those of the others; one that is there already is a mistake, since either file could be meant.
    private static func append(_ theme: YAMLNode, to root: inout YAMLNode) -> [ConfigurationProblem] {
        if theme.isNull { return [] }
        guard case .mapping(let entries) = theme.content, case .mapping(var all) = root.content else {
            return [ConfigurationProblem(at: theme.place.description, "a configuration file is a table of keys and values")]
        }
        var problems: [ConfigurationProblem] = []
        for entry in entries {
            if let first = all.first(where: { $0.key == entry.key }) {
                problems.append(
                    ConfigurationProblem(
                        at: entry.place.description, key: entry.key, "this key stands in two files",
                        hint: "the first is at \(first.place); keep one"))
            } else {
                all.append(entry)
            }
        }
        root.content = .mapping(all)
        return problems
    }

    private static func document(_ path: String) throws(ConfigurationFailure) -> YAMLNode {
        let bytes: [UInt8]
        do {
            bytes = try FileAccess.read(path, bytesMax: 8 << 20)
        } catch {
            throw ConfigurationFailure(ConfigurationProblem(at: path, error.reason, hint: error.hint))
        }
        do {
            return try YAMLParser.parse(bytes, file: path)
        } catch {
            throw ConfigurationFailure(ConfigurationProblem(at: error.place.description, error.reason, hint: error.hint))
        }
    }

    /// The names that end in `.yaml`, in their order; nil when there is no such directory.
    private static func yamlNames(in directory: String) -> [String]? {
        guard let stream = opendir(directory) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

/// Whole small files.
enum FileAccess {
    struct Failure: Error {
        var reason: String
        var hint: String
    }

    static func read(_ path: String, bytesMax: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(reason: String(cString: strerror(errno)), hint: "check the path and your rights to it")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: String(cString: strerror(errno)), hint: "name a file, not a folder") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else {
                throw Failure(reason: "has more than \(bytesMax) bytes", hint: "this is not a file of the kind that belongs here")
            }
        }
    }
}
