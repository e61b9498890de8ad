// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as nobody who builds or uses swift-gguf needs it: programs that measure figures which stand in
// the sources and in formats/. LossMeasurement and TestSupport are links to the folders of the same names in Tests.
let package = Package(
  name: "Measurements",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "swift-gguf", path: "..", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    .target(
      name: "TestSupport", dependencies: [.product(name: "Quantization", package: "swift-gguf")]),
    .target(
      name: "LossMeasurement",
      dependencies: [
        "TestSupport", .product(name: "Kernels", package: "swift-gguf"),
        .product(name: "Quantization", package: "swift-gguf"),
      ]),
    .executableTarget(
      name: "expected-losses",
      dependencies: ["LossMeasurement", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .executableTarget(
      name: "bit-flips", dependencies: [.product(name: "Quantization", package: "swift-gguf")],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
  ]
)
