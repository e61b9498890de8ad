public import TensorCore

/// Why what a path leads to is no checkpoint that can be read: one case a thing that it is instead.
public enum UnreadableCheckpoint: FormatViolation, Hashable {
  case empty
  case gitLFSPointer
  case htmlPage
  case zipArchive
  case gzip
  case compressedTwice
  case pickle
  case legacyGGML(magic: String)
  case indexOfPickles
  case unknown(firstBytes: [UInt8])
  /// What was called raw fp32 numbers is a file of another format.
  case notRaw(format: String)
  case directoryWithoutCheckpoint
  case directoryAmbiguous([String])

  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .gitLFSPointer: "is a git-LFS pointer, not the file it points to; fetch it with `git lfs pull`"
    case .htmlPage: "is an HTML page, not a model; the download went wrong"
    case .zipArchive: "is a zip archive (PyTorch checkpoints are); save the model as safetensors"
    case .gzip: "is compressed with gzip; unpack it first"
    case .compressedTwice: "is compressed with Zstandard twice; unpack it once with `zstd -d`"
    case .pickle: "is a Python pickle (a PyTorch checkpoint); save the model as safetensors"
    case .legacyGGML(let magic): "is of the old \(magic) format, which GGUF replaced; convert the original model again"
    case .indexOfPickles: "is an index of PyTorch files; save the model as safetensors"
    case .unknown(let bytes):
      "is neither GGUF nor safetensors (it starts with \(bytes.shown)); for raw fp32 numbers say what they are "
        + "with --raw-tensor NAME:ROWSxCOLS or --description FILE"
    case .notRaw(let format):
      "is a \(format) file, not raw fp32 numbers; leave out --raw-tensor and --description"
    case .directoryWithoutCheckpoint: "the folder holds no .safetensors and no .gguf file; name a raw file itself"
    case .directoryAmbiguous(let names):
      "the folder holds several checkpoints (\(names.prefix(4).map { $0.quoted() }.joined(separator: ", "))"
        + "\(names.count > 4 ? ", ..." : "")); name one of them"
    }
  }

  /// What a file's first bytes show it to be, if it is one of the things that are mistaken for a model.
  static func recognise(_ start: Span<UInt8>) -> UnreadableCheckpoint? {
    if start.count == 0 { return .empty }
    let known: [(prefix: [UInt8], UnreadableCheckpoint)] = [
      (Array("version https://git-lfs".utf8), .gitLFSPointer),
      (Array("PK\u{3}\u{4}".utf8), .zipArchive),
      ([0x1F, 0x8B], .gzip),
      // One layer has been unpacked by whoever read these bytes.
      ([0x28, 0xB5, 0x2F, 0xFD], .compressedTwice),
      (Array("lmgg".utf8), .legacyGGML(magic: "GGML")),
      (Array("fmgg".utf8), .legacyGGML(magic: "GGMF")),
      (Array("tjgg".utf8), .legacyGGML(magic: "GGJT")),
      // Pickle protocols 2 to 5.
      ([0x80, 2], .pickle), ([0x80, 3], .pickle), ([0x80, 4], .pickle), ([0x80, 5], .pickle),
    ]
    for (prefix, what) in known where start.starts(with: prefix) { return what }
    var text: [UInt8] = []
    for i in 0..<start.count { text.append(start[i]) }
    let words = String(decoding: text, as: UTF8.self).lowercased().drop { $0.isWhitespace }
    return words.hasPrefix("<!doctype html") || words.hasPrefix("<html") ? .htmlPage : nil
  }
}

extension Span where Element == UInt8 {
  /// Whether the span begins with `prefix`.
  func starts(with prefix: [UInt8]) -> Bool {
    guard count >= prefix.count else { return false }
    for i in 0..<prefix.count where self[i] != prefix[i] { return false }
    return true
  }
}
