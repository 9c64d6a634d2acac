// swift-tools-version: 6.0
import PackageDescription

/// Measures the package beside it. Its own, so that nobody builds it who does not want figures.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "chengxin", path: "..")],
    targets: [
        .executableTarget(
            name: "benchmarks",
            dependencies: [.product(name: "ChengxinModules", package: "chengxin")],
            path: "Sources/benchmarks",
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")])
    ]
)
