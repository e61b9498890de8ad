import ArgumentParser
import Glibc
import Kernels
import Quantization
import TensorCore

/// Measures every kernel of every set against its peers, on one thread.
@main
struct BenchmarkKernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark-kernels",
    abstract: "Measure every kernel against ggml, on one thread, after checking that both produce the same bytes.")

  @Option(help: "The folder with the libraries that peer.py builds.")
  var peer = "Benchmarks/.peer"
  @Option(parsing: .upToNextOption, help: "The types to measure (default: all that have a kernel).")
  var types: [String] = []
  @Option(help: "Seconds for each type and operation.")
  var seconds = 1.0
  @Option(help: "Where to write the results as JSON.")
  var json: String?

  func run() throws {
    let libraries = try [GGML(name: "stock", folder: peer), GGML(name: "recompiled", folder: peer)]
    var wanted: [ElementType] = []
    for name in types {
      guard let type = ElementType(named: name) else { throw ValidationError("no such type: \(name)") }
      wanted.append(type)
    }
    // 128 MiB of weights, several times the caches.
    let buffers = Buffers(rows: Rows(count: 8_192, length: 4_096))
    let measured = (wanted.isEmpty ? ElementType.allCases : wanted).map { type in
      Competition(
        type: type, peers: libraries.compactMap { $0.peer(type) } + [PlainLoop.peer(type)].compactMap { $0 },
        kernels: KernelSet.supported.compactMap { set in set.kernel(for: type).map { (set.name, $0) } },
        buffers: buffers)
    }
    var results = Results()
    var failures = 0
    for competition in measured where !competition.kernels.isEmpty {
      for operation in Operation.allCases {
        results.addCopy(bytesPerSecond: copySpeed(buffers))
        if operation == .decode { competition.prepareBlocks() }
        guard let contenders = competition.contenders(operation) else { continue }
        do {
          try competition.check(contenders, operation, rows: 128)
        } catch {
          print("FAIL \(error)")
          failures += 1
          continue
        }
        let race = Race(rows: buffers.rows, duration: .seconds(seconds))
        results.add(competition.type, operation, race.run(contenders))
        results.printLast()
      }
    }
    results.printCopy()
    if let json { try results.write(to: json) }
    if failures > 0 || results.isEmpty {
      print(failures > 0 ? "\(failures) with different bytes" : "nothing was measured")
      throw ExitCode(1)
    }
  }

  /// Bytes that memcpy copies in a second, from buffers that no cache holds: the best of five.
  private func copySpeed(_ buffers: Buffers) -> Double {
    let bytes = buffers.rows.weights * 4
    let clock = ContinuousClock()
    let best = (0..<5).map { _ in clock.measure { memcpy(buffers.decoded, buffers.weights, bytes) } }.min()
    return Double(bytes) / ((best ?? .seconds(1)).nanoseconds * 1e-9)
  }
}
