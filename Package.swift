// swift-tools-version: 6.2
import PackageDescription

/// Where changes are judged nothing may be warned of.
let warningsAreErrors: [SwiftSetting] =
    Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// One set of rules for every target: language mode 6 with the upcoming features that make imports, existentials and
/// isolation explicit.
let strict: [SwiftSetting] =
    warningsAreErrors + [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]

/// The modules that touch every sample are optimised in debug builds too: unoptimised SIMD code is two orders of
/// magnitude slower, and the tests and the demonstration run whole recordings through it.
let perSample: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-O"], .when(configuration: .debug))
    ]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict,
    exclude: [String] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: settings)
}

let package = Package(
    name: "ecg-net",
    platforms: [.macOS(.v15)],
    products: [
        // What a maker of devices takes.
        .library(name: "ECGDevice", targets: ["ECGDevice"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        // The alert commands speak HTTP, event streams among it, to a server that may be elsewhere, and the server sends
        // webhooks; Foundation's client cannot stream on Linux.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CProcessor"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        // The encoder of codec 2 as a device's maker may take it; the tests hold it to the same bytes.
        .target(name: "CECGEncoder", linkerSettings: [.linkedLibrary("z")]),
        // What browsers run, as C arrays: the program carries its console and stands alone.
        .target(name: "CConsole", exclude: ["README.md", "index.html", "icon.svg", "styles", "scripts"]),
        module("ECGModel", settings: perSample),
        module("ECGSignal", ["ECGModel", "CProcessor"], settings: perSample),
        module(
            "ECGTriage", ["ECGModel"], settings: perSample, exclude: ["TRIAGE.md", "operating-curve.svg"]),
        module(
            "ECGWire",
            [
                "ECGModel", "CZlib", "CDeflate",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], settings: perSample, exclude: ["PROTOCOL.md", "DEVICE.md", "Messages/ecgwire.proto"]),
        module(
            "ECGDevice",
            [
                "ECGModel", "ECGWire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]),
        module("ECGFormats", ["ECGModel"], settings: perSample),
        module("ECGSimulator", ["ECGModel"], settings: perSample),
        module(
            "ECGAccuracy", ["ECGModel", "ECGSignal", "ECGTriage", "ECGFormats", "ECGSimulator"], settings: perSample),
        module(
            "ECGStore",
            [
                "ECGModel",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        module(
            "ECGServer",
            [
                "CConsole", "ECGModel", "ECGSignal", "ECGTriage", "ECGWire", "ECGFormats", "ECGStore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "X509", package: "swift-certificates"),
            ], exclude: ["Escalation/ESCALATION.md", "Figures/FIGURES.md", "HTTP/API.md", "Ingest/CAPACITY.md"]),
        .executableTarget(
            name: "ecgnet",
            dependencies: [
                "CZlib", "ECGModel", "ECGSignal", "ECGTriage", "ECGWire", "ECGDevice", "ECGFormats", "ECGSimulator",
                "ECGStore", "ECGServer", "ECGAccuracy",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        tests(of: "ECGModel"),
        .target(name: "CMallocCount", path: "Tests/CMallocCount"),
        .target(name: "CSyncLog", path: "Tests/CSyncLog"),
        .target(name: "CNetworkNamespace", path: "Tests/CNetworkNamespace"),
        // What the beat detector's network is fitted to; see Tests/Fitting/README.md. Not a product that is installed.
        .executableTarget(
            name: "dump-candidates", dependencies: ["ECGModel", "ECGSignal", "ECGFormats", "ECGSimulator"],
            path: "Tests/Fitting/CandidateDump", swiftSettings: perSample),
        tests(of: "ECGSignal", ["CMallocCount", "ECGModel", "ECGSimulator", "ECGFormats"], settings: perSample),
        tests(of: "ECGTriage", ["ECGModel", "ECGSignal", "ECGSimulator"]),
        tests(
            of: "ECGWire",
            [
                "ECGModel", "ECGFormats", "ECGSimulator", "CZlib", "CECGEncoder",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        tests(
            of: "ECGDevice",
            [
                "CSyncLog", "ECGModel", "ECGWire", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests(of: "ECGFormats", ["ECGModel"]),
        tests(of: "ECGSimulator", ["ECGModel"]),
        tests(of: "ECGAccuracy", ["ECGModel", "ECGFormats", "ECGSimulator"]),
        tests(of: "ECGStore", ["ECGModel", "ECGSimulator", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(
            of: "ECGServer",
            [
                "ECGModel", "ECGWire", "ECGDevice", "ECGFormats", "ECGStore", "ECGTriage", "ECGSimulator",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "ecgnet", "ECGModel", "ECGDevice", "ECGTriage", "ECGWire", "ECGFormats", "ECGSimulator", "ECGStore",
                "ECGServer", "CNetworkNamespace",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: strict),
    ]
)
