internal import Digests
internal import FileAccess
internal import GGUF
internal import Hessians
internal import Importance
internal import Quantization
internal import TensorCore

extension ConversionPlan {
  /// A digest of all that decides which bytes a conversion writes: two with the same write the same, as long as nobody
  /// changes a file without its size and its time of change being others.
  ///
  /// - Parameters:
  ///   - source: What is converted.
  ///   - policy: What becomes of values that are not finite.
  ///   - program: The program and its version.
  func identity(source: any TensorSource, policy: ConversionOptions.NonFinitePolicy, program: String) -> [UInt8] {
    var digest = SHA256()
    func add(_ words: [String]) {
      for word in words { digest.update(Array("\(word.utf8.count) \(word) ".utf8).span) }
    }
    add([program, source.formatName, policy.rawValue, method.name])
    if let percentile = method.percentile { add(["\(percentile.value)"]) }
    func addFile(_ path: String, size: Int) {
      let status = FileStatus(ofPath: path)
      add([resolvedPath(path) ?? path, "\(size)", "\(status?.size ?? -1)", "\(status?.modified ?? 0)"])
    }
    for file in source.files { addFile(file.path, size: file.size) }
    for tensor in tensors {
      add([
        tensor.source.name, tensor.source.elementType.name, "\(tensor.source.file)", "\(tensor.source.offset)",
        "\(tensor.source.byteCount)",
      ])
    }
    for (_, scales) in channelScales?.scales ?? [] { add(scales.map { "\($0.bitPattern)" }) }
    if let hessians { addFile(hessians.path, size: -1) }
    if let importance { addFile(importance.path, size: -1) }
    // The headers say what each tensor becomes, and where it stands.
    for part in layout.parts {
      add(["\(part.fileSize)", "\(part.header.count)"])
      digest.update(part.header.span)
    }
    return digest.digest()
  }
}
