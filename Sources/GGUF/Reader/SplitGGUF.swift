internal import SystemPackage
public import TensorCore

/// A model in several files, as gguf-split of llama.cpp writes them: the first has the metadata, each has tensors, and
/// `split.no`, `split.count` and `split.tensors.count` say how they belong together.
public struct SplitGGUF: GGUFSource {
  /// As many as a name has digits for.
  public static let mostParts = 99_999

  public let parts: [GGUFFile]
  /// By file, then by where their data starts. Offsets count from the start of their file.
  public let tensors: [TensorDescription]
  public var files: [SourceFile] { parts.flatMap(\.files) }
  public var formatName: String { "GGUF" }
  public var metadata: GGUFMetadata { parts[0].metadata }

  /// Puts parts together, and holds what they say against each other.
  ///
  /// - Parameter parts: All parts, in order; at least one.
  /// - Throws: ``SourceError``: `.invalid` with a ``SplitError`` and the path of the part.
  public init(_ parts: [GGUFFile]) throws(SourceError) {
    precondition(!parts.isEmpty)
    for (number, part) in parts.enumerated() {
      let (place, count) = (part.metadata["split.no"]?.integer, part.metadata["split.count"]?.integer)
      if count != parts.count { throw part.invalid(.countDiffers(count: count, expected: parts.count)) }
      guard let place, (0..<parts.count).contains(place) else {
        throw part.invalid(.numberOutOfRange(count: parts.count))
      }
      if place != number { throw part.invalid(.numberDiffers(number: place + 1, expected: number + 1)) }
    }
    var partOfTensor: [ExactString: Int] = [:]
    var tensors: [TensorDescription] = []
    for (number, part) in parts.enumerated() {
      for tensor in part.tensors {
        // A name twice in one part is among the part's own deviations.
        if let first = partOfTensor.updateValue(number, forKey: ExactString(tensor.name)), first != number {
          throw part.invalid(
            .tensorInTwoParts(tensor: tensor.name, first: parts[first].fileName, second: part.fileName))
        }
        tensors.append(
          TensorDescription(
            name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, byteOrder: tensor.byteOrder,
            file: number, offset: tensor.offset, byteCount: tensor.byteCount))
      }
    }
    for part in parts {
      if let expected = part.metadata["split.tensors.count"]?.integer, expected != tensors.count {
        throw part.invalid(.tensorCountDiffers(found: tensors.count, expected: expected))
      }
    }
    self.parts = parts
    self.tensors = tensors
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try parts[tensor.file].read(tensor, from: start, into: &buffer)
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    parts[tensor.file].prefetch(tensor, bytes)
  }
}

extension GGUFFile {
  /// Which part of how many this file says it is; nil where it is a model of its own. A set that was merged says that
  /// it has 0 parts.
  ///
  /// - Returns: The part's number, counted from 1, and how many there are, two at least.
  /// - Throws: ``SplitError`` for numbers that no part has.
  package func splitPlace() throws(SplitError) -> (number: Int, count: Int)? {
    guard let count = metadata["split.count"]?.integer, count > 1 else { return nil }
    guard count <= SplitGGUF.mostParts else {
      throw .countTooLarge(count: count, limit: SplitGGUF.mostParts)
    }
    guard let number = metadata["split.no"]?.integer, (0..<count).contains(number) else {
      throw .numberOutOfRange(count: count)
    }
    return (number + 1, count)
  }

  package func invalid(_ error: SplitError) -> SourceError { .invalid(path: files[0].path, error) }

  fileprivate var fileName: String { FilePath(files[0].path).lastComponent?.string ?? files[0].path }
}
