// swift-tools-version: 6.2
import PackageDescription

// One target per layer; arrows point down only, and a layer never imports a sibling. The build keeps it so:
// `swift build --explicit-target-dependency-import-check error`.
//
//                      cotangent
//                          |
//                   GradientServer
//     +---------+---------+------+--------+------------+-------------+
//     v         v         v      v        v            v             v
// Transport   HTTP1   TensorText Gzip    TLS     RecurrentCell   Derivation
//     |                   |       |       |            |
//   CLinux             CKernels CZlib, COpenSSL  CKernels,
//                               Threads           Threads

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

func layer(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, resources: resources, swiftSettings: settings)
}

/// C that runs only when chosen by CPU at run time. Optimised in debug builds too: tests of 10⁶ numbers go through it. Aligned, so that its speed does not
/// depend on where the linker puts it: the writer of numbers takes 3.1 ns a number or 3.9.
func cLayer(_ name: String) -> Target {
    .target(name: name, cSettings: [.unsafeFlags(["-O3", "-falign-functions=64", "-Wall", "-Wextra", "-Werror"])])
}

let package = Package(
    name: "cotangent",
    products: [.executable(name: "cotangent", targets: ["cotangent"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .executableTarget(
            name: "cotangent",
            dependencies: [
                "GradientServer", "Threads", "Transport", "TLS", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        layer(
            "GradientServer",
            [
                "Threads", "Transport", "HTTP1", "TensorText", "Gzip", "TLS", "RecurrentCell", "Derivation", "CDocuments",
                .product(name: "DequeModule", package: "swift-collections"), .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        layer("Threads"),
        layer("Transport", ["CLinux"]),
        layer("HTTP1"),
        layer("Derivation"),
        layer("TensorText", ["CKernels"]),
        layer("Gzip", ["CZlib", "Threads"]),
        layer("TLS", ["COpenSSL"]),
        layer("RecurrentCell", ["CKernels", "Threads"]),
        cLayer("CKernels"),
        cLayer("CLinux"),
        .target(name: "CDocuments", cSettings: [.unsafeFlags(["-std=c23", "-Wall", "-Wextra", "-Werror"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "TestSupport", dependencies: ["Transport"], path: "Tests/TestSupport", swiftSettings: settings),
        tests(
            of: "GradientServer",
            [
                "TestSupport", "Threads", "Transport", "HTTP1", "TensorText", "Gzip", "TLS", "RecurrentCell", "Derivation",
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.copy("Golden")]),
        .testTarget(
            name: "CommandLineTests", dependencies: ["cotangent", "GradientServer", "TestSupport", "Threads", "Transport"],
            swiftSettings: settings),
        tests(of: "Threads"),
        tests(of: "Transport"),
        tests(of: "HTTP1"),
        tests(of: "Derivation", ["RecurrentCell"]),
        tests(of: "TensorText"),
        tests(of: "Gzip", ["CZlib", "Threads"]),
        tests(of: "TLS", ["COpenSSL"]),
        tests(of: "RecurrentCell", ["Threads"], resources: [.copy("Golden")]),
        tests(of: "CKernels", resources: [.copy("Golden")]),
        .target(name: "FuzzTargets", dependencies: ["HTTP1", "TensorText", "Gzip"], path: "Fuzzing/Targets", swiftSettings: settings),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"], path: "Fuzzing", exclude: ["README.md", "Targets", "Driver", "CFuzzer"],
            sources: ["Tests"],
            resources: [.copy("Corpora")], swiftSettings: settings),
    ]
)

// Benchmarks are built only when asked for: `COTANGENT_BENCHMARKS=1 swift run -c release Benchmarks`. With `peers` in place of 1, and
// Debian's libsimdjson-dev, they show what others take.
if let wish = Context.environment["COTANGENT_BENCHMARKS"] {
    let withPeers = wish == "peers"
    package.targets += [
        .target(name: "Floors", path: "Benchmarks/Floors", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: ["Floors", "CKernels", "GradientServer", "Gzip", "HTTP1", "RecurrentCell", "TensorText"]
                + (withPeers ? ["Peers"] : []),
            path: "Benchmarks/Micro", swiftSettings: settings + (withPeers ? [.define("PEERS")] : [])),
    ]
    if withPeers {
        package.targets.append(
            .target(
                name: "Peers", path: "Benchmarks/Peers", cxxSettings: [.unsafeFlags(["-O3", "-std=c++17", "-Wall", "-Wextra", "-Werror"])],
                linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]))
    }
}

// So is the fuzzer, with everything instrumented for it: see Fuzzing/README.md.
if Context.environment["COTANGENT_FUZZING"] != nil {
    for target in package.targets where target.type == .regular {
        target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer"]))
    }
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzzing/CFuzzer"),
        .executableTarget(
            name: "Fuzzer", dependencies: ["CFuzzer", "FuzzTargets"], path: "Fuzzing/Driver",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ]
}
