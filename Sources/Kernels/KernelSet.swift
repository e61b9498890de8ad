internal import CKernels
public import TensorCore

/// The kernels of one instruction set: what encodes, decodes and compares many weights at a time, to the same bytes and
/// bits as the scalar codecs of `Quantization` and as every other set.
///
///     let set = KernelSet.fastest
///     if let kernel = set.kernel(for: .q4_K) { kernel.decode(blocks, into: &weights) }
@safe public struct KernelSet: Sendable {
  /// `scalar`, `generic`, `avx2`, `avx512` or `neon`.
  public let name: String
  private let kernels: [String: Kernel]
  private let faultChecks: [String: FaultCheck]
  let set: gguf_kernel_set

  private init(_ set: gguf_kernel_set) {
    // Safe: the C side's tables are constant and live as long as the program; `kernels` has `count` elements.
    unsafe self.set = unsafe set
    unsafe name = String(cString: set.name)
    let table = unsafe UnsafeBufferPointer(start: set.kernels, count: set.count)
    var kernels: [String: Kernel] = [:]
    for index in table.indices {
      let entry = unsafe table[index]
      unsafe kernels[String(cString: entry.type)] = unsafe Kernel(entry)
    }
    self.kernels = kernels
    // Safe: as above.
    unsafe faultChecks = FaultCheck.all(of: set)
  }

  /// Another set's measures, and no kernels.
  private init(named name: String, for other: KernelSet) {
    self.name = name
    kernels = [:]
    faultChecks = [:]
    // Safe: a copy of a constant.
    unsafe set = unsafe other.set
  }

  /// The sets that were compiled for this architecture, from the slowest to the fastest.
  private static var compiled: [gguf_kernel_set] {
    // Safe: not null below the count; what it points to is constant.
    unsafe (0..<gguf_kernel_set_count()).compactMap { unsafe gguf_kernel_set_at($0)?.pointee }
  }

  /// The sets that this processor runs, from the slowest, ``generic``, to the ``fastest``.
  public static let supported: [KernelSet] = {
    // Safe: the function is there in every set.
    unsafe compiled.filter { unsafe $0.is_supported?() ?? false }.map { unsafe KernelSet($0) }
  }()

  /// The names of all sets that were compiled for this architecture, whether this processor runs them or not.
  public static let compiledNames: [String] = {
    // Safe: names are constant strings.
    unsafe compiled.map { unsafe String(cString: $0.name) }
  }()

  /// What runs on every processor of the architecture.
  public static let generic: KernelSet = {
    guard let first = supported.first else { preconditionFailure("every architecture has a generic set") }
    return first
  }()

  public static let fastest: KernelSet = supported.last ?? generic

  /// A set without kernels for any type, with which the scalar codecs do all the work: slow, and what the other sets are
  /// held against.
  public static let scalar = KernelSet(named: "scalar", for: generic)

  /// The sets that this processor runs, ``scalar`` among them, from the slowest to the fastest.
  public static var all: [KernelSet] { [scalar] + supported }

  /// The set of that name, where this processor runs it.
  public static func named(_ name: String) -> KernelSet? { all.first { $0.name == name } }

  /// How this set encodes and decodes blocks of a type; nil where it has no kernel for it.
  public func kernel(for type: ElementType) -> Kernel? { kernels[type.name] }

  /// How this set takes a first look at what is wrong in blocks of a type; nil where it has no kernel for that.
  public func faultCheck(for type: ElementType) -> FaultCheck? { faultChecks[type.name] }

  /// Whether no weight is NaN or infinite.
  public func allFinite(_ weights: Span<Float>) -> Bool {
    // Safe: reads as many weights as there are; the function is there in every set.
    unsafe weights.withUnsafeBufferPointer { unsafe set.all_finite?($0.baseAddress, $0.count) ?? false }
  }
}
