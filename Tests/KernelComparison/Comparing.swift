import Foundation
import TensorCore

/// Runs a kernel on buffers at odd places between canaries, and names the first difference from what is expected.
///
/// Every function returns nil where there is none.
extension KernelUnderTest {
  /// - Parameter expected: What scalar code makes of the weights, or of more weights that begin with these.
  /// - Parameter offset: How far the buffers are from where the allocator put them, in elements.
  public func encodingDifference(_ weights: [Float], _ expected: [UInt8], offset: Int = 1) -> String? {
    var blocks = Canaried<UInt8>(count: blockCount(weights) * type.blockBytes, offset: offset, canary: 0xA5)
    let source = Canaried(weights, offset: offset, canary: .nan)
    source.withSpan { weights in blocks.withMutableSpan { kernel.encode(weights, into: &$0) } }
    return difference(of: blocks, expected, "encode")
  }

  /// As above, of one row.
  public func encodingDifference(
    row: [Float], importance: [Float], _ expected: [UInt8], offset: Int = 1
  ) -> String? {
    var blocks = Canaried<UInt8>(count: blockCount(row) * type.blockBytes, offset: offset, canary: 0xA5)
    let source = Canaried(row, offset: offset, canary: .nan)
    let factors = Canaried(importance, offset: offset + 1, canary: .nan)
    source.withSpan { row in
      factors.withSpan { importance in
        blocks.withMutableSpan { kernel.encodeRow(row, importance: importance, into: &$0) }
      }
    }
    return difference(of: blocks, expected, "encodeRow")
  }

  /// The same of the method `search`; `importance` nil where every error counts alike.
  public func searchDifference(
    _ weights: [Float], importance: [Float]?, _ expected: [UInt8], offset: Int = 1
  ) -> String? {
    var blocks = Canaried<UInt8>(count: blockCount(weights) * type.blockBytes, offset: offset, canary: 0xA5)
    let source = Canaried(weights, offset: offset, canary: .nan)
    if let importance {
      let factors = Canaried(importance, offset: offset + 1, canary: .nan)
      source.withSpan { row in
        factors.withSpan { importance in
          blocks.withMutableSpan { kernel.search(row: row, importance: importance, into: &$0) }
        }
      }
    } else {
      source.withSpan { weights in blocks.withMutableSpan { kernel.search(weights, into: &$0) } }
    }
    return difference(of: blocks, expected, "search")
  }

  /// The same of blocks that are searched for without a look at the reference's.
  public func searchAloneDifference(_ weights: [Float], importance: [Float], _ expected: [UInt8]) -> String? {
    var blocks = Canaried<UInt8>(count: blockCount(weights) * type.blockBytes, offset: 1, canary: 0xA5)
    let source = Canaried(weights, offset: 1, canary: .nan)
    let factors = Canaried(importance, offset: 2, canary: .nan)
    source.withSpan { weights in
      factors.withSpan { importance in
        blocks.withMutableSpan { kernel.searchAlone(weights, importance: importance, into: &$0) }
      }
    }
    return difference(of: blocks, expected, "searchAlone")
  }

  /// Weights are compared by their bits. NaN may only differ from NaN where it was computed with, since compilers are free
  /// in which operand's NaN comes out, and where a float is a signalling NaN, which some conversions make quiet.
  public func decodingDifference(_ blocks: [UInt8], _ expected: [Float], offset: Int = 1) -> String? {
    let count = blocks.count / type.blockBytes
    var weights = Canaried<Float>(count: count * type.blockLength, offset: offset, canary: 12_345)
    let source = Canaried(blocks, offset: offset, canary: 0xFF)
    source.withSpan { blocks in weights.withMutableSpan { kernel.decode(blocks, into: &$0) } }
    guard weights.isIntact else { return "\(self), decode: wrote outside of the \(count) blocks" }
    if weights.hasBytes(of: expected) { return nil }
    for (index, (ours, theirs)) in zip(weights.contents, expected).enumerated() {
      if ours.bitPattern == theirs.bitPattern { continue }
      let block = index / type.blockLength
      let bytes = blocks[(block * type.blockBytes)..<((block + 1) * type.blockBytes)]
      if ours.isNaN, theirs.isNaN, type.kind == .quantized || isSignallingNaN(bytes) { continue }
      return """
        \(self), decode: block \(block) of \(count), weight \(index % type.blockLength): \(ours) \
        (\(hex(ours.bitPattern))), expected \(theirs) (\(hex(theirs.bitPattern)))
        """
    }
    return nil
  }

