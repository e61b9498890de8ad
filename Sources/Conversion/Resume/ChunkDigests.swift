/// The digests of the chunks that a journal speaks of: 8 bytes and a bit for each chunk of the conversion, once there is
/// one, so that a model of 10^12 weights, of 4 million chunks, needs 32 MiB.
struct ChunkDigests: Sendable {
  private let chunkCount: Int
  private var digests: [UInt64] = []
  /// A bit for each chunk, in words of 64.
  private var isKnown: [UInt64] = []
  /// How many chunks have a digest.
  private(set) var count = 0

  /// - Parameter chunkCount: The numbers of chunks are below it.
  init(chunkCount: Int) { self.chunkCount = chunkCount }

  /// The digest of a chunk; nil where there is none.
  subscript(chunk: Int) -> UInt64? { isSet(chunk) ? digests[chunk] : nil }

  /// A number that is no chunk's is passed over.
  mutating func set(_ digest: UInt64, of chunk: Int) {
    guard (0..<chunkCount).contains(chunk) else { return }
    if digests.isEmpty {
      digests = [UInt64](repeating: 0, count: chunkCount)
      isKnown = [UInt64](repeating: 0, count: chunkCount / 64 + 1)
    }
    if !isSet(chunk) { count += 1 }
    digests[chunk] = digest
    isKnown[chunk / 64] |= 1 << UInt64(chunk % 64)
  }

  private func isSet(_ chunk: Int) -> Bool {
    digests.indices.contains(chunk) && isKnown[chunk / 64] >> UInt64(chunk % 64) & 1 == 1
  }
}
