internal import FileAccess
internal import TensorCore

/// A checkpoint of llama2.c as a source of tensors under their names in GGUF.
struct Llama2CFile: TensorSource {
  let header: Llama2CHeader
  let tensors: [TensorDescription]
  var files: [SourceFile] { [file.sourceFile] }
  var formatName: String { "llama2.c" }

  private let file: InputFile

  /// - Returns: nil for what is no such checkpoint: version 0 has no mark of its own, and is told by a header whose sizes
  ///   give the size of the file.
  init?(_ file: InputFile) throws(SourceError) {
    let start = try file.bytes(in: 0..<min(file.size, 256))
    let header: Llama2CHeader
    var expected: Int?
    var tensors: [TensorDescription] = []
    do throws(Llama2CError) {
      guard let found = try Llama2CHeader(start) else { return nil }
      header = found
      // Every layer has tensors of four bytes at least: no more are listed than the file has room for.
      if header.layers <= file.size / 4 { (tensors, expected) = try Self.layout(header) }
      guard expected == file.size else {
        if header.version == 0 { return nil }
        throw .fileSize(found: file.size, expected: expected ?? .max)
      }
    } catch {
      // What has no mark is of another format when its numbers are none of this one.
      if case .version = error { throw .invalid(path: file.path, error) }
      guard start.span.load(UInt32.self, at: 0) == 0x616B_3432 else { return nil }
      throw .invalid(path: file.path, error)
    }
    self.header = header
    self.tensors = tensors
    self.file = file
  }

  private static func layout(_ header: Llama2CHeader) throws(Llama2CError) -> ([TensorDescription], Int) {
    var tensors: [TensorDescription] = []
    var offset = header.length
    for group in header.groups {
      guard let shape = Shape(checking: group.shape.map { UInt64($0) }),
        let bytes = ElementType.f32.byteCount(elements: shape.elementCount)
      else { throw .tooLarge }
      for layer in 0..<(group.isOfLayers ? header.layers : 1) {
        if let name = group.name {
          tensors.append(
            TensorDescription(
              name: TensorKind.name(name, [layer]), elementType: .f32, shape: shape, offset: offset, byteCount: bytes))
        }
        let (next, overflow) = offset.addingReportingOverflow(bytes)
        guard !overflow else { throw .tooLarge }
        offset = next
      }
    }
    return (tensors, offset)
  }

  func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try file.read(at: tensor.offset + start, into: &buffer)
  }

  func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    file.prefetch((tensor.offset + bytes.lowerBound)..<(tensor.offset + bytes.upperBound))
  }
}
