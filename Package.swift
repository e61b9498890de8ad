// swift-tools-version: 6.2
import PackageDescription

/// Every target but the tests: memory safety is checked by the compiler and a warning stops the build.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
/// An HTTP client, where the trait HTTP is enabled.
let httpClient: [Target.Dependency] = [
  .product(name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["HTTP"])),
  .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["HTTP"])),
  .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["HTTP"])),
  .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["HTTP"])),
  .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["HTTP"])),
]
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "swift-gguf",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "gguf", targets: ["gguf"]),
    // Each with the modules whose types stand in its interface.
    .library(name: "GGUF", targets: ["GGUF", "TensorCore"]),
    .library(name: "Safetensors", targets: ["Safetensors", "FileAccess", "TensorCore"]),
    .library(name: "Tokenizers", targets: ["Tokenizers", "GGUF", "StrictJSON", "TensorCore"]),
    .library(name: "Quantization", targets: ["Quantization", "TensorCore"]),
    .library(name: "Kernels", targets: ["Kernels", "TensorCore"]),
    .library(name: "Verification", targets: ["Verification", "Kernels", "TensorCore"]),
    .library(name: "Reports", targets: ["Reports", "Inspection", "Verification", "Kernels", "TensorCore"]),
    .library(name: "Checkpoints", targets: ["Checkpoints", "FileAccess", "RawCheckpoint", "TensorCore"]),
    .library(
      name: "Inspection",
      targets: [
        "Inspection", "Checkpoints", "Digests", "GGUF", "Kernels", "Quantization", "TensorCore", "Verification",
      ]),
    .library(name: "Validation", targets: ["Validation", "FileAccess", "Kernels", "StrictYAML", "TensorCore"]),
    .library(name: "Importance", targets: ["Importance", "TensorCore"]),
    .library(name: "Hessians", targets: ["Hessians", "TensorCore"]),
    .library(name: "Architectures", targets: ["Architectures", "GGUF", "TensorCore"]),
    .library(
      name: "Conversion",
      targets: [
        "Conversion", "Checkpoints", "FileAccess", "GGUF", "Kernels", "Quantization", "RawCheckpoint", "Recipes",
        "StrictYAML", "TensorCore", "Verification",
      ]),
    .library(name: "Recipes", targets: ["Recipes", "StrictYAML", "TensorCore"]),
  ],
  traits: [
    .trait(
      name: "HTTP",
      description: "Reads headers of models behind URLs (gguf inspect https://...), with async-http-client."),
    .default(enabledTraits: ["HTTP"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
  ],
  targets: [
    .target(name: "TensorCore", swiftSettings: strict),
    .target(name: "StrictJSON", dependencies: ["TensorCore"], swiftSettings: strict),
    // YAML as configurations and recipes need it, and the regular expressions in them.
    .target(name: "StrictYAML", dependencies: ["TensorCore", yams], swiftSettings: strict),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(name: "FileAccess", dependencies: ["TensorCore", "CZstd", system], swiftSettings: strict),
    // Files behind URLs, read by ranges. Without the trait HTTP it has everything but the client.
    .target(
      name: "RemoteAccess", dependencies: ["TensorCore", "FileAccess", system] + httpClient, swiftSettings: strict),
    .target(
      name: "Safetensors", dependencies: ["TensorCore", "FileAccess", "StrictJSON", system],
      swiftSettings: strict),
    .target(
      name: "RawCheckpoint", dependencies: ["TensorCore", "FileAccess", "StrictJSON", system],
      swiftSettings: strict),
    .target(
      name: "GGUF", dependencies: ["TensorCore", "FileAccess", "StrictJSON", system], swiftSettings: strict),
    // What the files of a Hugging Face tokenizer become in a GGUF file.
    .target(
      name: "Tokenizers", dependencies: ["TensorCore", "StrictJSON", "FileAccess", "GGUF", "Digests"],
      swiftSettings: strict),
    .target(name: "Quantization", dependencies: ["TensorCore"], swiftSettings: strict),
    // One source for all instruction sets: clang's vector types, compiled behind `target` attributes.
    .target(name: "CKernels"),
    .target(name: "Kernels", dependencies: ["CKernels", "TensorCore"], swiftSettings: strict),
    // Opens any checkpoint, and hands its tensors out in chunks to several threads.
    .target(
      name: "Checkpoints",
      dependencies: [
        "TensorCore", "FileAccess", "Safetensors", "RawCheckpoint", "GGUF", "Quantization", "Kernels", system,
      ],
      swiftSettings: strict),
    .target(
      name: "Inspection",
      dependencies: [
        "TensorCore", "StrictJSON", "FileAccess", "Safetensors", "GGUF", "Quantization", "Kernels", "Checkpoints",
        "Digests", "Verification", system,
      ],
      swiftSettings: strict),
    // Rules, and what files break of them.
    .target(
      name: "Validation",
      dependencies: [
        "TensorCore", "StrictJSON", "StrictYAML", "FileAccess", "Safetensors", "GGUF", "Quantization", "Kernels",
        "Checkpoints", "Digests", "Inspection", "Verification", system,
      ],
      swiftSettings: strict),
    // Which type each tensor of a model gets: presets, and recipes.
    .target(name: "Recipes", dependencies: ["TensorCore", "StrictYAML"], swiftSettings: strict),
    .target(name: "Importance", dependencies: ["TensorCore", "FileAccess", "GGUF"], swiftSettings: strict),
    .target(name: "Hessians", dependencies: ["TensorCore", "FileAccess", "Safetensors"], swiftSettings: strict),
    .target(name: "Digests", dependencies: ["TensorCore", crypto], swiftSettings: strict),
    .target(name: "Verification", dependencies: ["TensorCore", "Quantization", "Kernels"], swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["TensorCore", "Digests", "Inspection", "Verification"],
      resources: [
        "report.css", "values.js", "chart.js", "table.js",
        "report.html", "bars.js", "heatmap.js", "histogram.js", "tensors.js", "page.js",
        "checkpoint.html", "checkpoint.css", "treemap.js", "statistics.js", "metadata.js", "checkpoint.js",
      ].map { .embedInCode("Resources/\($0)") },
      swiftSettings: strict),
    // What models of a Hugging Face folder are in GGUF.
    .target(
      name: "Architectures",
      dependencies: [
        "TensorCore", "StrictJSON", "StrictYAML", "FileAccess", "GGUF", "Quantization", "Checkpoints", "Tokenizers",
        system,
      ],
      swiftSettings: strict),
    .target(
      name: "Conversion",
      dependencies: [
        "TensorCore", "FileAccess", "Safetensors", "RawCheckpoint", "GGUF", "Quantization", "Kernels", "Checkpoints",
        "Digests", "Hessians", "Importance", "Recipes", "Verification", system,
      ],
      swiftSettings: strict),
    .target(
      name: "GGUFCommands",
      dependencies: [
        "TensorCore", "FileAccess", "Safetensors", "RawCheckpoint", "GGUF", "Quantization", "Kernels",
        "Checkpoints", "Inspection", "Digests", "Verification", "Validation", "Reports", "Recipes", "StrictYAML",
        "Conversion", "Architectures", "Hessians", "Importance", "RemoteAccess", argumentParser, system,
      ],
      swiftSettings: strict),
    .executableTarget(name: "gguf", dependencies: ["GGUFCommands"], swiftSettings: strict),

    .target(name: "TestSupport", dependencies: ["TensorCore"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorCoreTests", dependencies: ["TensorCore", "TestSupport"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON", "TestSupport"]),
    .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML", "TestSupport"]),
    // Files compressed with Zstandard that tests make.
    .target(
      name: "ZstandardFrames", dependencies: ["TensorCore", "TestSupport", "CZstd"], path: "Tests/ZstandardFrames"),
    .testTarget(
      name: "FileAccessTests", dependencies: ["ZstandardFrames", "FileAccess", "TensorCore", "TestSupport", system]),
    // A server on this machine that does what a test wants, right or wrong.
    .target(
      name: "HTTPServer", dependencies: ["TestSupport"] + httpClient, path: "Tests/HTTPServer", exclude: ["Certificate"]
    ),
    .testTarget(
      name: "RemoteAccessTests",
      dependencies: [
        "RemoteAccess", "Checkpoints", "HTTPServer", "TestSupport", "ZstandardFrames", "FileAccess", "TensorCore",
      ]
        + httpClient),
    .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TensorCore", "StrictJSON", "TestSupport"]),
    .testTarget(name: "RawCheckpointTests", dependencies: ["RawCheckpoint", "TensorCore", "TestSupport"]),
    .testTarget(name: "GGUFTests", dependencies: ["GGUF", "TensorCore", "TestSupport"]),
    .testTarget(
      name: "TokenizersTests",
      dependencies: ["ParserChecks", "Tokenizers", "Digests", "GGUF", "StrictJSON", "TensorCore", "TestSupport"],
      exclude: ["Samples"]),
    .testTarget(name: "QuantizationTests", dependencies: ["Quantization", "TensorCore", "TestSupport"]),
    // What the tests and the fuzzer (Fuzz/) have in common.
    .target(
      name: "KernelComparison", dependencies: ["Kernels", "Quantization", "TensorCore", "TestSupport"],
      path: "Tests/KernelComparison"),
    .testTarget(
      name: "KernelsTests", dependencies: ["KernelComparison", "Kernels", "Quantization", "TensorCore", "TestSupport"],
      exclude: ["Cases"]),
    // What the tests and the package Measurements/ have in common.
    .target(
      name: "LossMeasurement", dependencies: ["Kernels", "Quantization", "TensorCore", "TestSupport"],
      path: "Tests/LossMeasurement"),
    .testTarget(
      name: "VerificationTests",
      dependencies: ["LossMeasurement", "Verification", "Kernels", "Quantization", "TensorCore", "TestSupport"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "MemoryCheckpoints", "Reports", "Inspection", "Verification", "Kernels", "TensorCore", "TestSupport",
      ]),
    // Checkpoints that tests make in memory.
    .target(
      name: "MemoryCheckpoints", dependencies: ["Checkpoints", "GGUF", "Quantization", "TensorCore"],
      path: "Tests/MemoryCheckpoints"),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: [
        "MemoryCheckpoints", "ZstandardFrames", "Checkpoints", "GGUF", "Safetensors", "RawCheckpoint", "TensorCore",
        "TestSupport",
      ]),
    .testTarget(
      name: "InspectionTests",
      dependencies: [
        "MemoryCheckpoints", "Inspection", "Checkpoints", "Digests", "GGUF", "Safetensors", "Quantization", "Kernels",
        "TensorCore", "TestSupport", "Verification",
      ]),
    // What holds of every file that is read: what the tests and the fuzzers (Fuzz/) have in common.
    .target(
      name: "ParserChecks",
      dependencies: [
        "Architectures", "FileAccess", "GGUF", "Kernels", "RawCheckpoint", "Safetensors", "StrictYAML", "TensorCore",
        "Tokenizers", "Validation",
      ],
      path: "Tests/ParserChecks"),
    .testTarget(
      name: "ValidationTests",
      dependencies: [
        "MemoryCheckpoints", "ParserChecks", "ZstandardFrames", "Validation", "Checkpoints", "Digests", "FileAccess",
        "GGUF", "Safetensors", "StrictYAML", "Quantization", "Kernels", "TensorCore", "TestSupport",
      ]),
    .testTarget(
      name: "ImportanceTests", dependencies: ["MemoryCheckpoints", "Importance", "GGUF", "TensorCore", "TestSupport"]),
    .testTarget(
      name: "HessiansTests",
      dependencies: ["MemoryCheckpoints", "Hessians", "Safetensors", "TensorCore", "TestSupport"]),
    .testTarget(name: "RecipesTests", dependencies: ["Recipes", "StrictYAML", "TensorCore", "TestSupport"]),
    .testTarget(name: "DigestsTests", dependencies: ["Digests", "TensorCore", "TestSupport"]),
    .testTarget(
      name: "ArchitecturesTests",
      dependencies: [
        "MemoryCheckpoints", "ParserChecks", "Architectures", "Checkpoints", "GGUF", "StrictJSON", "TensorCore",
        "TestSupport",
      ]),
    .testTarget(
      name: "ConversionTests",
      dependencies: [
        "MemoryCheckpoints", "ZstandardFrames", "Conversion", "Checkpoints", "GGUF", "Safetensors", "RawCheckpoint",
        "Recipes", "Quantization", "Kernels", "Verification", "FileAccess", "TensorCore", "TestSupport", "Hessians",
      ]),
    .testTarget(
      name: "GGUFCommandsTests",
      dependencies: ["GGUFCommands", "GGUF", "Reports", "TensorCore", "TestSupport", "Validation"]),
    .testTarget(
      name: "CLITests", dependencies: ["gguf", "HTTPServer", "Kernels", "TensorCore", "TestSupport"],
      exclude: ["Golden"]),
  ]
)
