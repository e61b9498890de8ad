import ArgumentParser
import FoundationEssentials
import ParserChecks
import TestSupport

/// Changes and cuts off the headers of real models in every way, and looks at what is said of each.
@main
struct MutateHeaders: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutate-headers",
    abstract: "Hold what readers and rules say of changed and cut off models against what must hold.",
    discussion: """
      Of a header with long arrays (a vocabulary) every byte is changed to every other in a copy in which these arrays \
      have 8 elements; the header as it is is changed at random places. The exit code is 1 where something does not \
      hold, where one file takes more than a second, or where the process needs more than 64 MiB above the headers, of \
      which it holds three. A changed count that declares data a part of the header makes that header larger.
      """)

  @Option(help: "The seed of the random changes.")
  var seed: UInt64 = 1
  @Option(help: "How many random changes of a header as it is.")
  var changes = 1000
  @Option(help: "Change only each byte of so many, from --start on.")
  var step = 1
  @Option(help: "The first byte that is changed. From another than 0 on nothing is cut off or changed at random.")
  var start = 0
  @Argument(help: "GGUF and safetensors files.")
  var files: [String]

  private static let longestTime = Duration.seconds(1)
  private static let mostMemory = 64 << 20

  func validate() throws {
    if step < 1 || start < 0 { throw ValidationError("--step takes a number from 1 on, --start one from 0 on") }
  }

  func run() throws {
    var failed = false
    var largestHeader = 0
    for path in files {
      let model = try RealModel(path)
      print(
        "\(path): a header of \(model.header.count) bytes, \(model.short.count) without its long arrays", terminator: ""
      )
      print(", a file of \(model.size); seed \(seed)")
      for attack in [attackShortHeader(model), attackWholeHeader(model)].compactMap({ $0 }) {
        failed = failed || !attack.broken.isEmpty || attack.longest.duration > Self.longestTime
        largestHeader = max(largestHeader, model.header.count + attack.large.claimedBytes)
      }
    }
    let memory = PeakMemory.bytes
    print("peak memory \(memory >> 20) MiB, the largest header has \(largestHeader >> 20) MiB")
    // Three times the header: two readings of it, and what the file is compared with.
    if memory > Self.mostMemory + 3 * largestHeader { failed = true }
    if failed { throw ExitCode(1) }
  }

  /// Every change of every byte, and every way to cut off.
  private func attackShortHeader(_ model: RealModel) -> HeaderAttack? {
    let attack = HeaderAttack(
      model.format, header: model.short, size: model.short.count + model.size - model.header.count)
    attack.leave()
    for offset in stride(from: start, to: attack.header.count, by: step) {
      let byte = attack.header[offset]
      for other in UInt8.min...UInt8.max where other != byte {
        // All rules for what changes one bit, and for the ends of the range.
        let validates = (other ^ byte).nonzeroBitCount == 1 || other == 0 || other == 0xFF
        attack.change(offset, to: other, validates: validates)
      }
    }
    report("every byte to every other", attack)
    guard start == 0 else { return attack }
    let changed = attack.count
    for size in stride(from: attack.size - 1, through: attack.header.count, by: -4096) {
      attack.cut(to: size, validates: size % 16 == 0)
    }
    for size in (0..<attack.header.count).reversed() { attack.cut(to: size) }
    report("cut off at \(attack.count - changed) places", attack)
    return attack
  }

  /// Random changes of the header with its vocabulary, half of them near its ends, where lengths and tensors are.
  private func attackWholeHeader(_ model: RealModel) -> HeaderAttack? {
    guard start == 0, model.header != model.short else { return nil }
    let attack = HeaderAttack(model.format, header: model.header, size: model.size)
    var generator = SeededGenerator(seed: seed)
    for number in 0..<changes {
      let range =
        switch number % 4 {
        case 0: 0..<min(4096, model.header.count)
        case 1: max(0, model.header.count - 16384)..<model.header.count
        default: 0..<model.header.count
        }
      let offset = Int.random(in: range, using: &generator)
      attack.change(offset, to: UInt8.random(in: .min ... .max, using: &generator), validates: number % 4 == 0)
    }
    for _ in 0..<min(50, changes) { attack.change(Int.random(in: model.header.indices, using: &generator), to: 0xFF) }
    report("as it is, \(attack.count) random changes", attack)
    return attack
  }

  private func report(_ what: String, _ attack: HeaderAttack) {
    print("  \(what): \(attack.count) files, the longest \(attack.longest.duration) (\(attack.longest.what))")
    if attack.large.count > 0 {
      print(
        "    \(attack.large.count) of them claim up to \(attack.large.claimedBytes >> 20) MiB of header",
        terminator: ""
      )
      print(", of which the longest validation took \(attack.large.duration)")
    }
    for broken in attack.broken { print("    does not hold: \(broken)") }
  }
}