  private func blockCount(_ weights: [Float]) -> Int { weights.count / type.blockLength }

  private func difference(of blocks: Canaried<UInt8>, _ expected: [UInt8], _ operation: String) -> String? {
    let count = blocks.contents.count / type.blockBytes
    guard blocks.isIntact else { return "\(self), \(operation): wrote outside of the \(count) blocks" }
    if blocks.hasBytes(of: expected) { return nil }
    guard let index = zip(blocks.contents, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
      return nil
    }
    return """
      \(self), \(operation): block \(index / type.blockBytes) of \(count), byte \(index % type.blockBytes): \
      \(hex(blocks.contents[blocks.contents.startIndex + index])), expected \(hex(expected[index]))
      """
  }

  /// Whether the block, one float, is a signalling NaN.
  private func isSignallingNaN(_ block: ArraySlice<UInt8>) -> Bool {
    let bits = block.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch type {
    case .f8_E5M2: return bits & 0x7F == 0x7D
    case .f16: return bits & 0x7E00 == 0x7C00 && bits & 0x01FF != 0
    case .bf16: return bits & 0x7FC0 == 0x7F80 && bits & 0x003F != 0
    case .f32: return bits & 0x7FC0_0000 == 0x7F80_0000 && bits & 0x003F_FFFF != 0
    default: return false
    }
  }
}

private func hex(_ number: some BinaryInteger) -> String { "0x" + String(number, radix: 16) }

/// An array between canaries: writing outside of it shows.
struct Canaried<Element: Equatable & BitwiseCopyable> {
  private static var margin: Int { 64 }
  private var storage: [Element]
  private let range: Range<Int>
  private let canary: Element

  /// `contents` start `offset` elements behind the first margin.
  init(_ contents: [Element], offset: Int, canary: Element) {
    self.canary = canary
    range = (Self.margin + offset)..<(Self.margin + offset + contents.count)
    storage = Array(repeating: canary, count: range.lowerBound) + contents
    storage += Array(repeating: canary, count: Self.margin)
  }

  init(count: Int, offset: Int, canary: Element) {
    self.init(Array(repeating: canary, count: count), offset: offset, canary: canary)
  }

  var contents: ArraySlice<Element> { storage[range] }
  var isIntact: Bool {
    storage[..<range.lowerBound].allSatisfy { $0 == canary } && storage[range.upperBound...].allSatisfy { $0 == canary }
  }

  /// Whether the contents are what `expected` begins with, to the last bit. A loop over the elements takes a thousand times
  /// as long where it is not optimized.
  func hasBytes(of expected: [Element]) -> Bool {
    contents.withUnsafeBytes { ours in
      expected.withUnsafeBytes { theirs in
        guard let first = ours.baseAddress, let other = theirs.baseAddress else { return ours.isEmpty }
        return ours.count <= theirs.count && memcmp(first, other, ours.count) == 0
      }
    }
  }

  func withSpan(_ body: (Span<Element>) -> Void) { body(storage.span.extracting(range)) }

  mutating func withMutableSpan(_ body: (inout MutableSpan<Element>) -> Void) {
    let range = range
    storage.withUnsafeMutableBufferPointer { buffer in
      var span = UnsafeMutableBufferPointer(rebasing: buffer[range]).mutableSpan
      body(&span)
    }
  }
}
