internal import CKernels
public import TensorCore

/// The kernels of one instruction set: what encodes and decodes blocks many weights at a time, to the same bytes and
/// bits as the scalar codecs of `Quantization`.
///
///     let set = KernelSet.fastest
///     if let kernel = set.kernel(for: .q4_K) { kernel.decode(blocks, into: &weights) }
public struct KernelSet: Sendable {
  /// `generic`, `avx2`, `avx512` or `neon`.
  public let name: String
  private let kernels: [String: Kernel]

  private init(_ set: UnsafePointer<gguf_kernel_set>) {
    // Safe: the C side's tables are constant and live as long as the program; `kernels` has `count` elements.
    unsafe name = String(cString: set.pointee.name)
    let table = unsafe UnsafeBufferPointer(start: set.pointee.kernels, count: set.pointee.count)
    var kernels: [String: Kernel] = [:]
    for unsafe entry in unsafe table { unsafe kernels[String(cString: entry.type)] = Kernel(entry) }
    self.kernels = kernels
  }

  /// The sets that were compiled for this architecture and that this processor runs, from the slowest to the fastest.
  public static let supported: [KernelSet] = {
    var sets: [KernelSet] = []
    for index in 0..<gguf_kernel_set_count() {
      // Safe: not null below the count; the pointer is to a constant.
      guard let set = unsafe gguf_kernel_set_at(index), unsafe set.pointee.is_supported() else { continue }
      unsafe sets.append(KernelSet(set))
    }
    return sets
  }()

  /// The names of all sets that were compiled for this architecture, supported by this processor or not.
  public static let compiledNames: [String] = {
    var names: [String] = []
    for index in 0..<gguf_kernel_set_count() {
      // Safe: as above.
      if let set = unsafe gguf_kernel_set_at(index) { unsafe names.append(String(cString: set.pointee.name)) }
    }
    return names
  }()

  /// The last of ``supported``; nil on no architecture, since `generic` runs everywhere.
  public static var fastest: KernelSet? { supported.last }

  /// The supported set of that name.
  public static func named(_ name: String) -> KernelSet? { supported.first { $0.name == name } }

  /// How this set encodes and decodes blocks of a type; nil where it has no kernel for it.
  public func kernel(for type: ElementType) -> Kernel? { kernels[type.name] }
}
