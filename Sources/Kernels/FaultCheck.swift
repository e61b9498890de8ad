internal import CKernels

/// A first look at what is wrong in blocks of one element type, which need no second look where it finds nothing.
/// formats/payload.md; `BlockFaults` of `Quantization` takes the second.
@safe public struct FaultCheck: Sendable {
  public let blockBytes: Int
  /// A row of a constant table.
  private let entry: gguf_fault_check

  private init(_ entry: gguf_fault_check) {
    // Safe: a plain number and a function, copied.
    unsafe self.entry = unsafe entry
    blockBytes = unsafe Int(entry.block_bytes)
  }

  /// Those of a set, by the name of the type.
  static func all(of set: gguf_kernel_set) -> [String: FaultCheck] {
    // Safe: the C side's tables are constant, and this one has as many elements as the set says.
    let table = unsafe UnsafeBufferPointer(start: set.fault_checks, count: set.fault_check_count)
    var checks: [String: FaultCheck] = [:]
    for index in table.indices {
      let entry = unsafe table[index]
      unsafe checks[String(cString: entry.type)] = unsafe FaultCheck(entry)
    }
    return checks
  }

  /// Whether anything may be wrong in whole blocks, any bytes, little-endian.
  public func mayBeFaulty(_ blocks: Span<UInt8>) -> Bool {
    let count = blocks.count / blockBytes
    precondition(count * blockBytes == blocks.count, "the blocks must be whole")
    // Safe: reads count x blockBytes bytes; the function is there in every row of the table.
    return unsafe blocks.withUnsafeBufferPointer { unsafe entry.may_be_faulty?($0.baseAddress, count) ?? true }
  }
}
