internal import FileAccess
internal import Safetensors
public import TensorCore

/// Second moments of what linear layers are applied to, in a safetensors file: for a tensor of `n` columns the `n` x `n`
/// matrix of the means of x[i] * x[j] over a calibration run, in F32. It is the Hessian of the squared error of the layer's
/// output, up to a factor, which does not matter. formats/error-feedback.md.
///
/// A file holds them under the names of the tensors in GGUF; tensors of several experts have a matrix for each, one behind
/// the other. Layers that are applied to the same have one Hessian: the key `hessian_of.TENSOR` of the file's metadata names
/// the entry. Matrices stay in the file and are checked when they are read.
public struct HessianFile: Sendable {
  /// The Hessians of a tensor.
  public struct Entry: Sendable, Hashable {
    /// The name of the tensor in the file.
    public let name: String
    /// Rows and columns of a matrix.
    public let columns: Int
    /// One for each expert; else 1.
    public let matrixCount: Int
    /// The number of the tensor in the file.
    let index: Int
  }

  /// The path as it was given.
  public let path: String
  /// In the order of the file.
  public let entries: [Entry]
  /// Tensors whose Hessian is that of an entry, with the number of the entry: the entries themselves, and those that have
  /// another's.
  private let places: [ExactString: Int]
  /// Names that have another's, as the metadata has them.
  public let aliases: [String]
  /// What the file says of the calibration (`hessian.dataset`); nil where it does not.
  public let dataset: String?
  /// How many vectors the means are of (`hessian.samples`), likewise.
  public let samples: String?

  private let file: SafetensorsFile

  /// The most columns: 16 GiB a matrix.
  public static let mostColumns = 1 << 16
  private static let aliasKey = "hessian_of."

  /// Opens a file and reads its header.
  ///
  /// - Throws: ``SourceError``: `.file`; `.invalid` with a `SafetensorsError` or a ``HessianError``.
  public init(path: String) throws(SourceError) {
    let file = try SafetensorsFile(path: path)
    do throws(HessianError) {
      entries = try file.tensors.enumerated().map { (index, tensor) throws(HessianError) in
        try Self.entry(tensor, index)
      }
      (places, aliases) = try Self.places(entries, file.metadata)
    } catch {
      throw .invalid(path: path, error)
    }
    self.path = path
    self.file = file
    func text(_ key: String) -> String? { file.metadata.first { $0.key == key }?.value }
    (dataset, samples) = (text("hessian.dataset"), text("hessian.samples"))
  }

  private static func entry(_ tensor: TensorDescription, _ index: Int) throws(HessianError) -> Entry {
    let dimensions = tensor.shape.dimensions
    guard (2...3).contains(dimensions.count), let columns = dimensions.last, columns > 0,
      dimensions[dimensions.count - 2] == columns, let count = dimensions.count == 3 ? dimensions.first : 1, count > 0
    else { throw .notSquare(tensor: tensor.name, shape: tensor.shape) }
    guard tensor.elementType == .f32 else { throw .elementType(tensor: tensor.name, found: tensor.elementType) }
    guard columns <= mostColumns else { throw .tooLarge(tensor: tensor.name, columns: columns, limit: mostColumns) }
    return Entry(name: tensor.name, columns: columns, matrixCount: count, index: index)
  }

  private static func places(
    _ entries: [Entry], _ metadata: [(key: String, value: String)]
  ) throws(HessianError) -> ([ExactString: Int], [String]) {
    if entries.isEmpty { throw .noEntries }
    // A safetensors header has no name twice.
    var places: [ExactString: Int] = [:]
    for (index, entry) in entries.enumerated() { places[ExactString(entry.name)] = index }
    let own = places
    var aliases: [String] = []
    for (key, value) in metadata where key.hasPrefix(aliasKey) {
      let tensor = String(key.dropFirst(aliasKey.count))
      guard let place = own[ExactString(value)] else { throw .aliasOfNothing(tensor: tensor, entry: value) }
      if own[ExactString(tensor)] != nil { throw .aliasAndEntry(tensor: tensor) }
      if places.updateValue(place, forKey: ExactString(tensor)) != nil { throw .aliasTwice(tensor: tensor) }
      aliases.append(tensor)
    }
    return (places, aliases)
  }

  /// The Hessians of a tensor; nil where there are none.
  public func entry(_ tensor: String) -> Entry? { places[ExactString(tensor)].map { entries[$0] } }

  /// Reads one of the matrices of an entry, row by row, and checks it: every number finite, those on the diagonal not
  /// negative and not all zero, those beyond it the same on both sides up to what sums in another order make of them.
  ///
  /// - Parameter number: Which of them, from 0; the entry has more.
  /// - Throws: ``SourceError``: `.file`; `.invalid` with a ``HessianError``.
  public func read(_ entry: Entry, matrix number: Int) throws(SourceError) -> [Float] {
    precondition(entries.indices.contains(entry.index) && (0..<entry.matrixCount).contains(number))
    let n = entry.columns
    var matrix = [Float](repeating: 0, count: n * n)
    let tensor = file.tensors[entry.index]
    var row = [UInt8](repeating: 0, count: 4 * n)
    for i in 0..<n {
      var bytes = row.mutableSpan
      try file.read(tensor, from: 4 * (number * n + i) * n, into: &bytes)
      for j in 0..<n { matrix[i * n + j] = Float(bitPattern: row.span.load(UInt32.self, at: 4 * j)) }
    }
    do throws(HessianError) {
      try Self.check(matrix, entry)
    } catch {
      throw .invalid(path: path, error)
    }
    return matrix
  }

  /// How far numbers on both sides of the diagonal may be apart, in relation to the roots of their squares' means.
  private static let asymmetry: Float = 1e-3

  private static func check(_ matrix: [Float], _ entry: Entry) throws(HessianError) {
    let n = entry.columns
    for i in 0..<n {
      for j in 0..<n where !matrix[i * n + j].isFinite {
        throw .notFinite(tensor: entry.name, value: matrix[i * n + j], row: i, column: j)
      }
      if matrix[i * n + i] < 0 { throw .negative(tensor: entry.name, value: matrix[i * n + i], column: i) }
    }
    if (0..<n).allSatisfy({ matrix[$0 * n + $0] == 0 }) { throw .zero(tensor: entry.name) }
    let roots = (0..<n).map { matrix[$0 * n + $0].squareRoot() }
    for i in 0..<n {
      for j in 0..<i {
        let (value, other) = (matrix[i * n + j], matrix[j * n + i])
        if abs(value - other) > asymmetry * roots[i] * roots[j] {
          throw .notSymmetric(tensor: entry.name, row: i, column: j, value: value, other: other)
        }
      }
    }
  }
}
