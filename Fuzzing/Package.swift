// swift-tools-version: 6.2

import PackageDescription

/// What every Switchyard target is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// Core and YAML are links to the sources of the package above, so that they belong to this package: their API is
// `package`, and only a package's own targets may be built with the fuzzer's instrumentation.
let package = Package(
    name: "switchyard-fuzzing",
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .target(name: "CLibFuzzer"),
        .target(
            name: "SwitchyardCore", dependencies: [orderedCollections],
            resources: [.embedInCode("Models/models.json")], swiftSettings: settings),
        .target(
            name: "SwitchyardYAML", dependencies: ["SwitchyardCore", orderedCollections, yams], swiftSettings: settings),
        .executableTarget(
            name: "FuzzExpression", dependencies: ["CLibFuzzer", "SwitchyardCore"], swiftSettings: settings),
        .executableTarget(
            name: "FuzzPipeline", dependencies: ["CLibFuzzer", "SwitchyardCore", "SwitchyardYAML"],
            swiftSettings: settings),
        .executableTarget(name: "FuzzShell", dependencies: ["CLibFuzzer", "SwitchyardCore"], swiftSettings: settings),
        .executableTarget(name: "ShellOracle", dependencies: ["SwitchyardCore"], swiftSettings: settings),
    ]
)
