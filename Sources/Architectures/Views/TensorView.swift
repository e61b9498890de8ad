internal import TensorCore

/// A tensor of the model: what its payload is made of.
struct TensorView: Sendable {
  let content: Content

  enum Content: Sendable {
    /// Arrays one behind the other; all of one element type.
    case arrays([ArrayView])
    /// What no tensor of the checkpoint holds.
    case floats([Float])
  }

  /// The payload as it is in one place of the checkpoint: nothing is to be done but to read it.
  private let verbatim: (tensor: TensorDescription, start: Int)?
  /// For each array, the elements before it.
  private let starts: [Int]

  init(_ content: Content) {
    self.content = content
    var (starts, sum) = ([Int](), 0)
    if case .arrays(let arrays) = content {
      for array in arrays {
        starts.append(sum)
        sum += array.elementCount
      }
      if arrays.count == 1, case .none = arrays[0].operation, arrays[0].tensor.byteOrder == .little,
        arrays[0].merged.isEmpty || arrays[0].merged.count == 1 && arrays[0].merged[0].stride == 1
      {
        verbatim = (arrays[0].tensor, arrays[0].start * arrays[0].tensor.elementType.blockBytes)
      } else {
        verbatim = nil
      }
    } else {
      verbatim = nil
    }
    self.starts = starts
  }

  var elementType: ElementType {
    switch content {
    case .arrays(let arrays): arrays.first?.elementType ?? .f32
    case .floats: .f32
    }
  }

  /// The most bytes that reading a part of the payload takes besides the part itself: what lies between its elements in the
  /// checkpoint, these in their order, as 32-bit floats, and as they become.
  func scratchBytes(reading count: Int) -> Int {
    verbatim == nil ? ArrayGathering.largestSpan + 4 * count : 0
  }

  /// The first of the checkpoint's tensors that it is made of; nil for what is computed.
  var origin: TensorDescription? {
    if case .arrays(let arrays) = content { arrays.first?.tensor } else { nil }
  }

  /// Fills `buffer` with payload bytes from byte `start` on.
  func read(
    from start: Int, into buffer: inout MutableSpan<UInt8>, in checkpoint: any TensorSource
  ) throws(SourceError) {
    if let (tensor, offset) = verbatim {
      return try checkpoint.read(tensor, from: offset + start, into: &buffer)
    }
    let width = elementType.blockBytes
    // Whole elements, of which the first and the last may be wanted in part.
    let elements = (start / width)..<((start + buffer.count + width - 1) / width)
    var bytes: [UInt8] = []
    switch content {
    case .floats(let values):
      for value in values[elements] { bytes.append(littleEndian: value.bitPattern) }
    case .arrays(let arrays):
      var index = starts.lastIndex { $0 <= elements.lowerBound } ?? 0
      var element = elements.lowerBound
      while element < elements.upperBound, index < arrays.count {
        let array = arrays[index]
        let within = (element - starts[index])..<min(elements.upperBound - starts[index], array.elementCount)
        let piece = try ArrayGathering(array, in: checkpoint).bytes(of: within)
        let operation = try PreparedOperation(array.operation, of: array.tensor.elementType, in: checkpoint)
        bytes.append(contentsOf: operation.apply(to: piece))
        element += within.count
        index += 1
      }
    }
    let first = start - elements.lowerBound * width
    for index in 0..<buffer.count { buffer[index] = bytes[first + index] }
  }

  /// Announces what is read of the checkpoint for a range of the payload, where that is one range.
  func prefetch(_ bytes: Range<Int>, in checkpoint: any TensorSource) {
    guard let (tensor, offset) = verbatim else { return }
    checkpoint.prefetch(tensor, (offset + bytes.lowerBound)..<(offset + bytes.upperBound))
  }
}
