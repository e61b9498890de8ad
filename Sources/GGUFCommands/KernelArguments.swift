internal import ArgumentParser
internal import Kernels
internal import TensorCore
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Which set of kernels a command computes with.
struct KernelArguments: ParsableArguments {
  private static let variable = "GGUF_KERNELS"

  @Option(
    name: .customLong("kernels"),
    help: ArgumentHelp(
      """
      Compute with this set of kernels: generic, avx2 or avx512 (x86-64), neon (arm64), scalar (the reference codecs, \
      slow). The output is the same with each. (default: \(variable) in the environment, else the fastest that the processor runs)
      """, valueName: "name"), completion: .list(KernelSet.all.map(\.name)))
  var name: String?

  func validate() throws {
    do throws(Failure) {
      _ = try set()
    } catch {
      throw ValidationError(error.message)
    }
  }

  /// The set that the user names, or the fastest.
  func set() throws(Failure) -> KernelSet {
    let environment = ProcessInfo.processInfo.environment[Self.variable]
    let (name, place) = name.map { ($0, "--kernels") } ?? (environment ?? "", Self.variable)
    if name.isEmpty && self.name == nil { return .fastest }
    if let set = KernelSet.named(name.lowercased()) { return set }
    let runnable = KernelSet.all.map(\.name).joined(separator: ", ")
    throw Failure(
      KernelSet.compiledNames.contains(name.lowercased())
        ? "\(place): this processor does not run \(name); it runs \(runnable)"
        : "\(place): there is no set of kernels \(name.quoted()); this processor runs \(runnable)", .usage)
  }
}
