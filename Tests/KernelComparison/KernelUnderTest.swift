public import Kernels
public import Quantization
public import TensorCore

/// A kernel, and the scalar code that it must equal to the last bit.
public struct KernelUnderTest: Sendable, CustomStringConvertible {
  /// The name of the instruction set.
  public let set: String
  public let type: ElementType
  public let kernel: Kernel
  public let decoder: any BlockDecoder.Type

  public var codec: (any BlockCodec.Type)? { decoder as? any BlockCodec.Type }
  public var importanceCodec: (any ImportanceCodec.Type)? { decoder as? any ImportanceCodec.Type }
  public var description: String { "\(type.name) of \(set)" }

  /// Every type that has scalar code and, in a set that this processor runs, a kernel.
  public static let types: [ElementType] = ElementType.allCases.filter { !all(of: $0).isEmpty }
  /// Those of them that some kernel and scalar code encode.
  public static let encodedTypes = types.filter { type in
    all(of: type).contains { $0.kernel.encodes && $0.codec != nil }
  }
  /// Those of them that some kernel and scalar code encode by importance.
  public static let weighedTypes = types.filter { type in
    all(of: type).contains { $0.kernel.weighsImportance && $0.importanceCodec != nil }
  }

  /// Those of them that some kernel and scalar code encode by the method `search`.
  public static let searchedTypes = types.filter { type in
    all(of: type).contains { $0.kernel.searches && type.searchCodec != nil }
  }

  /// The kernels of a type in the sets that this processor runs.
  public static func all(of type: ElementType) -> [KernelUnderTest] {
    guard let decoder = type.decoder else { return [] }
    return KernelSet.supported.compactMap { set in
      set.kernel(for: type).map { KernelUnderTest(set: set.name, type: type, kernel: $0, decoder: decoder) }
    }
  }
}

/// What scalar code makes of whole arrays.
public enum Scalar {
  public static func blocks(_ codec: any BlockCodec.Type, of weights: [Float]) -> [UInt8] {
    let type = codec.elementType
    var bytes = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
    var span = bytes.mutableSpan
    codec.encode(weights.span, into: &span)
    return bytes
  }

  /// The blocks of one row.
  public static func blocks(
    _ codec: any ImportanceCodec.Type, ofRow row: [Float], importance: [Float]
  ) -> [UInt8] {
    let type = codec.elementType
    var bytes = [UInt8](repeating: 0, count: row.count / type.blockLength * type.blockBytes)
    var span = bytes.mutableSpan
    codec.encodeRow(row.span, importance: importance.span, into: &span, at: 0)
    return bytes
  }

  /// What the method `search` makes of weights; with importance, of one row.
  public static func searched(
    _ codec: any SearchCodec.Type, _ weights: [Float], importance: [Float]? = nil
  ) -> [UInt8] {
    let type = codec.elementType
    var bytes = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
    var span = bytes.mutableSpan
    if let importance {
      codec.search(row: weights.span, importance: importance.span, into: &span)
    } else {
      codec.search(weights.span, into: &span)
    }
    return bytes
  }

  /// What is searched for, block by block, whatever the reference makes of them.
  public static func searchedAlone(
    _ codec: any SearchCodec.Type, _ weights: [Float], importance: [Float]
  ) -> [UInt8] {
    let type = codec.elementType
    let count = weights.count / type.blockLength
    var bytes = [UInt8](repeating: 0, count: count * type.blockBytes)
    var span = bytes.mutableSpan
    for block in 0..<count {
      let range = (block * type.blockLength)..<((block + 1) * type.blockLength)
      codec.searchBlock(
        weights.span.extracting(range), importance: importance.span.extracting(range), into: &span,
        at: block * type.blockBytes)
    }
    return bytes
  }

  public static func weights(_ decoder: any BlockDecoder.Type, of blocks: [UInt8]) -> [Float] {
    let type = decoder.elementType
    var weights = [Float](repeating: 0, count: blocks.count / type.blockBytes * type.blockLength)
    var span = weights.mutableSpan
    decoder.decode(blocks.span, into: &span)
    return weights
  }
}
