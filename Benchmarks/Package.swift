// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nobody who builds or uses swift-gguf needs it.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "swift-gguf", path: "..", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    .target(name: "PlainLoops"),
    .executableTarget(
      name: "benchmark-kernels",
      dependencies: [
        "PlainLoops",
        .product(name: "Kernels", package: "swift-gguf"),
        .product(name: "Quantization", package: "swift-gguf"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "make-checkpoint"),
  ]
)
