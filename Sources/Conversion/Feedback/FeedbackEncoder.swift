internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// One thread's share of error feedback: its buffers, and what it does with rows. formats/error-feedback.md.
///
/// A row's blocks depend on that row alone, whatever stands beside it.
struct FeedbackEncoder {
  let kernels: KernelSet
  let feedback: ErrorFeedback

  // Of all rows, in the order of the basis but for the codes and what is decoded of them.
  private var weights: [Float] = []
  private var errors: [Float] = []
  private var otherErrors: [Float] = []
  /// Targets, then gradients, then products with the factor.
  private var sums: [Float] = []
  private var codes: [UInt8] = []
  private var decoded: [Float] = []
  /// Of one block of every row: its targets in their places, what errors count for, and the block.
  private var blockTargets: [Float] = []
  private var blockImportance: [Float] = []
  private var block: [UInt8] = []
  private var changes: [Float] = []
  private var others: [UInt8] = []

  init(kernels: KernelSet, feedback: ErrorFeedback) { (self.kernels, self.feedback) = (kernels, feedback) }

  /// Bytes of the buffers for a number of weights.
  static func byteCount(weights: Int) -> Int { [weights * 4 * 5, weights * 4, weights * 3].clampedSum }

  /// Columns whose errors are carried on together.
  private static let stretch = 32

  /// Encodes whole rows: by error feedback, and where that leaves a row's output with more error than quantizing every
  /// weight for itself, that.
  ///
  /// - Parameters:
  ///   - rows: The weights, row by row, finite; the columns are those of the basis.
  ///   - blocks: Receives the blocks of all rows from `offset` on.
  mutating func encode(
    _ rows: Span<Float>, _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, into blocks: inout MutableSpan<UInt8>,
    at offset: Int
  ) -> OutputErrorSums {
    let n = basis.columns
    let count = rows.count / n
    let type = codec.elementType
    let rowBytes = n / type.blockLength * type.blockBytes
    prepare(rows, basis)
    feedBack(codec, basis, count, into: &blocks, at: offset)
    for _ in 0..<feedback.passes { descend(codec, basis, count, blocks.span, at: offset) }
    storeCodes(codec, n, count, into: &blocks, at: offset)
    searchRows(rows, codec, basis, count)

    // The damped errors decide; what is told is without damping.
    var total = OutputErrorSums()
    let signal = outputErrors(of: weights, basis, count)
    let own = outputErrors(of: errors, basis, count)
    let other = outputErrors(of: otherErrors, basis, count)
    for row in 0..<count {
      // NaN and infinity are not less.
      let isBetter = own[row].damped < other[row].damped
      if !isBetter {
        for i in 0..<rowBytes { blocks[offset + row * rowBytes + i] = others[row * rowBytes + i] }
      }
      total.signal += signal[row].plain
      total.unaided += other[row].plain
      total.error += isBetter ? own[row].plain : other[row].plain
    }
    return total
  }

  private mutating func prepare(_ rows: Span<Float>, _ basis: FeedbackBasis) {
    let n = basis.columns
    weights.resize(to: rows.count)
    errors.resize(to: rows.count)
    otherErrors.resize(to: rows.count)
    sums.resize(to: rows.count)
    decoded.resize(to: rows.count)
    codes.resize(to: rows.count)
    for row in 0..<(rows.count / n) {
      for j in 0..<n { weights[row * n + j] = rows[row * n + basis.order[j]] }
    }
  }

  // MARK: Error feedback

  /// Block by block: scales for the weights as they are to be by then, then code by code.
  private mutating func feedBack(
    _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, _ count: Int, into blocks: inout MutableSpan<UInt8>,
    at offset: Int
  ) {
    let (n, type) = (basis.columns, codec.elementType)
    let (length, size) = (type.blockLength, type.blockBytes)
    for i in 0..<weights.count { sums[i] = weights[i] }
    for first in stride(from: 0, to: n, by: length) {
      let number = basis.order[first] / length
      fitScales(codec, basis, first, count)
      for row in 0..<count {
        let place = offset + (row * (n / length) + number) * size
        for i in 0..<size { blocks[place + i] = block[row * size + i] }
      }
      for from in stride(from: first, to: first + length, by: Self.stretch) {
        let end = min(from + Self.stretch, first + length)
        Self.feedBack(
          codec, basis, from..<end, block: number, count, weights, blocks.span, at: offset, targets: &sums,
          codes: &codes, errors: &errors)
        kernels.addProducts(
          of: errors, MatrixPlace(start: from, stride: n), with: basis.factor.upper,
          MatrixPlace(start: from * n + end, stride: n), rows: count, depth: end - from, columns: n - end, to: &sums,
          MatrixPlace(start: end, stride: n))
      }
    }
  }

