// swift-tools-version: 6.2
import PackageDescription

// A package of its own: what the figures in formats/ were measured with.
let package = Package(
  name: "Measurements",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-gguf", path: "..")],
  targets: [
    .executableTarget(
      name: "bit-flips", dependencies: [.product(name: "Quantization", package: "swift-gguf")],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))])
  ]
)
