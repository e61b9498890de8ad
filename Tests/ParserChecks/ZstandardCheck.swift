#if FUZZ_PACKAGE
  @testable import FileAccess
  @testable import TensorCore
#else
  import FileAccess
  import TensorCore
#endif

/// What holds of every compressed file, whatever its bytes.
public enum ZstandardCheck {
  /// More is not unpacked whole.
  private static let mostUnpacked = 4 << 20

  /// Unpacks a file front to back, and again in pieces from its end on.
  ///
  /// - Returns: What does not hold; empty as it should be.
  public static func broken(path: String) -> [String] {
    var broken = Broken()
    do {
      let file = try InputFile(path: path)
      broken.require(try file.size == InputFile(path: path).size, "opened twice, another size")
      guard file.isCompressed else { return broken.list }
      broken.require(file.size >= 0, "size \(file.size)")
      // Where something lies far behind, its start does.
      _ = try file.bytes(in: 0..<min(file.size, 1 << 16))
      guard file.size <= mostUnpacked else { return broken.list }
      let whole = try file.bytes(in: 0..<file.size)
      let other = try InputFile(path: path)
      var end = file.size
      while end > 0 {
        let start = max(0, end - 70_001)
        let piece: [UInt8]
        do {
          piece = try other.bytes(in: start..<end)
        } catch {
          broken.add("unpacked in one, and not in pieces: \(error)")
          break
        }
        broken.require(piece.elementsEqual(whole[start..<end]), "other bytes in \(start)..<\(end)")
        end = start
      }
    } catch {
      broken.require(isAnswer(error), "\(error)")
    }
    return broken.list
  }
}
