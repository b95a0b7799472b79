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

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let httpFields = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpTypes = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "switchyard",
    products: [
        .executable(name: "switchyard", targets: ["switchyard"])
    ],
    dependencies: [
        // The command line: parsing, help and completions.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // YAML with the position of every node, which diagnostics need.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        // SQLite for the event log and for the sql.* tools.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // HTTP with TLS, HTTP/2 and pooling for the http.* tools.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // Its API speaks in NIO's buffers and headers; the sockets of runs and the tests' server are made of it.
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        // The HTTP server of the simulator.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        // Its API speaks in these fields and logs through this.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.5.0"),
        // Processes with a clean signal mask, their own session and a teardown sequence.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        // File paths in swift-subprocess's API.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        // Objects that keep the order their author wrote.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // What telemetry is told through: spans and metrics, for any back end.
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // The messages of OpenTelemetry's protocol. Of the runtime, without its parts for files.
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    ],
    targets: [
        .target(
            name: "SwitchyardCore", dependencies: [orderedCollections],
            resources: [.embedInCode("Models/models.json")], swiftSettings: settings
        ),
        .target(
            name: "SwitchyardYAML", dependencies: ["SwitchyardCore", orderedCollections, yams], swiftSettings: settings),
        .target(
            name: "SwitchyardEngine", dependencies: ["SwitchyardCore", heap, orderedCollections],
            swiftSettings: settings),
        .target(
            name: "SwitchyardSimulation", dependencies: ["SwitchyardCore", "SwitchyardEngine", orderedCollections],
            swiftSettings: settings),
        .target(
            name: "SwitchyardStore", dependencies: ["SwitchyardCore", grdb, orderedCollections], swiftSettings: settings
        ),
        .target(
            name: "SwitchyardTools",
            dependencies: [
                "SwitchyardCore", asyncHTTPClient, grdb, httpTypes, nio, nioPosix, orderedCollections, subprocess,
                system,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SwitchyardProviders",
            dependencies: ["SwitchyardCore", asyncHTTPClient, httpTypes, nio, nioPosix, orderedCollections],
            swiftSettings: settings
        ),
        .target(
            name: "SwitchyardSimulator",
            dependencies: [
                "SwitchyardCore", "SwitchyardYAML", httpFields, hummingbird, logging, nio, orderedCollections,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SwitchyardTelemetry",
            dependencies: ["SwitchyardCore", asyncHTTPClient, httpTypes, metrics, nio, protobuf, tracing],
            exclude: ["Generated/README.md"], swiftSettings: settings
        ),
        .target(
            name: "SwitchyardControl", dependencies: ["SwitchyardCore", nio, nioPosix], swiftSettings: settings),
        .target(name: "TerminalUI", swiftSettings: settings),
        .target(
            name: "SwitchyardDashboard", dependencies: ["SwitchyardCore", "TerminalUI", orderedCollections],
            swiftSettings: settings),
        .target(
            name: "CNCurses",
            cSettings: [.define("_XOPEN_SOURCE", to: "700"), .define("_DEFAULT_SOURCE")],
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo", .when(platforms: [.linux]))]
        ),
        .target(name: "NCursesTerminal", dependencies: ["CNCurses", "TerminalUI"], swiftSettings: settings),
        .target(
            name: "SwitchyardCommands",
            dependencies: [
                "NCursesTerminal", "SwitchyardControl", "SwitchyardCore", "SwitchyardDashboard", "SwitchyardEngine",
                "SwitchyardProviders", "SwitchyardSimulation", "SwitchyardSimulator", "SwitchyardStore",
                "SwitchyardTelemetry", "SwitchyardTools", "SwitchyardYAML", "TerminalUI", argumentParser,
                orderedCollections, yams,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "switchyard", dependencies: ["SwitchyardCommands", argumentParser], swiftSettings: settings
        ),
        .target(
            name: "SwitchyardTestSupport", dependencies: ["SwitchyardCore", "TerminalUI", orderedCollections],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardCoreTests", dependencies: ["SwitchyardCore", orderedCollections], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardYAMLTests",
            dependencies: ["SwitchyardCore", "SwitchyardYAML", orderedCollections],
            exclude: ["Fixtures"], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardSimulationTests",
            dependencies: ["SwitchyardCore", "SwitchyardEngine", "SwitchyardSimulation", orderedCollections],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardProvidersTests",
            dependencies: [
                "SwitchyardCore", "SwitchyardProviders", "SwitchyardTestSupport", httpTypes, nio, nioPosix,
                orderedCollections,
            ],
            exclude: ["Fixtures"], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardSimulatorTests",
            dependencies: ["SwitchyardCore", "SwitchyardSimulator", nio, nioPosix, orderedCollections],
            exclude: ["Golden"], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardTelemetryTests",
            dependencies: [
                "SwitchyardCore", "SwitchyardTelemetry", "SwitchyardTestSupport", httpTypes, inMemoryTracing, metrics,
                nio, nioPosix, protobuf, tracing,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardControlTests", dependencies: ["SwitchyardControl", "SwitchyardCore"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardStoreTests",
            dependencies: ["SwitchyardCore", "SwitchyardStore", "SwitchyardTestSupport", grdb, orderedCollections],
            exclude: ["Golden"], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardToolsTests",
            dependencies: [
                "SwitchyardCore", "SwitchyardTestSupport", "SwitchyardTools", grdb, httpTypes, nio, nioPosix,
                orderedCollections,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TerminalUITests", dependencies: ["SwitchyardTestSupport", "TerminalUI"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NCursesTerminalTests", dependencies: ["NCursesTerminal", "TerminalUI"], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardDashboardTests",
            dependencies: [
                "SwitchyardCore", "SwitchyardDashboard", "SwitchyardTestSupport", "TerminalUI", orderedCollections,
            ],
            exclude: ["Golden"], swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardCommandsTests",
            dependencies: [
                "SwitchyardCommands", "SwitchyardCore", "SwitchyardDashboard", "SwitchyardTools", "SwitchyardYAML",
                orderedCollections,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchyardEngineTests",
            dependencies: ["SwitchyardCore", "SwitchyardEngine", "SwitchyardTestSupport", orderedCollections],
            swiftSettings: settings
        ),
    ]
)
