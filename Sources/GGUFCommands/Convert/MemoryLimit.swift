internal import Architectures
internal import ArgumentParser
internal import Conversion
internal import FileAccess
internal import TensorCore
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `--max-memory`: how many threads a conversion may have.
struct MemoryLimit: ExpressibleByArgument {
  /// Bytes of resident memory.
  let bytes: Int

  init?(argument: String) {
    guard let bytes = ByteCount.parse(argument) else { return nil }
    self.bytes = bytes
  }

  /// What a thread takes besides its buffers: its stack, and what the allocator keeps for it.
  private static let bytesOfThread = 512 << 10
  /// What the program takes between now and its end besides its threads: the report.
  private static let reserve = 2 << 20

  /// As many threads as fit, at most `wanted`.
  ///
  /// - Parameters:
  ///   - source: What is converted.
  ///   - archive: How the output is packed; nil where it is not.
  /// - Throws: ``Failure`` where not even one fits.
  func threads(
    atMost wanted: Int, for plan: ConversionPlan, of source: any TensorSource, packing archive: ArchiveArguments?
  ) throws(Failure) -> Int {
    var each = Converter.bytesPerThread(plan) + Self.bytesOfThread
    if let model = source as? ModelSource {
      each += model.scratchBytes(readingElements: Converter.elementsPerThread)
    }
    var base = peakMemory() + Self.reserve
    if let archive {
      let frame = ArchiveWriter.bytesPerThread(frameBytes: archive.frameBytes, level: archive.chosenLevel)
      each += frame ?? 0
      // Besides the frame of each thread there is one that is being filled.
      base += 2 * archive.frameBytes
    }
    base += plan.hessianBytes
    guard base + each <= bytes else {
      throw Failure(
        "--max-memory \(bytes): this conversion needs \(base + each) bytes with one thread", .usage)
    }
    return min(wanted, (bytes - base) / each)
  }
}

/// The most memory that the program has had at any time, in bytes.
private func peakMemory() -> Int {
  var usage = rusage()
  // RUSAGE_SELF, whose type differs between C libraries.
  let own: CInt = 0
  // Safe: the call fills the structure that is handed to it.
  guard unsafe getrusage(own, &usage) == 0 else { return 0 }
  #if canImport(Darwin)
    return usage.ru_maxrss
  #else
    return usage.ru_maxrss * 1024
  #endif
}
