internal import CKernels

/// Rows of weights taken apart: weight i of block b is `steps[g] * codes[i] + offsets[g]`, with g the number of its sixteen
/// weights.
///
/// Each row is filled up with zeros to a multiple of 256 weights. The buffers are used again and again.
public struct IntegerRow: Sendable {
  public internal(set) var codes: [Int8] = []
  public internal(set) var steps: [Float] = []
  public internal(set) var offsets: [Float] = []

  public init() {}

  private var columns = 0

  /// Makes room for a row; what stands behind its weights becomes zeros.
  ///
  /// - Parameter columns: Weights of the row, a multiple of 16.
  public mutating func prepare(columns: Int) {
    // What was there is overwritten up to the same place.
    if columns == self.columns { return }
    self.columns = columns
    let count = (columns + 255) / 256 * 256
    codes = Array(repeating: 0, count: count)
    steps = Array(repeating: 0, count: count / 16)
    offsets = steps
  }

  /// Sets the code of a weight.
  public mutating func set(_ code: Int8, at weight: Int) { codes[weight] = code }

  /// Sets what sixteen weights have in common.
  public mutating func set(step: Float, offset: Float, ofGroup group: Int) {
    (steps[group], offsets[group]) = (step, offset)
  }
}

extension Kernel {
  /// Whether products with the type are computed with integers.
  public var unpacks: Bool {
    // Safe: only asks whether the function is there.
    unsafe entry.unpack != nil
  }

  /// Takes the blocks of a row apart, any bytes.
  public func unpack(_ blocks: Span<UInt8>, into row: inout IntegerRow) {
    // Safe: a function of the constant table.
    guard let unpack = unsafe entry.unpack else { preconditionFailure("products with the type are not of integers") }
    let count = blocks.count / blockBytes
    precondition(count * blockBytes == blocks.count, "the blocks must be whole")
    row.prepare(columns: count * blockLength)
    // Safe: the kernel reads count x blockBytes bytes; the row has room for count x blockLength codes, and for a sixteenth
    // of them of steps and offsets.
    unsafe blocks.withUnsafeBufferPointer { blocks in
      unsafe row.codes.withUnsafeMutableBufferPointer { codes in
        unsafe row.steps.withUnsafeMutableBufferPointer { steps in
          unsafe row.offsets.withUnsafeMutableBufferPointer { offsets in
            unsafe unpack(blocks.baseAddress, codes.baseAddress, steps.baseAddress, offsets.baseAddress, count)
          }
        }
      }
    }
  }
}

extension KernelSet {
  /// Products of one row of weights with several vectors of activations, in binary64: for each the sum of weight x
  /// activation, term i in sum i mod 16; of sixteen sums halves are added until one is left.
  ///
  /// - Parameters:
  ///   - weights: The row, not empty.
  ///   - activations: The vectors, each filled up with zeros to a multiple of 16 values.
  ///   - products: Receives one product a vector.
  public func multiply(
    _ weights: Span<Float>, _ activations: Span<Double>, into products: inout MutableSpan<Double>
  ) {
    let samples = products.count
    precondition(weights.count > 0 && activations.count == samples * ((weights.count + 15) / 16 * 16))
    // Safe: reads the weights and the vectors, whose size was just checked, and writes one number a vector; the function is
    // there in every set.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe activations.withUnsafeBufferPointer { activations in
        unsafe products.withUnsafeMutableBufferPointer { products in
          unsafe set.float_products?(
            weights.baseAddress, weights.count, activations.baseAddress, samples, products.baseAddress)
        }
      }
    }
  }

  /// Products of one row of weights, taken apart, with several vectors of quantized activations: of each sixteen weights
  /// g, with D the sum of the products of the codes, (step x scale) x D + offset x sum goes into sum g mod 16.
  ///
  /// - Parameters:
  ///   - codes: Of the activations: for each vector as many as the row has.
  ///   - scales: For each sixteen of them, what a code counts for.
  ///   - sums: For each sixteen of them, what they add up to.
  ///   - products: Receives one product a vector.
  public func multiply(
    _ row: IntegerRow, codes: Span<Int8>, scales: Span<Double>, sums: Span<Double>,
    into products: inout MutableSpan<Double>
  ) {
    let samples = products.count
    precondition(codes.count == samples * row.codes.count && row.codes.count % 256 == 0)
    precondition(scales.count == codes.count / 16 && sums.count == scales.count)
    let stretches = row.codes.count / 256
    let (rowCodes, steps, offsets) = (row.codes.span, row.steps.span, row.offsets.span)
    // Safe: all sizes were just checked, and those of a row belong together; the function is there in every set.
    unsafe rowCodes.withUnsafeBufferPointer { rowCodes in
      unsafe steps.withUnsafeBufferPointer { steps in
        unsafe offsets.withUnsafeBufferPointer { offsets in
          unsafe codes.withUnsafeBufferPointer { codes in
            unsafe scales.withUnsafeBufferPointer { scales in
              unsafe sums.withUnsafeBufferPointer { sums in
                unsafe products.withUnsafeMutableBufferPointer { products in
                  unsafe set.integer_products?(
                    rowCodes.baseAddress, steps.baseAddress, offsets.baseAddress, stretches, codes.baseAddress,
                    scales.baseAddress, sums.baseAddress, samples, products.baseAddress)
                }
              }
            }
          }
        }
      }
    }
  }
}
