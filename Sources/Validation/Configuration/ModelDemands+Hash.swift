internal import Checkpoints
internal import Digests
internal import FileAccess
internal import SystemPackage
internal import TensorCore

extension ModelDemands {
  /// Bytes that are read at a time.
  private static let portion = 1 << 20

  /// The digest that is demanded of a file, by its name with or without `.zst`.
  func hash(of file: SourceFile) -> Hash? {
    let name = FilePath(file.path).lastComponent?.string ?? file.path
    return hashes.first { $0.glob.matches(name) || $0.glob.matches(withoutZst(name)) }
  }

  /// Reads a file whose digest is demanded, and adds where it is another. Of a compressed file the contents are meant.
  func checkHash(
    of file: SourceFile, _ index: Int, _ isCancelled: @Sendable () -> Bool,
    _ progress: @Sendable (Int, String) -> Void, _ findings: inout FindingList
  ) throws(StreamFailure) {
    guard let demand = hash(of: file) else { return }
    var digester = Digester(.sha256)
    var isStopped = false
    do throws(SourceError) {
      let input = try InputFile(path: file.path)
      var buffer = [UInt8](repeating: 0, count: Self.portion)
      var start = 0
      while start < input.size, !isStopped {
        isStopped = isCancelled()
        let count = min(Self.portion, input.size - start)
        if count < buffer.count { buffer.removeLast(buffer.count - count) }
        var span = buffer.mutableSpan
        try input.read(at: start, into: &span)
        digester.update(buffer.span)
        start += count
        progress(count, file.path)
      }
    } catch .invalid(_, _ as ZstandardError) {
      // It does not unpack, which is a finding of its own.
      return
    } catch {
      throw .source(error)
    }
    if isStopped { throw .cancelled }
    let found = "\(digester.digest())"
    if found != demand.sha256 {
      findings.add(ConfigurationRules.hash, at: .init(file: index), "SHA-256 \(found), expected \(demand.sha256)")
    }
  }
}