  /// The scales of one block of every row.
  private mutating func fitScales(
    _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, _ first: Int, _ count: Int
  ) {
    let (n, type) = (basis.columns, codec.elementType)
    blockTargets.resize(to: count * type.blockLength)
    blockImportance.resize(to: count * type.blockLength)
    block.resize(to: count * type.blockBytes)
    for row in 0..<count {
      for j in 0..<type.blockLength {
        let place = row * type.blockLength + basis.places[first + j]
        blockTargets[place] = sums[row * n + first + j]
        // What is left of an error once the columns behind it have made up for it.
        blockImportance[place] = basis.factor.pivots[first + j]
      }
    }
    Self.searchAlone(codec, kernels.kernel(for: type), blockTargets, blockImportance, into: &block)
  }

  // These take their buffers apart, so that one may be read while another is written.

  private static func searchAlone(
    _ codec: any FeedbackCodec.Type, _ kernel: Kernel?, _ targets: [Float], _ importance: [Float],
    into blocks: inout [UInt8]
  ) {
    let (length, size) = (codec.elementType.blockLength, codec.elementType.blockBytes)
    var bytes = blocks.mutableSpan
    if let kernel, kernel.searches {
      kernel.searchAlone(targets.span, importance: importance.span, into: &bytes)
    } else {
      for block in 0..<(targets.count / length) {
        let range = (block * length)..<((block + 1) * length)
        codec.searchBlock(
          targets.span.extracting(range), importance: importance.span.extracting(range), into: &bytes, at: block * size)
      }
    }
  }

  private static func feedBack(
    _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, _ columns: Range<Int>, block: Int, _ count: Int,
    _ weights: [Float], _ blocks: Span<UInt8>, at offset: Int, targets: inout [Float], codes: inout [UInt8],
    errors: inout [Float]
  ) {
    let (n, type) = (basis.columns, codec.elementType)
    let (places, factors) = (Array(basis.places[columns]), basis.factor.upper)
    let corner = MatrixCorner(start: columns.lowerBound * n + columns.lowerBound, stride: n)
    var targetSpan = targets.mutableSpan
    var codeSpan = codes.mutableSpan
    var errorSpan = errors.mutableSpan
    for row in 0..<count {
      let place = offset + (row * (n / type.blockLength) + block) * type.blockBytes
      codec.grid(of: blocks.extracting(place..<(place + type.blockBytes))).feedBack(
        weights.span, targets: &targetSpan, from: row * n + columns.lowerBound, places: places.span,
        factors: factors.span, corner, codes: &codeSpan, at: row * n + block * type.blockLength, errors: &errorSpan)
    }
  }

  // MARK: Coordinate descent

  /// Looks at every code again: the gradient of the output's error says where the weight should be, all others being as
  /// they are.
  private mutating func descend(
    _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, _ count: Int, _ blocks: Span<UInt8>, at offset: Int
  ) {
    let (n, length) = (basis.columns, codec.elementType.blockLength)
    for i in 0..<sums.count { sums[i] = 0 }
    kernels.addProducts(of: errors, with: basis.hessian, columns: n, isUpper: false, to: &sums)
    changes.resize(to: count * Self.stretch)
    for first in stride(from: 0, to: n, by: length) {
      for from in stride(from: first, to: first + length, by: Self.stretch) {
        let end = min(from + Self.stretch, first + length)
        Self.descend(
          codec, basis, from..<end, block: basis.order[first] / length, count, blocks, at: offset, gradients: sums,
          codes: &codes, errors: &errors, changes: &changes)
        kernels.addProducts(
          of: changes, MatrixPlace(stride: Self.stretch), with: basis.hessian, MatrixPlace(start: from * n, stride: n),
          rows: count, depth: end - from, columns: n, to: &sums, MatrixPlace(stride: n))
      }
    }
  }

