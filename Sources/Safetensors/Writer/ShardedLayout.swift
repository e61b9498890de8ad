internal import TensorCore

/// A checkpoint as the safetensors files that will hold it: one, or shards with an index.
///
/// Tensors fill shards in the order given: one that a shard has no room for begins the next. Names of shards and the index
/// are those of Hugging Face: `model-00001-of-00003.safetensors`, `model.safetensors.index.json`.
public struct ShardedLayout: Sendable {
  /// One of the files.
  public struct File: Sendable {
    public let name: String
    public let layout: SafetensorsLayout
  }

  /// The file that says which tensor is where.
  public struct Index: Sendable {
    public let name: String
    public let bytes: [UInt8]
  }

  /// Where a tensor stands.
  public struct Place: Sendable, Hashable {
    /// Which of ``files``.
    public let file: Int
    /// Bytes from the start of that file.
    public let offset: Int
    public let byteCount: Int
  }

  public let files: [File]
  /// nil for a single file, which needs none.
  public let index: Index?
  /// One a tensor, in the order given.
  public let places: [Place]

  /// What the names of safetensors files end with.
  public static let fileNameEnd = ".safetensors"
  /// As five digits hold.
  private static let mostShards = 99_999

  /// Lays out the files.
  ///
  /// - Parameters:
  ///   - name: Of the file where there is one, `model.safetensors`; else what the names of all begin with.
  ///   - maximumShardSize: The most bytes of tensors in a file; a tensor that has more has a file for itself. nil for one
  ///     file.
  ///   - metadata: The strings of `__metadata__` of each file.
  /// - Throws: ``SafetensorsLayoutError``.
  public init(
    name: String, maximumShardSize: Int?, metadata: [(key: String, value: String)],
    tensors: [SafetensorsLayout.Tensor]
  ) throws(SafetensorsLayoutError) {
    let shards = try Self.split(tensors, maximumSize: maximumShardSize)
    guard shards.count <= Self.mostShards else {
      throw .tooManyShards(count: shards.count, limit: Self.mostShards)
    }
    try Self.checkNames(tensors)
    let stem = name.hasSuffix(Self.fileNameEnd) ? String(name.dropLast(Self.fileNameEnd.count)) : name
    var files: [File] = []
    var places: [Place] = []
    for (number, shard) in shards.enumerated() {
      let layout = try SafetensorsLayout(metadata: metadata, tensors: Array(tensors[shard]))
      places += layout.places.map { Place(file: number, offset: $0.offset, byteCount: $0.byteCount) }
      let shardName =
        shards.count == 1
        ? name : "\(stem)-\(Self.digits(number + 1))-of-\(Self.digits(shards.count))\(Self.fileNameEnd)"
      files.append(File(name: shardName, layout: layout))
    }
    self.files = files
    self.places = places
    index =
      shards.count == 1
      ? nil : Index(name: "\(stem)\(Self.fileNameEnd).index.json", bytes: Self.index(tensors, places, files))
  }

  /// Consecutive tensors, at least one shard.
  private static func split(
    _ tensors: [SafetensorsLayout.Tensor], maximumSize: Int?
  ) throws(SafetensorsLayoutError) -> [Range<Int>] {
    var shards: [Range<Int>] = []
    var (start, size) = (0, 0)
    for (number, tensor) in tensors.enumerated() {
      guard let bytes = tensor.elementType.byteCount(elements: tensor.shape.elementCount),
        bytes < Int.max / 2 - size
      else { throw .tooLarge(tensor: tensor.name) }
      if let maximumSize, number > start, size + bytes > maximumSize {
        shards.append(start..<number)
        (start, size) = (number, 0)
      }
      size += bytes
    }
    return shards + [start..<tensors.count]
  }

  /// No two tensors of all shards have one name.
  private static func checkNames(_ tensors: [SafetensorsLayout.Tensor]) throws(SafetensorsLayoutError) {
    var names: Set<ExactString> = []
    for tensor in tensors where !names.insert(ExactString(tensor.name)).inserted { throw .nameTwice(tensor.name) }
  }

  private static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }

  /// As Hugging Face writes it: indented by two, names sorted by their bytes.
  private static func index(_ tensors: [SafetensorsLayout.Tensor], _ places: [Place], _ files: [File]) -> [UInt8] {
    let total = places.lazy.map(\.byteCount).clampedSum
    let entries = zip(tensors, places).sorted { $0.0.name.utf8.lexicographicallyPrecedes($1.0.name.utf8) }
    let lines = entries.map { tensor, place in
      "    \(JSONText.string(tensor.name)): \(JSONText.string(files[place.file].name))"
    }
    let text = """
      {
        "metadata": {
          "total_size": \(total)
        },
        "weight_map": {
      \(lines.joined(separator: ",\n"))
        }
      }

      """
    return Array(text.utf8)
  }
}
