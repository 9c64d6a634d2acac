// swift-tools-version: 6.0
import PackageDescription

/// The workers of the cluster. Each has a folder below `Sources/Workers`, a library and an executable `NAME-worker`.
let workers = ["Intake", "Identity", "Ledger", "Dispute", "Repair", "Sanction", "Publicity", "Reward", "Notice", "Delivery"]

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

func library(_ name: String, in room: String, needs: [Target.Dependency] = [], plugins: [Target.PluginUsage] = []) -> Target {
    .target(name: name, dependencies: needs, path: "Sources/\(room)/\(name)", swiftSettings: settings, plugins: plugins)
}

func cLibrary(_ name: String, pkgConfig: String? = nil, debian: String? = nil) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig,
        providers: debian.map { [.apt([$0])] })
}

func tests(_ name: String, in room: String, needs: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: needs, path: "Tests/\(room)/\(name)", swiftSettings: settings)
}

var targets: [Target] = [
    cLibrary("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
    cLibrary("CCrypto", pkgConfig: "libcrypto", debian: "libssl-dev"),
    cLibrary("CYAML", pkgConfig: "yaml-0.1", debian: "libyaml-dev"),
    // Without pkg-config: what it says on Debian 13 (`-isystem` of Kerberos) the package manager only warns about.
    cLibrary("CRdKafka", debian: "librdkafka-dev"),
    cLibrary("CIconv"),
    cLibrary("CLinux"),

    library("Files", in: "Bindings"),
    library("SQLite", in: "Bindings", needs: ["CSQLite"]),
    library("Crypto", in: "Bindings", needs: ["CCrypto"]),
    library("YAML", in: "Bindings", needs: ["CYAML"]),
    library("Iconv", in: "Bindings", needs: ["CIconv"]),
    library("Linux", in: "Bindings", needs: ["CLinux"]),
    library("RdKafka", in: "Bindings", needs: ["CRdKafka"]),

    library("StreamCore", in: "Stream"),
    library("StreamEngine", in: "Stream", needs: ["StreamCore"]),
    library("StreamRuntime", in: "Stream", needs: ["StreamCore", "StreamEngine"]),
    library("StreamTestKit", in: "Stream", needs: ["StreamCore", "StreamEngine", "StreamRuntime"]),
    library("StreamSimulation", in: "Stream", needs: ["StreamCore", "StreamEngine", "StreamRuntime", "StreamTestKit"]),

    // Seeded runs of the whole cluster: `make simulate`.
    .executableTarget(
        name: "simulate",
        dependencies: ["StreamSimulation", "WorkerHost", "AllWorkers", "CreditChecker", "CreditModel", "StreamCore"]
            + workers.map { .byName(name: $0) },
        path: "Sources/Stream/Simulate", swiftSettings: settings),

    library("EmbeddedLog", in: "Adapters", needs: ["StreamCore", "StreamEngine", "SQLite", "Files"]),
    library("KafkaLog", in: "Adapters", needs: ["StreamCore", "StreamEngine", "RdKafka"]),
    library("SQLiteStore", in: "Adapters", needs: ["StreamCore", "StreamEngine", "SQLite", "Files"]),

    // Its list of topics is written at build time, so that a new topic is one file below `topics/`.
    .plugin(name: "TopicList", capability: .buildTool()),
    library("CreditModel", in: "Model", needs: ["StreamCore", "Crypto"], plugins: ["TopicList"]),

    // The promises, judged from the messages of the topics alone.
    library("CreditChecker", in: "Model", needs: ["StreamCore", "CreditModel"]),

    library("Telemetry", in: "Host"),
    // Six cases over several weeks, for whoever plays them: the demo, and the tests on a real broker.
    library("SampleStory", in: "Host", needs: ["CreditModel", "StreamCore"]),
    library(
        "WorkerHost", in: "Host",
        needs: [
            "StreamCore", "StreamEngine", "StreamRuntime", "EmbeddedLog", "KafkaLog", "SQLiteStore", "CreditModel", "Crypto", "YAML",
            "Telemetry", "Linux", "Files",
        ]),
    .executableTarget(
        name: "chengxin",
        dependencies: [
            "WorkerHost", "Telemetry", "Iconv", "Linux", "Files", "StreamCore", "StreamEngine", "StreamRuntime", "EmbeddedLog",
            "KafkaLog", "SQLiteStore", "CreditModel", "CreditChecker", "Crypto", "AllWorkers", "Intake", "SampleStory",
        ],
        path: "Sources/Chengxin", swiftSettings: settings),
]

// Its list of workers is written at build time, so that a new worker is one line at the top of this file.
targets += [
    .plugin(name: "WorkerList", capability: .buildTool()),
    .target(
        name: "AllWorkers", dependencies: ["StreamCore", "CreditModel"] + workers.map { .byName(name: $0) },
        path: "Sources/Host/AllWorkers", swiftSettings: settings, plugins: ["WorkerList"]),
]

for worker in workers {
    targets.append(
        .target(
            name: worker, dependencies: ["StreamCore", "CreditModel"], path: "Sources/Workers/\(worker)",
            exclude: ["Process"], swiftSettings: settings))
    targets.append(
        .executableTarget(
            name: "\(worker.lowercased())-worker", dependencies: ["WorkerHost", .byName(name: worker)],
            path: "Sources/Workers/\(worker)/Process", swiftSettings: settings))
    targets.append(
        tests("\(worker)Tests", in: "Workers", needs: [.byName(name: worker), "CreditModel", "Crypto", "WorkerHost", "StreamTestKit"]))
}

targets += [
    tests("BindingsTests", in: "Bindings", needs: ["Files", "SQLite", "Crypto", "YAML", "Iconv", "RdKafka", "StreamTestKit"]),
    tests("StreamTests", in: "Stream", needs: ["StreamCore", "StreamEngine", "StreamRuntime", "StreamTestKit"]),
    tests(
        "SimulationTests", in: "Stream",
        needs: ["StreamSimulation", "StreamTestKit", "WorkerHost", "simulate"] + workers.map { .byName(name: $0) }),
    // A process that tests kill, or that kills itself.
    .executableTarget(
        name: "lane-probe", dependencies: ["EmbeddedLog", "SQLiteStore", "StreamRuntime", "StreamTestKit"],
        path: "Tests/Adapters/LaneProbe", swiftSettings: settings),
    tests(
        "AdaptersTests", in: "Adapters",
        needs: ["EmbeddedLog", "SQLiteStore", "SQLite", "Files", "StreamTestKit", "StreamSimulation", "lane-probe"]),
    // Histories that it judges are played by the simulator.
    tests(
        "CreditCheckerTests", in: "Model",
        needs: ["CreditChecker", "CreditModel", "StreamCore", "StreamEngine", "StreamSimulation", "StreamTestKit", "simulate"]),
    tests("CreditModelTests", in: "Model", needs: ["CreditModel", "Crypto", "StreamTestKit"]),
    tests(
        "WorkerHostTests", in: "Host",
        needs: ["WorkerHost", "Telemetry", "CreditModel", "YAML", "StreamTestKit", "StreamSimulation", "KafkaLog"]),
    tests(
        "ChengxinTests", in: "Chengxin",
        needs: ["chengxin", "WorkerHost", "CreditModel", "EmbeddedLog", "StreamCore", "StreamTestKit"]),
    // Attempts to get round the safeguards, in a cluster of all workers in memory.
    tests(
        "SafeguardTests", in: "Chengxin",
        needs: [
            "StreamCore", "StreamEngine", "StreamRuntime", "StreamSimulation", "StreamTestKit", "CreditModel", "CreditChecker",
            "WorkerHost",
            "AllWorkers",
        ]),
    // Starts and ends real brokers and real workers, and stands between them.
    .target(
        name: "BrokerKit", dependencies: ["StreamCore", "StreamEngine", "KafkaLog", "CreditModel", "Files", "Linux"],
        path: "Tests/Integration/BrokerKit", swiftSettings: settings),
    .executableTarget(
        name: "chaos",
        dependencies: ["BrokerKit", "KafkaLog", "RdKafka", "CreditChecker", "CreditModel", "WorkerHost", "AllWorkers", "SampleStory"],
        path: "Tests/Integration/Chaos", swiftSettings: settings),
    tests(
        "IntegrationTests", in: "Integration",
        needs: [
            "BrokerKit", "KafkaLog", "RdKafka", "CreditModel", "CreditChecker", "StreamTestKit", "WorkerHost", "SQLiteStore", "chengxin",
            "AllWorkers", "EmbeddedLog", "SampleStory",
        ]
            + workers.map { .byName(name: "\($0.lowercased())-worker") }),
    tests("ArchitectureTests", in: "Architecture", needs: ["WorkerHost", "YAML", "AllWorkers"] + workers.map { .byName(name: $0) }),
]

let package = Package(
    name: "chengxin",
    products: [
        .executable(name: "chengxin", targets: ["chengxin"]),
        // For Benchmarks/, which measures them.
        .library(
            name: "ChengxinModules",
            targets: [
                "StreamCore", "StreamEngine", "StreamRuntime", "EmbeddedLog", "KafkaLog", "SQLiteStore", "CreditModel", "Crypto", "Linux",
                "WorkerHost",
                "AllWorkers",
            ]
                + workers),
    ],
    targets: targets
)