  private static func descend(
    _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, _ columns: Range<Int>, block: Int, _ count: Int,
    _ blocks: Span<UInt8>, at offset: Int, gradients: [Float], codes: inout [UInt8], errors: inout [Float],
    changes: inout [Float]
  ) {
    let (n, type) = (basis.columns, codec.elementType)
    let (places, hessian) = (Array(basis.places[columns]), basis.hessian)
    let corner = MatrixCorner(start: columns.lowerBound * n + columns.lowerBound, stride: n)
    var codeSpan = codes.mutableSpan
    var errorSpan = errors.mutableSpan
    var changeSpan = changes.mutableSpan
    for row in 0..<count {
      let place = offset + (row * (n / type.blockLength) + block) * type.blockBytes
      codec.grid(of: blocks.extracting(place..<(place + type.blockBytes))).descend(
        gradients: gradients.span, from: row * n + columns.lowerBound, places: places.span, hessian: hessian.span,
        corner,
        codes: &codeSpan, at: row * n + block * type.blockLength, errors: &errorSpan, changes: &changeSpan,
        at: row * stretch)
    }
  }

  private mutating func storeCodes(
    _ codec: any FeedbackCodec.Type, _ n: Int, _ count: Int, into blocks: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let (type, codes) = (codec.elementType, codes)
    for block in 0..<(count * n / type.blockLength) {
      let own = codes.span.extracting((block * type.blockLength)..<((block + 1) * type.blockLength))
      codec.storeCodes(own, into: &blocks, at: offset + block * type.blockBytes)
    }
  }

  // MARK: What is left

  /// The same rows with every weight quantized for itself, errors counting by the Hessian's diagonal.
  private mutating func searchRows(
    _ rows: Span<Float>, _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis, _ count: Int
  ) {
    let (n, type) = (basis.columns, codec.elementType)
    let rowBytes = n / type.blockLength * type.blockBytes
    others.resize(to: count * rowBytes)
    Self.search(rows, codec, kernels.kernel(for: type), basis.importance, into: &others)
    Self.decode(others, codec, kernels, into: &decoded)
    for row in 0..<count {
      for j in 0..<n { otherErrors[row * n + j] = weights[row * n + j] - decoded[row * n + basis.order[j]] }
    }
  }

  private static func search(
    _ rows: Span<Float>, _ codec: any FeedbackCodec.Type, _ kernel: Kernel?, _ importance: [Float],
    into blocks: inout [UInt8]
  ) {
    let n = importance.count
    let rowBytes = n / codec.elementType.blockLength * codec.elementType.blockBytes
    var bytes = blocks.mutableSpan
    for row in 0..<(rows.count / n) {
      let weights = rows.extracting((row * n)..<((row + 1) * n))
      codec.search(row: weights, importance: importance.span, with: kernel, into: &bytes, at: row * rowBytes)
    }
  }

  private static func decode(
    _ blocks: [UInt8], _ codec: any FeedbackCodec.Type, _ kernels: KernelSet, into weights: inout [Float]
  ) {
    codec.decode(blocks.span, with: kernels, into: &weights)
  }

  /// For each row e H e^T, with damping and without.
  private mutating func outputErrors(
    of rows: [Float], _ basis: FeedbackBasis, _ count: Int
  ) -> [(damped: Double, plain: Double)] {
    let n = basis.columns
    for i in 0..<rows.count { sums[i] = rows[i] }
    kernels.addProducts(of: rows, with: basis.factor.upper, columns: n, isUpper: true, to: &sums)
    return (0..<count).map { row in
      var (damped, squares) = (0.0, 0.0)
      for j in (row * n)..<((row + 1) * n) {
        damped += Double(basis.factor.pivots[j - row * n]) * Double(sums[j]) * Double(sums[j])
        squares += Double(rows[j]) * Double(rows[j])
      }
      return (damped, max(0, damped - Double(basis.damping) * squares))
    }
  }
}
