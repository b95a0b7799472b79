// swift-tools-version: 6.2

import PackageDescription

/// What every Switchyard target is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

// The targets are links to the sources of the package above. `Synchronization` stands in the place of the standard
// library's module of that name.
let package = Package(
    name: "switchyard",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "Synchronization"),
        .target(
            name: "SwitchyardCore", dependencies: ["Synchronization", orderedCollections],
            resources: [.embedInCode("Models/models.json")], swiftSettings: settings),
        .target(
            name: "SwitchyardEngine", dependencies: ["SwitchyardCore", "Synchronization", heap, orderedCollections],
            swiftSettings: settings),
        .target(
            name: "SwitchyardStore",
            dependencies: ["SwitchyardCore", "Synchronization", grdb, orderedCollections], swiftSettings: settings),
        .target(name: "TerminalUI", swiftSettings: settings),
        .target(
            name: "SwitchyardTestSupport",
            dependencies: ["SwitchyardCore", "Synchronization", "TerminalUI", orderedCollections],
            swiftSettings: settings),
        .testTarget(
            name: "SwitchyardEngineTests",
            dependencies: [
                "SwitchyardCore", "SwitchyardEngine", "SwitchyardTestSupport", "Synchronization", orderedCollections,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SwitchyardStoreTests",
            dependencies: [
                "SwitchyardCore", "SwitchyardStore", "SwitchyardTestSupport", "Synchronization", grdb,
                orderedCollections,
            ],
            exclude: ["Golden"], swiftSettings: settings),
    ]
)
