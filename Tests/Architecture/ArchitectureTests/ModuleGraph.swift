/// Which module may import which. What `Package.swift` links is wider; this is what we mean.
struct ModuleGraph {
    /// Modules of the toolchain that a module may use besides ours.
    enum Platform {
        /// Nothing but the standard library: decisions and words.
        case none
        /// The C library: whoever opens files or starts threads.
        case system
        /// Foundation as well: only beside the path of a message.
        case foundation

        var modules: Set<String> {
            switch self {
            case .none: ["Synchronization"]
            case .system: ["Synchronization", "Glibc"]
            case .foundation: ["Synchronization", "Glibc", "Foundation", "FoundationEssentials", "Dispatch"]
            }
        }
    }

    struct Module {
        var name: String
        var folder: String
        var imports: Set<String>
        var platform: Platform
    }

    var modules: [Module]

    /// The graph of this repository; a worker is in it by its folder alone.
    static func current() -> ModuleGraph {
        var modules: [Module] = []
        func add(_ name: String, in room: String, imports: Set<String>, platform: Platform = .none) {
            modules.append(Module(name: name, folder: "Sources/\(room)/\(name)", imports: imports, platform: platform))
        }
        for name in Repository.folders(in: "Sources/Bindings") {
            add(name, in: "Bindings", imports: ["C" + name], platform: .system)
        }
        add("StreamCore", in: "Stream", imports: [])
        add("StreamEngine", in: "Stream", imports: ["StreamCore"])
        add("StreamRuntime", in: "Stream", imports: ["StreamCore", "StreamEngine"], platform: .system)
        add("StreamTestKit", in: "Stream", imports: ["StreamCore", "StreamEngine", "StreamRuntime", "Testing"], platform: .foundation)
        add("StreamSimulation", in: "Stream", imports: ["StreamCore", "StreamEngine", "StreamRuntime", "StreamTestKit"])
        for name in Repository.folders(in: "Sources/Adapters") {
            add(name, in: "Adapters", imports: ["StreamCore", "StreamEngine", "SQLite", "Files", "RdKafka"], platform: .system)
        }
        add("CreditModel", in: "Model", imports: ["StreamCore", "Crypto"])
        add("CreditChecker", in: "Model", imports: ["StreamCore", "CreditModel"])
        add("Telemetry", in: "Host", imports: [], platform: .foundation)
        add("SampleStory", in: "Host", imports: ["StreamCore", "CreditModel"])
        add(
            "WorkerHost", in: "Host",
            imports: [
                "StreamCore", "StreamEngine", "StreamRuntime", "EmbeddedLog", "KafkaLog", "SQLiteStore", "CreditModel", "Crypto", "YAML",
                "Telemetry", "Files", "Linux",
            ], platform: .foundation)
        let workers = Repository.folders(in: "Sources/Workers")
        for worker in workers {
            add(worker, in: "Workers", imports: ["StreamCore", "CreditModel"])
            modules.append(
                Module(
                    name: "\(worker.lowercased())-worker", folder: "Sources/Workers/\(worker)/Process",
                    imports: ["WorkerHost", worker, "CreditModel", "StreamCore"], platform: .none))
        }
        add("AllWorkers", in: "Host", imports: Set(["StreamCore", "CreditModel"]).union(workers))
        modules.append(
            Module(
                name: "chengxin", folder: "Sources/Chengxin",
                imports: Set([
                    "WorkerHost", "Telemetry", "Iconv", "YAML", "Crypto", "CreditModel", "StreamCore", "StreamEngine", "StreamRuntime",
                    "EmbeddedLog", "KafkaLog", "SQLiteStore", "CreditChecker", "Files", "Linux", "AllWorkers",
                    "SampleStory",
                ]).union(workers), platform: .foundation))
        modules.append(
            Module(
                name: "simulate", folder: "Sources/Stream/Simulate",
                imports: Set(["StreamSimulation", "StreamCore", "WorkerHost", "CreditModel", "CreditChecker", "AllWorkers"]).union(workers),
                platform: .foundation))
        return ModuleGraph(modules: modules)
    }

    /// The module that a file belongs to: the one with the deepest folder above it.
    func module(of file: String) -> Module? {
        modules.filter { file.hasPrefix($0.folder + "/") }.max { $0.folder.count < $1.folder.count }
    }

    /// What is wrong with the imports of a file, each complaint with what to do.
    func complaints(about file: String, _ text: String) -> [String] {
        guard let module = module(of: file) else {
            return ["\(file) lies in no module that ModuleGraph.swift knows: say there what it may import"]
        }
        let allowed = module.imports.union(module.platform.modules)
        return Self.imports(in: text).filter { !allowed.contains($0.name) }.map { line, name in
            let ours = allowed.sorted().joined(separator: ", ")
            return
                "\(file):\(line) imports \(name), which \(module.name) may not. It may import: \(ours). Move the code to a module that may, "
                + "or hand the thing in as a value"
        }
    }

    /// The modules that a source names after `import`, with their lines.
    static func imports(in text: String) -> [(line: Int, name: String)] {
        var found: [(line: Int, name: String)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            while let first = words.first,
                first.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import", words.count > 1 else { continue }
            let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
            found.append((index + 1, String(name.prefix { $0 != "." && $0 != ";" })))
        }
        return found
    }
}
