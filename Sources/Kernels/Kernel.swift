internal import CKernels

/// How one instruction set encodes and decodes blocks of one element type.
///
/// The result is that of the type's codec in `Quantization`, to the last bit, for finite weights. Sizes are checked:
/// a mistake of the caller ends the program.
@safe public struct Kernel: Sendable {
  public let blockLength: Int
  public let blockBytes: Int
  /// A row of a constant table; its decoder is there.
  let entry: gguf_kernel

  init(_ entry: gguf_kernel) {
    // Safe: plain numbers and functions, copied.
    unsafe self.entry = unsafe entry
    (blockLength, blockBytes) = unsafe (Int(entry.block_length), Int(entry.block_bytes))
  }

  /// Whether weights can be encoded, not only blocks decoded.
  public var encodes: Bool {
    // Safe: only asks whether the function is there.
    unsafe entry.encode != nil
  }

  /// Whether ``encodeRow(_:importance:into:)`` is there: ggml's quantizer for the type takes an importance matrix.
  public var weighsImportance: Bool {
    // Safe: as above.
    unsafe entry.encode_row != nil
  }

  /// Encodes finite weights that fill whole blocks into `blocks` from byte `offset` on, where there is room for them.
  public func encode(_ weights: Span<Float>, into blocks: inout MutableSpan<UInt8>, at offset: Int = 0) {
    // Safe: a function of the constant table.
    guard let encode = unsafe entry.encode else { preconditionFailure("the type is only decoded") }
    let count = blockCount(weights.count, roomIn: blocks.count, at: offset)
    // Safe: the kernel reads count x blockLength floats and writes count x blockBytes bytes, as just checked.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe blocks.withUnsafeMutableBufferPointer { blocks in
        unsafe encode(weights.baseAddress, blocks.baseAddress.map { unsafe $0 + offset }, count)
      }
    }
  }

  /// Encodes one row of finite weights, whose errors count by `importance`: one factor a column, finite, at least 0. The
  /// blocks stand in `blocks` from byte `offset` on, where there is room for them.
  public func encodeRow(
    _ row: Span<Float>, importance: Span<Float>, into blocks: inout MutableSpan<UInt8>, at offset: Int = 0
  ) {
    // Safe: a function of the constant table.
    guard let encodeRow = unsafe entry.encode_row else { preconditionFailure("the type has no importance weights") }
    precondition(importance.count == row.count)
    let count = blockCount(row.count, roomIn: blocks.count, at: offset)
    // Safe: the kernel reads count x blockLength floats of each and writes count x blockBytes bytes.
    unsafe row.withUnsafeBufferPointer { row in
      unsafe importance.withUnsafeBufferPointer { importance in
        unsafe blocks.withUnsafeMutableBufferPointer { blocks in
          unsafe encodeRow(
            row.baseAddress, importance.baseAddress, blocks.baseAddress.map { unsafe $0 + offset }, count)
        }
      }
    }
  }

  /// Whether ``search(_:into:at:)`` is there.
  public var searches: Bool {
    // Safe: as above.
    unsafe entry.search != nil
  }

  /// Encodes finite weights that fill whole blocks by the method `search` (formats/search.md): what `search` of the type's
  /// codec does. The blocks stand in `blocks` from byte `offset` on, where there is room for them.
  public func search(_ weights: Span<Float>, into blocks: inout MutableSpan<UInt8>, at offset: Int = 0) {
    // Safe: a function of the constant table.
    guard let search = unsafe entry.search else { preconditionFailure("the type has no search") }
    let count = blockCount(weights.count, roomIn: blocks.count, at: offset)
    // Safe: the kernel reads count x blockLength floats and writes count x blockBytes bytes.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe blocks.withUnsafeMutableBufferPointer { blocks in
        unsafe search(weights.baseAddress, nil, blocks.baseAddress.map { unsafe $0 + offset }, count)
      }
    }
  }

  /// The same for one row, whose errors count by `importance`: one factor a column, finite, at least 0.
  public func search(
    row: Span<Float>, importance: Span<Float>, into blocks: inout MutableSpan<UInt8>, at offset: Int = 0
  ) {
    // Safe: a function of the constant table.
    guard let search = unsafe entry.search else { preconditionFailure("the type has no search") }
    precondition(importance.count == row.count)
    let count = blockCount(row.count, roomIn: blocks.count, at: offset)
    // Safe: the kernel reads count x blockLength floats of each and writes count x blockBytes bytes.
    unsafe row.withUnsafeBufferPointer { row in
      unsafe importance.withUnsafeBufferPointer { importance in
        unsafe blocks.withUnsafeMutableBufferPointer { blocks in
          unsafe search(row.baseAddress, importance.baseAddress, blocks.baseAddress.map { unsafe $0 + offset }, count)
        }
      }
    }
  }

  /// The blocks of ``search(row:importance:into:at:)`` that are searched for, whatever the reference's are: what `searchBlock`
  /// of the type's codec makes of each. One factor a weight, finite, at least 0.
  public func searchAlone(_ weights: Span<Float>, importance: Span<Float>, into blocks: inout MutableSpan<UInt8>) {
    // Safe: a function of the constant table.
    guard let search = unsafe entry.search_alone else { preconditionFailure("the type has no search") }
    precondition(importance.count == weights.count)
    let count = blockCount(weights.count, blocks.count)
    // Safe: the kernel reads count x blockLength floats of each and writes count x blockBytes bytes.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe importance.withUnsafeBufferPointer { importance in
        unsafe blocks.withUnsafeMutableBufferPointer { blocks in
          unsafe search(weights.baseAddress, importance.baseAddress, blocks.baseAddress, count)
        }
      }
    }
  }

  /// Decodes blocks, any bytes; `weights` has exactly room for all of them.
  public func decode(_ blocks: Span<UInt8>, into weights: inout MutableSpan<Float>) {
    // Safe: a function of the constant table.
    guard let decode = unsafe entry.decode else { preconditionFailure("every type is decoded") }
    let count = blockCount(weights.count, blocks.count)
    // Safe: the kernel reads count x blockBytes bytes and writes count x blockLength floats.
    unsafe blocks.withUnsafeBufferPointer { blocks in
      unsafe weights.withUnsafeMutableBufferPointer { weights in
        unsafe decode(blocks.baseAddress, weights.baseAddress, count)
      }
    }
  }

  /// How many blocks have a weight beyond its bound (formats/bounds.md), and the number of the first: what
  /// `blocksBeyondBound` of the type's codec says. Only of a type that ``encodes``.
  ///
  /// - Parameters:
  ///   - original: The weights that the blocks were made of; what is not finite is beyond every bound.
  ///   - blocks: Whole blocks, any bytes.
  ///   - decoded: What they decode to, bit for bit.
  ///   - byImportance: Whether they may have been encoded by the importance of columns.
  public func blocksBeyondBound(
    original: Span<Float>, blocks: Span<UInt8>, decoded: Span<Float>, byImportance: Bool = false
  ) -> (count: Int, first: Int?) {
    // Safe: a function of the constant table.
    guard let beyondBound = unsafe entry.beyond_bound else { preconditionFailure("the type is only decoded") }
    precondition(original.count == decoded.count, "each weight is compared with one")
    let count = blockCount(original.count, blocks.count)
    var first = 0
    // Safe: the kernel reads count x blockLength floats of each and count x blockBytes bytes, and writes one number.
    let found = unsafe original.withUnsafeBufferPointer { original in
      unsafe blocks.withUnsafeBufferPointer { blocks in
        unsafe decoded.withUnsafeBufferPointer { decoded in
          unsafe beyondBound(original.baseAddress, blocks.baseAddress, decoded.baseAddress, count, byImportance, &first)
        }
      }
    }
    return (found, found > 0 ? first : nil)
  }

  private func blockCount(_ weights: Int, roomIn bytes: Int, at offset: Int) -> Int {
    let count = weights / blockLength
    precondition(count * blockLength == weights, "the blocks must be whole")
    precondition(offset >= 0 && count * blockBytes <= bytes - offset, "there must be room for the blocks")
    return count
  }

  private func blockCount(_ weights: Int, _ bytes: Int) -> Int {
    let count = weights / blockLength
    precondition(count * blockLength == weights && count * blockBytes == bytes, "the blocks must be whole")
    return count
  }
}
