internal import TensorCore

/// Reads stretches of an array that lies in a tensor in another order.
struct ArrayGathering {
  /// The most bytes that are read at once to take elements out of them: twice a chunk of 32-bit floats.
  static let largestSpan = 2 << 20

  let checkpoint: any TensorSource
  let tensor: TensorDescription
  private let width: Int
  private let start: Int
  /// Outermost first; the last is not in ``blockLength``.
  private let loops: [(count: Int, stride: Int)]
  /// Elements that lie behind one another in the tensor.
  private let blockLength: Int

  init(_ view: ArrayView, in checkpoint: any TensorSource) {
    self.checkpoint = checkpoint
    tensor = view.tensor
    width = view.tensor.elementType.blockBytes
    start = view.start
    var loops = view.merged
    if loops.last?.stride == 1 { blockLength = loops.removeLast().count } else { blockLength = 1 }
    self.loops = loops
  }

  /// Where the elements of a range begin in the tensor, if they lie behind one another there.
  func contiguousStart(of range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return start }
    let (first, last) = (range.lowerBound / blockLength, (range.upperBound - 1) / blockLength)
    return first == last ? place(ofBlock: first) + range.lowerBound % blockLength : nil
  }

  /// The bytes of a range of the array's elements.
  func bytes(of range: Range<Int>) throws(SourceError) -> [UInt8] {
    if let place = contiguousStart(of: range) { return try read(place..<(place + range.count)) }
    var result = [UInt8](repeating: 0, count: range.count * width)
    // Where the elements lie close together, all between the first and the last of them are read.
    var span = (low: Int.max, high: 0)
    forEachBlock(of: range) { place, elements, _ in
      span = (min(span.low, place), max(span.high, place + elements))
    }
    if span.high - span.low <= 2 * range.count, (span.high - span.low) * width <= Self.largestSpan {
      let source = try read(span.low..<span.high)
      forEachBlock(of: range) { place, elements, target in
        copy(source, from: place - span.low, count: elements, to: target, of: &result)
      }
      return result
    }
    if blockLength == 1, let (outer, inner) = transposition {
      try gatherTransposed(range, outer: outer, inner: inner, into: &result)
      return result
    }
    try forEachBlock(of: range) { (place, elements, target) throws(SourceError) in
      let source = try read(place..<(place + elements))
      copy(source, from: 0, count: elements, to: target, of: &result)
    }
    return result
  }

  // MARK: Blocks

  /// The tensor's element at which a block begins.
  private func place(ofBlock block: Int) -> Int {
    var (rest, place) = (block, start)
    for loop in loops.reversed() {
      place += rest % loop.count * loop.stride
      rest /= loop.count
    }
    return place
  }

  /// - Parameter body: Given the place in the tensor, the number of elements, and the place in the range.
  private func forEachBlock<Failure>(
    of range: Range<Int>, _ body: (Int, Int, Int) throws(Failure) -> Void
  ) throws(Failure) {
    var element = range.lowerBound
    while element < range.upperBound {
      let offset = element % blockLength
      let count = min(blockLength - offset, range.upperBound - element)
      try body(place(ofBlock: element / blockLength) + offset, count, element - range.lowerBound)
      element += count
    }
  }

  // MARK: Transposed

  /// The last two loops, where a step of the outer is a step to the next element.
  private var transposition: (outer: Int, inner: (count: Int, stride: Int))? {
    guard loops.count >= 2, loops[loops.count - 2].stride == 1 else { return nil }
    return (loops[loops.count - 2].count, loops[loops.count - 1])
  }

  /// Columns of a matrix, which are rows of the array: of each row of the matrix the part that is in these columns.
  private func gatherTransposed(
    _ range: Range<Int>, outer: Int, inner: (count: Int, stride: Int), into result: inout [UInt8]
  ) throws(SourceError) {
    var row = range.lowerBound / inner.count
    let end = (range.upperBound - 1) / inner.count + 1
    while row < end {
      // Up to the end of this matrix.
      let count = min(end - row, outer - row % outer)
      let corner = place(ofBlock: row * inner.count)
      for step in 0..<inner.count {
        let place = corner + step * inner.stride
        let source = try read(place..<(place + count))
        for index in 0..<count {
          let target = (row + index) * inner.count + step
          if range.contains(target) { copy(source, from: index, count: 1, to: target - range.lowerBound, of: &result) }
        }
      }
      row += count
    }
  }

  // MARK: Bytes

  private func read(_ elements: Range<Int>) throws(SourceError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: elements.count * width)
    var span = bytes.mutableSpan
    try checkpoint.read(tensor, from: elements.lowerBound * width, into: &span)
    if tensor.byteOrder == .big { span.reverseBytes(ofElements: width) }
    return bytes
  }

  private func copy(_ source: [UInt8], from place: Int, count: Int, to target: Int, of result: inout [UInt8]) {
    let (from, to, length) = (place * width, target * width, count * width)
    // A few bytes are copied sooner than a range of them is made.
    if length <= 16 {
      for index in 0..<length { result[to + index] = source[from + index] }
    } else {
      result.replaceSubrange(to..<(to + length), with: source[from..<(from + length)])
    }
  }
}
