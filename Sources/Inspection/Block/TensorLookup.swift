internal import Quantization
public import TensorCore

extension TensorSource {
  /// The tensor of this name, which is compared byte by byte; of several in a damaged file the first.
  ///
  /// - Throws: ``BlockError/noTensor(_:nearest:)``.
  public func tensor(named name: String) throws(BlockError) -> TensorDescription {
    let exact = ExactString(name)
    if let tensor = tensors.first(where: { ExactString($0.name) == exact }) { return tensor }
    throw .noTensor(name, nearest: Spelling.nearest(to: name, among: tensors.map(\.name)))
  }
}

extension TensorDescription {
  /// Whether numbers can be made of the tensor's bytes: weights or integers.
  var isDecoded: Bool {
    // How a block of several fields would be stored big-endian is nowhere said.
    if byteOrder == .big && elementType.blockLength > 1 { return false }
    return elementType.decoder != nil || elementType.kind == .integer
  }

  /// Throws where bytes of the payload, up to `end`, are not in the file.
  func requireBytes(upTo end: Int, in source: any TensorSource) throws(BlockError) {
    let (last, overflow) = offset.addingReportingOverflow(end)
    let size = source.files.indices.contains(file) ? source.files[file].size : 0
    if overflow || last > size { throw .beyondEnd(tensor: name, end: overflow ? .max : last, fileSize: size) }
  }
}
