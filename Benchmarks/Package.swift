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

let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

// The Switchyard targets are links to the sources of the package above, so that they belong to this package: their
// API is `package`.
let package = Package(
    name: "switchyard-benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .target(
            name: "SwitchyardCore", dependencies: [orderedCollections],
            resources: [.embedInCode("Models/models.json")], swiftSettings: settings
        ),
        .target(
            name: "SwitchyardEngine", dependencies: ["SwitchyardCore", heap, orderedCollections],
            swiftSettings: settings),
        .target(
            name: "SwitchyardStore", dependencies: ["SwitchyardCore", grdb, orderedCollections],
            swiftSettings: settings),
        .target(
            name: "SwitchyardProviders",
            dependencies: ["SwitchyardCore", asyncHTTPClient, httpTypes, nio, nioPosix, orderedCollections],
            swiftSettings: settings),
        // The tools that run processes; no figure here needs the others.
        .target(
            name: "SwitchyardTools", dependencies: ["SwitchyardCore", orderedCollections, subprocess, system],
            sources: ["Files", "Processes", "Text.swift", "Tools/ProcessTool.swift", "Tools/ShellTool.swift"],
            swiftSettings: settings),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "SwitchyardCore", "SwitchyardEngine", "SwitchyardProviders", "SwitchyardStore", "SwitchyardTools",
                argumentParser, asyncHTTPClient, httpTypes, nio, orderedCollections, sqlite, subprocess,
            ], swiftSettings: settings),
    ]
)
