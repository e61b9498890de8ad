/// How much is asked for at a time: a header's reader takes small steps, and each request is a round trip.
struct ReadAhead {
  /// The first request of a file: more than the header of most safetensors files, and of GGUF files without a vocabulary.
  static let first = 1 << 20
  /// The first at another place: frames and tables of archives.
  static let elsewhere = 256 << 10
  /// The largest request; longer reads are several.
  static let most = 8 << 20

  private var next = Self.first
  private var ahead = Self.first

  /// What to ask for, of bytes that are not there yet.
  ///
  /// Reading on doubles it, so that no more than twice of what is wanted is read, in a number of requests that grows with
  /// its logarithm. What lies near the end is asked for together with the end.
  /// - Parameters:
  ///   - position: Inside the file.
  ///   - wanted: Bytes from there on.
  mutating func range(at position: Int, wanted: Int, size: Int) -> Range<Int> {
    let readsOn = position == next
    ahead = readsOn ? min(2 * ahead, Self.most) : Self.elsewhere
    let end = position + min(size - position, min(max(wanted, ahead), Self.most))
    next = end
    let start = readsOn || end < size ? position : max(0, min(position, size - Self.elsewhere))
    return start..<end
  }
}
