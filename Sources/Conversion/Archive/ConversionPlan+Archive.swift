public import FileAccess
internal import GGUF
internal import TensorCore

extension ConversionPlan {
  /// How the output, which is one file, is cut into the frames of an archive: as packing the file would cut it.
  ///
  /// - Parameter frameBytes: The most bytes of a frame, in ``ArchiveLayout/frameBytes``.
  /// - Throws: ``ZstandardError/tooManyFrames(limit:)``.
  public func archiveLayout(frameBytes: Int) throws(ZstandardError) -> ArchiveLayout {
    try ArchiveLayout(
      contentSize: layout.fileSize, sectionStarts: [layout.parts[0].header.count] + layout.places.map(\.offset),
      frameBytes: frameBytes)
  }

  /// The stretches of the output, which is one file, that a conversion writes: the header, and the tensors without the
  /// zeros between them.
  public var writtenRanges: [Range<Int>] {
    [0..<layout.parts[0].header.count] + layout.places.map { $0.offset..<($0.offset + $0.byteCount) }
  }
}
