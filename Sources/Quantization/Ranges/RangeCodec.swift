public import TensorCore

/// How the codes of a type stand for weights.
public enum RangeScheme: Sendable, Hashable {
  /// weight = scale * value, with values on both sides of 0.
  case symmetric(bits: Int)
  /// weight = scale * code + minimum.
  case affine(bits: Int)

  /// Steps that a histogram of magnitudes is quantized to: half of the codes, as in TensorRT's calibration.
  var levelsOfMagnitudes: Int {
    switch self {
    case .symmetric(let bits), .affine(let bits): 1 << (bits - 1)
    }
  }
}

/// What the range of a block is cut to.
public struct RangeLimits: Sendable, Hashable {
  /// In the unit of the weights; not more than ``highest``.
  public let lowest: Float
  public let highest: Float

  public init(lowest: Float, highest: Float) { (self.lowest, self.highest) = (lowest, highest) }

  /// From -`magnitude` to `magnitude`.
  init(magnitude: Float) { self.init(lowest: -magnitude, highest: magnitude) }

  public static let none = RangeLimits(magnitude: .infinity)

  /// The nearer limit of a weight beyond them; others as they are.
  func clipped(_ weight: Float) -> Float { weight < lowest ? lowest : weight > highest ? highest : weight }
}

/// A codec whose blocks can be made of a range of weights that is divided evenly, or over a table. formats/ranges.md.
///
/// It is total, as all codecs are: what is not finite in the weights, or overflows, gives some block.
public protocol RangeCodec: BlockCodec {
  static var rangeScheme: RangeScheme { get }

  /// The magnitude that every weight may have without a scale that overflows.
  static var largestOfRange: Float { get }

  /// Encodes one block.
  ///
  /// - Parameters:
  ///   - weights: The weights of one block, finite.
  ///   - importance: For each weight, what its squared error counts for where the range is shrunk; finite, not negative, as
  ///     many as `weights`.
  ///   - limits: What the range of the weights is cut to.
  ///   - isShrunk: Whether the range is then shrunk by the factor that leaves the least squared error.
  ///   - bytes: Receives the block from `offset` on.
  static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int)
}

extension RangeCodec {
  public static var largestOfRange: Float { largestMagnitude }

  /// Encodes whole rows into `bytes` from `offset` on, where there is room for all of them.
  ///
  /// - Parameter columns: Weights of a row, which fill whole blocks.
  public static func encode(
    _ weights: Span<Float>, columns: Int, by selection: RangeSelection, into bytes: inout MutableSpan<UInt8>,
    at offset: Int = 0
  ) {
    let ones = [Float](repeating: 1, count: elementType.blockLength)
    // Where blocks depend on themselves alone, all rows are one.
    let length = selection.readsRows && columns > 0 ? columns : max(1, weights.count)
    var thresholds = RowThresholds(selection, rangeScheme)
    for start in stride(from: 0, to: weights.count, by: length) {
      let row = weights.extracting(start..<min(start + length, weights.count))
      encode(
        row, repeating: ones.span, within: thresholds.limits(row), by: selection, into: &bytes,
        at: offset + start / elementType.blockLength * elementType.blockBytes)
    }
  }

  /// Encodes one row, whose squared errors count for the importance of their columns.
  ///
  /// - Parameter importance: For each column; finite, not negative, as many as `row`.
  public static func encode(
    row: Span<Float>, importance: Span<Float>, by selection: RangeSelection, into bytes: inout MutableSpan<UInt8>,
    at offset: Int = 0
  ) {
    var thresholds = RowThresholds(selection, rangeScheme)
    encode(row, repeating: importance, within: thresholds.limits(row), by: selection, into: &bytes, at: offset)
  }

  /// - Parameter importance: Of the row, or of a block and the same for all.
  private static func encode(
    _ row: Span<Float>, repeating importance: Span<Float>, within limits: RangeLimits, by selection: RangeSelection,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let (length, size) = (elementType.blockLength, elementType.blockBytes)
    for block in 0..<(row.count / length) {
      let own = (block * length)..<((block + 1) * length)
      encodeRange(
        row.extracting(own), importance: importance.count == length ? importance : importance.extracting(own),
        within: limits, isShrunk: selection == .leastError, into: &bytes, at: offset + block * size)
    }
  }
}

extension ElementType {
  /// How weights are quantized to this type by their range; nil where that is not known.
  public var rangeCodec: (any RangeCodec.Type)? { codec as? any RangeCodec.Type }
}
