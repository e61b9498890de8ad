public import Digests
internal import GGUF
internal import Safetensors
public import TensorCore

/// Digests of what stands before the data of a file: length and JSON of a safetensors file; of a GGUF file header, metadata,
/// tensor infos, and the padding behind them. Of a compressed file its contents are meant.
public struct HeaderDigests: Sendable {
  /// As the checkpoint has it.
  public let file: SourceFile
  /// How many bytes they are of, from the file's start on.
  public let bytes: Int
  /// One an algorithm, in the order in which these were asked for.
  public let digests: [Digest]

  /// A line for each digest, as in a manifest, where such lines are passed over.
  public var text: String {
    digests.map { DigestManifest.Line.text("\($0.algorithm.rawValue)-header", $0, file.path.printable) }.joined()
  }

  /// Bytes that are read at a time.
  private static let bufferBytes = 512 << 10

  /// - Returns: One for each file of a checkpoint; nil where its format has no headers.
  /// - Throws: ``SourceError/file(_:)``.
  /// - Complexity: O(*n*) for *n* bytes of header.
  public static func all(
    of source: any TensorSource, _ algorithms: [DigestAlgorithm]
  ) throws(SourceError) -> [HeaderDigests]? {
    var all: [HeaderDigests] = []
    if let model = source as? any GGUFSource {
      for part in model.parts {
        all.append(
          try HeaderDigests(part.files[0], bytes: part.dataStart, algorithms) {
            (start, buffer) throws(SourceError) in try part.readHeader(from: start, into: &buffer)
          })
      }
      return all
    }
    guard let shards = (source as? SafetensorsFile).map({ [$0] }) ?? (source as? ShardedSafetensors)?.shards else {
      return nil
    }
    for shard in shards {
      all.append(
        try HeaderDigests(shard.files[0], bytes: shard.dataStart, algorithms) {
          (start, buffer) throws(SourceError) in try shard.readHeader(from: start, into: &buffer)
        })
    }
    return all
  }

  private init(
    _ file: SourceFile, bytes: Int, _ algorithms: [DigestAlgorithm],
    _ read: (Int, inout MutableSpan<UInt8>) throws(SourceError) -> Void
  ) throws(SourceError) {
    var digesters = algorithms.map(Digester.init)
    var done = 0
    while done < bytes {
      var piece = [UInt8](repeating: 0, count: min(Self.bufferBytes, bytes - done))
      var span = piece.mutableSpan
      try read(done, &span)
      for index in digesters.indices { digesters[index].update(piece.span) }
      done += piece.count
    }
    self.file = file
    self.bytes = bytes
    digests = digesters.map { $0.digest() }
  }
}
