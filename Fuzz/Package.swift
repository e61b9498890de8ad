// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nobody who builds or uses swift-gguf needs it. KernelComparison and TestSupport are links to the
// folders of the same names in Tests.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "swift-gguf", path: ".."),
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
    // libFuzzer has the main function: swift build --package-path Fuzz --product fuzz-kernels-libfuzzer --sanitize fuzzer
    .executableTarget(
      name: "fuzz-kernels-libfuzzer", dependencies: ["KernelComparison"],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
  ]
)
