import ArgumentParser
import FoundationEssentials
import KernelComparison
import TensorCore

/// Compares kernels with scalar code, and with ggml where it was built, on seeded random cases for a while.
@main
struct FuzzKernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz-kernels",
    abstract: "Compare every kernel with the scalar code (and with ggml) on random cases.",
    discussion: "A case that differs is written to a file, and the exit code is 1.")

  @Option(help: "How long to go on.")
  var seconds = 60.0
  @Option(help: "The seed of the cases (default: another one every time).")
  var seed: UInt64?
  @Option(parsing: .upToNextOption, help: "Only these types.")
  var types: [String] = []
  @Option(help: "A libggml to compare with too: Benchmarks/.peer/libggml-stock.so.")
  var peer: String?
  @Option(help: "The folder for cases that differ.")
  var found = "Fuzz/found"
  @Argument(help: "Files of cases: only these are run.")
  var cases: [String] = []

  func run() throws {
    let peer = try peer.map(Peer.init)
    guard cases.isEmpty else { return try runFiles(peer) }
    var wanted = KernelUnderTest.types
    if !types.isEmpty { wanted = wanted.filter { types.compactMap(ElementType.init(named:)).contains($0) } }
    guard !wanted.isEmpty else { throw ValidationError("there is no kernel to compare") }
    let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    print("seed \(seed), \(seconds) seconds, \(wanted.map(\.name).joined(separator: " "))")
    let generator = Generator(types: wanted)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var number = 0
    var different = 0
    var kinds: Set<String> = []
    while clock.now < end {
      let bytes = generator.bytes(seed: seed, number: number)
      if let first = differences(bytes, peer).first {
        different += 1
        // One file for each operation of each kernel: more of the same would hide the others.
        if kinds.insert(String(first.prefix { $0 != ":" })).inserted {
          print("case \(number) of seed \(seed): \(first)")
          try write(bytes, peer)
        }
      }
      number += 1
    }
    print(
      "\(number) cases, \(peer?.compared ?? 0) of them compared with ggml; \(different) differ, in \(kinds.count) ways")
    if different > 0 { throw ExitCode(1) }
  }

  private func differences(_ bytes: [UInt8], _ peer: Peer?) -> [String] {
    guard let input = FuzzCase(bytes) else { return [] }
    return input.differences() + (peer?.differences(input) ?? [])
  }

  private func write(_ bytes: [UInt8], _ peer: Peer?) throws {
    let short = shortened(bytes) { !differences($0, peer).isEmpty }
    let type = FuzzCase(short)?.type.name ?? "none"
    var hash: UInt32 = 0x811C_9DC5
    for byte in short { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    try FileManager.default.createDirectory(atPath: found, withIntermediateDirectories: true)
    let path = "\(found)/\(type)-\(String(hash, radix: 16)).case"
    try Data(short).write(to: URL(fileURLWithPath: path))
    print("  written to \(path) (\(short.count) bytes): \(differences(short, peer).first ?? "")")
  }

  private func runFiles(_ peer: Peer?) throws {
    var failed = false
    for path in cases {
      let differences = self.differences(Array(try Data(contentsOf: URL(fileURLWithPath: path))), peer)
      print("\(path): \(differences.isEmpty ? "the same" : differences.joined(separator: "\n  "))")
      failed = failed || !differences.isEmpty
    }
    if failed { throw ExitCode(1) }
  }
}
