public import TensorCore

/// What can be wrong in a tensor's data. formats/payload.md.
public enum BlockFault: Int, Sendable, Hashable, CaseIterable {
  /// A scale, or a min, that is NaN or infinite.
  case scaleNotFinite
  /// A number of a float type that is NaN or infinite, or a weight of a block that is although the scale is not.
  case weightNotFinite
  /// A scale, or a min, below zero, of a type whose quantizers write none.
  case scaleNegative
  /// A scale, or a min, that is the negative zero, of such a type.
  case scaleNegativeZero
  /// A code that no quantizer writes, under a scale that is not zero. Of TQ1_0 a byte that no digits give.
  case codeNotWritten
  /// A sum of sixteen codes of Q8_K that is not what they add up to, under a scale that is not zero.
  case sumWrong
  /// A binary64 number that is finite, and infinite as binary32.
  case beyondBinary32
}

/// What is wrong in blocks, or in the numbers of a float type: how often, and where first.
///
///     var faults = BlockFaults()
///     faults.find(in: blocks, of: .q8_0)
///     if faults[.scaleNotFinite].count > 0 { ... }
public struct BlockFaults: Sendable, Hashable {
  public struct Found: Sendable, Hashable {
    public fileprivate(set) var count = 0
    /// The first byte of the first scale, number, code or sum, in bytes from the start of the tensor.
    public fileprivate(set) var first: Int?
  }

  private var found = [Found](repeating: Found(), count: BlockFault.allCases.count)

  public init() {}

  public var isEmpty: Bool { found.allSatisfy { $0.count == 0 } }

  public subscript(fault: BlockFault) -> Found { found[fault.rawValue] }

  mutating func add(_ fault: BlockFault, at byte: Int) { add(fault, Found(count: 1, first: byte)) }

  private mutating func add(_ fault: BlockFault, _ more: Found) {
    found[fault.rawValue].count += more.count
    guard let byte = more.first else { return }
    found[fault.rawValue].first = min(found[fault.rawValue].first ?? byte, byte)
  }

  /// Adds what was found in other blocks of the tensor.
  public mutating func add(_ other: BlockFaults) {
    for fault in BlockFault.allCases { add(fault, other[fault]) }
  }

  /// Adds what is wrong in whole blocks, any bytes, little-endian. Nothing of integers, and of packed floats that have
  /// neither NaN nor infinities.
  ///
  /// - Parameter start: Where they stand in the tensor, in bytes.
  public mutating func find(in blocks: Span<UInt8>, of type: ElementType, from start: Int = 0) {
    switch type.kind {
    case .integer: break
    case .float, .packed: findInNumbers(blocks, type, start)
    case .quantized:
      let (size, layout) = (type.blockBytes, FaultLayout(type))
      for block in 0..<(blocks.count / size) {
        let place = block * size
        findInBlock(blocks.extracting(place..<(place + size)), type, layout, start + place)
      }
    }
  }

  private mutating func findInBlock(_ block: Span<UInt8>, _ type: ElementType, _ layout: FaultLayout, _ start: Int) {
    layout.eachNumber(of: block) { number in
      let place = start + number.offset
      if !number.isFinite {
        add(.scaleNotFinite, at: place)
      } else if number.isNegative && !number.maybeNegative {
        add(number.isZero ? .scaleNegativeZero : .scaleNegative, at: place)
      }
    }
    if type == .mxfp4 { findOverflow(block, start) }
    guard layout.codes != nil || type == .q8_K, !layout.scalesAreZero(block) else { return }
    layout.eachCodeNotWritten(in: block) { add(.codeNotWritten, at: start + $0) }
    if type == .q8_K { findWrongSums(block, start) }
  }

  /// Weights beyond the range of binary32, under one of the two largest scales.
  private mutating func findOverflow(_ block: Span<UInt8>, _ start: Int) {
    guard block[0] == 253 || block[0] == 254 else { return }
    let values = E2M1.weights(halfScale: MXFP4Codec.halfScale(block[0]))
    for byte in 1..<17 {
      for code in [block[byte] & 0x0F, block[byte] >> 4] where !values[Int(code)].isFinite {
        add(.weightNotFinite, at: start + byte)
      }
    }
  }

  private mutating func findWrongSums(_ block: Span<UInt8>, _ start: Int) {
    for sub in 0..<16 {
      var sum: Int16 = 0
      for i in 0..<16 { sum += Int16(Int8(bitPattern: block[4 + sub * 16 + i])) }
      let place = 260 + 2 * sub
      if sum != Int16(bitPattern: block.load(UInt16.self, at: place)) { add(.sumWrong, at: start + place) }
    }
  }
}

// MARK: Floats

extension BlockFaults {
  private mutating func findInNumbers(_ bytes: Span<UInt8>, _ type: ElementType, _ start: Int) {
    switch type {
    case .f32, .c64: find(in: bytes, UInt32.self, start) { $0 & 0x7F80_0000 == 0x7F80_0000 }
    case .f16: find(in: bytes, UInt16.self, start) { !Binary16.isFinite($0) }
    case .bf16: find(in: bytes, UInt16.self, start) { !BFloat16.isFinite($0) }
    case .f64:
      find(in: bytes, UInt64.self, start) { !Double(bitPattern: $0).isFinite }
      find(in: bytes, UInt64.self, start, .beyondBinary32) {
        let number = Double(bitPattern: $0)
        return number.isFinite && !Float(number).isFinite
      }
    case .f8_E4M3: find(in: bytes, UInt8.self, start) { $0 & 0x7F == 0x7F }
    case .f8_E5M2: find(in: bytes, UInt8.self, start) { $0 & 0x7C == 0x7C }
    case .f8_E8M0: find(in: bytes, UInt8.self, start) { $0 == 0xFF }
    // What would be the negative zero is NaN, and there are no infinities.
    case .f8_E4M3FNUZ, .f8_E5M2FNUZ: find(in: bytes, UInt8.self, start) { $0 == 0x80 }
    default: break
    }
  }

  @inline(__always)
  private mutating func find<Bits: FixedWidthInteger & BitwiseCopyable>(
    in bytes: Span<UInt8>, _ type: Bits.Type, _ start: Int, _ fault: BlockFault = .weightNotFinite,
    where isFaulty: (Bits) -> Bool
  ) {
    let width = Bits.bitWidth / 8
    for place in stride(from: 0, through: bytes.count - width, by: width)
    where isFaulty(bytes.load(Bits.self, at: place)) {
      add(fault, at: start + place)
    }
  }
}
