import GGUF
import Importance
import MemoryCheckpoints
import TensorCore
import TestSupport

/// A file in GGUF as llama-imatrix writes it.
struct MatrixFile {
  var metadata: [(String, GGUFValue)] = [
    ("general.type", .string("imatrix")), ("imatrix.datasets", .array(GGUFArray(["wiki.txt", "code.txt"]))),
    ("imatrix.chunk_count", .uint32(7)), ("imatrix.chunk_size", .uint32(512)),
  ]
  /// Sums and counts.
  var tensors: [(name: String, values: [Float], dimensions: [Int])] = []

  mutating func add(_ name: String, _ sums: [Float], counts: [Float]) {
    tensors.append(("\(name).in_sum2", sums, [counts.count, sums.count / max(1, counts.count)]))
    tensors.append(("\(name).counts", counts, [counts.count, 1]))
  }

  func open() throws -> ImportanceMatrix {
    let entries = tensors.map {
      MemorySource.Entry(
        name: $0.name, type: .f32, dimensions: $0.dimensions, payload: payload(of: $0.values, as: .f32))
    }
    return try ImportanceTests.open(try gguf(metadata: MemoryCheckpoints.metadata(metadata), entries))
  }
}

/// A file in the older format.
struct LegacyFile {
  var bytes: [UInt8] = []

  init(entries: Int32) { add(entries) }

  mutating func add(_ number: Int32) { bytes.append(littleEndian: UInt32(bitPattern: number)) }

  mutating func add(_ name: [UInt8], calls: Int32, _ values: [Float]) {
    add(Int32(name.count))
    bytes += name
    add(calls)
    add(Int32(values.count))
    for value in values { bytes.append(littleEndian: value.bitPattern) }
  }
}

func open(_ bytes: [UInt8]) throws -> ImportanceMatrix {
  let folder = try TemporaryFolder()
  let path = try folder.write("matrix", bytes)
  return try ImportanceMatrix(path: path)
}

/// The values of an entry.
func values(_ matrix: ImportanceMatrix, _ name: String) throws -> [Float]? {
  guard let entry = matrix.entry(name) else { return nil }
  var values = [Float](repeating: .nan, count: entry.valueCount)
  try matrix.read(entry, from: 0, into: &values)
  return values
}

/// The rule that a file breaks.
func violation(_ body: () throws -> Void) -> ImportanceError? {
  if case .breaks(let rule) = outcome(ImportanceError.self, of: body) { rule } else { nil }
}
