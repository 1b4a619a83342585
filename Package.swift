// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

// `make fuzz` builds with libFuzzer, in a folder of its own; a plain build knows nothing of it.
let isFuzzing = Context.environment["TAPEDECK_FUZZ"] == "1"

// A C library of Debian: a module map, nothing of our own. Each is imported by one Swift target.
func debian(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["CFuzzer", "Fuzzing"], swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "tapedeck",
    products: [.executable(name: "tapedeck", targets: ["tapedeck"])],
    targets: [
        debian("CCrypto", "libcrypto", "libssl-dev"),
        debian("CDeflate", "libdeflate", "libdeflate-dev"),
        debian("CJemalloc", "jemalloc", "libjemalloc-dev"),
        debian("CMongoC", "libmongoc-1.0", "libmongoc-dev"),
        debian("CRDKafka", "rdkafka", "librdkafka-dev"),
        debian("CWebSockets", "libwebsockets", "libwebsockets-dev"),
        debian("CZlib", "zlib", "zlib1g-dev"),

        // Foundations, in the order in which they build on one another.
        library("Heap", ["CJemalloc"]),
        library("JSONText"),
        library("Digest", ["CCrypto"]),
        library("Diagnostics", ["JSONText"]),
        library("TradeModel", ["JSONText"]),
        library("Tape", ["CDeflate", "CZlib", "JSONText", "TradeModel"]),
        library("CProducer", ["CRDKafka"]),
        library("Kafka", ["CProducer", "CRDKafka"]),
        library("Mongo", ["CMongoC", "Diagnostics"]),
        library("WebSocket", ["CWebSockets"]),
        library("Forecast", ["Digest", "JSONText", "TradeModel"]),

        // What the project exists for.
        library("Replayer", ["Diagnostics", "JSONText", "Kafka", "Tape", "TradeModel", "WebSocket"]),
        library("Recorder", ["Diagnostics", "JSONText", "Kafka", "Replayer", "Tape", "TradeModel", "WebSocket"]),
        library("Pipeline", ["Diagnostics", "Digest", "Forecast", "JSONText", "Kafka", "Mongo", "TradeModel"]),
        library("Backtest", ["Digest", "Forecast", "JSONText", "Tape", "TradeModel"]),
        library("Simulator", ["Digest", "Tape", "TradeModel"]),

        // Servers for demo and tests.
        library("CSandbox"),
        library("Sandbox", ["CSandbox", "Kafka", "Mongo"]),

        program(
            "tapedeck",
            [
                "Backtest", "Diagnostics", "Forecast", "Heap", "JSONText", "Kafka", "Mongo", "Pipeline", "Recorder",
                "Replayer", "Sandbox", "Simulator", "Tape", "TradeModel", "WebSocket",
            ]),

        // What a figure is compared with is the least that the C library can do, in C.
        program("ProduceLoop", ["CRDKafka"]),
        library("CMongoBenchPeer", ["CMongoC"]),
        program(
            "Benchmarks",
            [
                "CMongoBenchPeer", "Forecast", "Heap", "Kafka", "Mongo", "Pipeline", "Recorder", "Replayer",
                "Simulator", "Tape", "TradeModel", "WebSocket",
            ]),

        // What must hold whatever bytes come, for fuzzers and regression tests.
        library("Fuzzing", ["Tape", "TradeModel"]),

        .target(
            name: "TestSupport", dependencies: ["Kafka", "Mongo", "Sandbox"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("BacktestTests", ["Backtest", "Forecast", "Simulator", "Tape", "TradeModel"]),
        tests("CommandLineTests", ["Kafka", "Tape", "TestSupport", "TradeModel", "tapedeck"]),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("DigestTests", ["Digest"]),
        tests("ForecastTests", ["Digest", "Forecast", "TradeModel"]),
        tests("FuzzingTests", ["Fuzzing", "TestSupport", "TradeModel"]),
        tests("JSONTextTests", ["JSONText"]),
        tests("KafkaTests", ["Kafka", "Sandbox", "TestSupport"]),
        tests("MongoTests", ["Mongo", "Sandbox", "TestSupport"]),
        tests(
            "PipelineTests",
            ["Diagnostics", "Forecast", "JSONText", "Kafka", "Mongo", "Pipeline", "TestSupport", "TradeModel"]),
        tests(
            "RecorderTests",
            [
                "Diagnostics", "JSONText", "Kafka", "Recorder", "Replayer", "Sandbox", "Tape", "TestSupport",
                "TradeModel", "WebSocket",
            ]),
        tests(
            "ReplayerTests",
            ["Diagnostics", "Kafka", "Replayer", "Sandbox", "Tape", "TestSupport", "TradeModel", "WebSocket"]),
        tests("SandboxTests", ["Mongo", "Sandbox", "TestSupport"]),
        tests("SimulatorTests", ["Simulator", "Tape", "TestSupport", "TradeModel"]),
        tests("TapeTests", ["JSONText", "Tape", "TradeModel"]),
        tests("TradeModelTests", ["TestSupport", "TradeModel"]),
        tests("WebSocketTests", ["TestSupport", "WebSocket"]),
    ] + (isFuzzing ? [library("CFuzzer"), fuzzer("FrameDecoderFuzzer"), fuzzer("TapeReaderFuzzer")] : []),
    swiftLanguageModes: [.v6]
)
