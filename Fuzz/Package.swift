// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nobody who builds or uses swift-gguf needs it. KernelComparison, ParserChecks and TestSupport are
// links to the folders of the same names in Tests.

/// What is fuzzed with libFuzzer, which has the main function: run.sh builds and runs these.
let parsers = [
  "gguf", "safetensors", "shard-index", "raw-description", "zstandard", "chat-template", "configuration",
  "tokenizer-definition", "sentencepiece", "model-config",
]

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "swift-gguf", path: "..", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    .target(
      name: "TestSupport", dependencies: [.product(name: "Quantization", package: "swift-gguf")]),
    .target(
      name: "KernelComparison",
      dependencies: [
        "TestSupport", .product(name: "Kernels", package: "swift-gguf"),
        .product(name: "Quantization", package: "swift-gguf"),
      ]),
    .executableTarget(
      name: "fuzz-kernels",
      dependencies: [
        "KernelComparison", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "mutate-headers",
      dependencies: [
        "ParserChecks", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GGUF", package: "swift-gguf"), .product(name: "Safetensors", package: "swift-gguf"),
      ]),
    .target(
      name: "ParserChecks",
      dependencies: [
        .product(name: "GGUF", package: "swift-gguf"), .product(name: "Safetensors", package: "swift-gguf"),
        .product(name: "Validation", package: "swift-gguf"), .product(name: "Conversion", package: "swift-gguf"),
        .product(name: "Tokenizers", package: "swift-gguf"), .product(name: "Architectures", package: "swift-gguf"),
      ],
      swiftSettings: [.define("FUZZ_PACKAGE")]),
  ]
    + (["kernels-libfuzzer"] + parsers).map { name in
      .executableTarget(
        name: "fuzz-\(name)", dependencies: [parsers.contains(name) ? "ParserChecks" : "KernelComparison"],
        swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    }
)
