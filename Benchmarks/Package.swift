// swift-tools-version: 6.0
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
let modules = Target.Dependency.product(name: "ChengxinModules", package: "chengxin")

/// Measures the package beside it. Its own, so that nobody builds it who does not want figures.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "chengxin", path: "..")],
    targets: [
        // The job that every implementation is measured by, as a worker of this engine.
        .target(name: "ReferenceJob", dependencies: [modules], path: "Sources/ReferenceJob", swiftSettings: settings),
        // `make bench`: on the embedded log.
        .executableTarget(
            name: "benchmarks", dependencies: [modules, "ReferenceJob"], path: "Sources/benchmarks", swiftSettings: settings),
        // `make bench-kafka`: on a broker.
        .executableTarget(
            name: "reference-worker", dependencies: [modules, "ReferenceJob"], path: "Sources/reference-worker", swiftSettings: settings),
    ]
)
