internal import TensorCore

/// A model as the files that will hold it: one GGUF file, or the parts of a split one, as gguf-split of llama.cpp cuts it.
///
///     let layout = try SplitLayout(metadata: metadata, tensors: tensors, split: Split(.bytes(2_000_000_000)))
public struct SplitLayout: Sendable {
  /// How a model is split.
  public struct Split: Sendable, Hashable {
    public var cut: SplitCut
    /// Whether the first part has the metadata alone.
    public var firstHasNoTensors: Bool

    public init(_ cut: SplitCut, firstHasNoTensors: Bool = false) {
      (self.cut, self.firstHasNoTensors) = (cut, firstHasNoTensors)
    }
  }

  /// Where a tensor stands.
  public struct Place: Sendable, Hashable {
    /// Which of ``parts``.
    public let part: Int
    /// Bytes from the start of that file.
    public let offset: Int
    public let byteCount: Int
    /// Zeros behind it.
    public let padding: Int
  }

  /// As many as `split.count`, which is a u16, can say.
  public static let mostParts = 65_535

  /// The files, in their order; at least one.
  public let parts: [GGUFLayout]
  /// The tensors of each file.
  public let ranges: [Range<Int>]
  /// One a tensor, in the order given.
  public let places: [Place]
  /// Whether the files are parts, which say so: a model may be split into one.
  public let isSplit: Bool

  /// Bytes of all files.
  public var fileSize: Int { parts.lazy.map(\.fileSize).clampedSum }
  /// Bytes.
  public var alignment: Int { parts[0].alignment }

  /// Lays out a model in one file, as ``GGUFLayout`` does.
  ///
  /// - Throws: ``GGUFError`` for a tensor or a file that GGUF cannot hold.
  public init(metadata: GGUFMetadata, tensors: [GGUFLayout.Tensor]) throws(GGUFError) {
    self.init([try GGUFLayout(metadata: metadata, tensors: tensors)], [0..<tensors.count], isSplit: false)
  }

  /// Lays out a model in parts.
  ///
  /// - Parameters:
  ///   - metadata: Of the model, all of which the first part says; keys of `split.` that it has are replaced.
  ///   - work: What each tensor costs, by which ``SplitCut/parts(_:)`` balances; nil for its bytes.
  /// - Throws: ``SplitLayoutError``.
  public init(
    metadata: GGUFMetadata, tensors: [GGUFLayout.Tensor], split: Split, work: [Int]? = nil
  ) throws(SplitLayoutError) {
    guard let total = Int32(exactly: tensors.count) else {
      throw .tooManyTensors(count: tensors.count, limit: Int(Int32.max))
    }
    let sizes = try Self.sizes(metadata, tensors)
    var ranges = try split.cut.ranges(sizes: sizes, work: work ?? sizes)
    if split.firstHasNoTensors && !tensors.isEmpty { ranges.insert(0..<0, at: 0) }
    guard ranges.count <= Self.mostParts else { throw .tooManyParts(count: ranges.count, limit: Self.mostParts) }
    var parts: [GGUFLayout] = []
    for (number, range) in ranges.enumerated() {
      let own = metadata.ofPart(number, of: ranges.count, tensorCount: Int(total))
      do throws(GGUFError) {
        parts.append(try GGUFLayout(metadata: own, tensors: Array(tensors[range])))
      } catch {
        throw .file(error)
      }
    }
    self.init(parts, ranges, isSplit: true)
  }

  private init(_ parts: [GGUFLayout], _ ranges: [Range<Int>], isSplit: Bool) {
    (self.parts, self.ranges, self.isSplit) = (parts, ranges, isSplit)
    places = parts.enumerated().flatMap { number, part in
      part.places.map { Place(part: number, offset: $0.offset, byteCount: $0.byteCount, padding: $0.padding) }
    }
  }

  /// One of the parts alone.
  package func part(_ number: Int) -> SplitLayout {
    SplitLayout([parts[number]], [0..<ranges[number].count], isSplit: isSplit)
  }

  /// Bytes of each tensor, padding included, of a model that GGUF can hold.
  private static func sizes(
    _ metadata: GGUFMetadata, _ tensors: [GGUFLayout.Tensor]
  ) throws(SplitLayoutError) -> [Int] {
    var alignment = GGUFMetadata()
    alignment["general.alignment"] = metadata["general.alignment"]
    do throws(GGUFError) {
      return try GGUFLayout(metadata: alignment, tensors: tensors).places.map { $0.byteCount + $0.padding }
    } catch {
      throw .file(error)
    }
  }
}
