#if FUZZ_PACKAGE
  @testable import FileAccess
  @testable import RawCheckpoint
  @testable import Safetensors
  @testable import TensorCore
#else
  import FileAccess
  import RawCheckpoint
  import Safetensors
  import TensorCore
#endif

/// What holds of every shard index.
public enum ShardIndexCheck {
  static func open(_ path: String) throws -> ShardIndex { try ShardIndex(InputFile(path: path)) }

  /// - Returns: What does not hold of an index in JSON; empty as it should be.
  public static func broken(json: [UInt8]) -> [String] {
    var broken = Broken()
    do {
      let index = try ShardIndex(json: json)
      let again = try ShardIndex(json: json)
      broken.require(index.shardOfTensor == again.shardOfTensor, "read twice, other tensors")
      broken.require(index.shards == again.shards, "read twice, other shards")
      broken.require(!index.shards.isEmpty, "an index without shards is accepted")
      for shard in index.shards {
        broken.require(
          !shard.isEmpty && ![".", ".."].contains(shard) && !shard.utf8.contains { [0, 0x2F, 0x5C].contains($0) },
          "the shard \(shard.quoted()) lies outside of the folder")
      }
      let named = Set(index.shardOfTensor.values.map(ExactString.init))
      broken.require(named == Set(index.shards.map(ExactString.init)), "shards that no tensor names")
    } catch {
      broken.require(isAnswer(error) && !"\(error)".isEmpty, "\(error)")
    }
    return broken.list
  }
}

/// What holds of every description of a raw file.
public enum RawDescriptionCheck {
  /// - Returns: What does not hold of a description in JSON; empty as it should be.
  public static func broken(json: [UInt8]) -> [String] {
    var broken = Broken()
    do {
      let description = try RawDescription(json: json)
      broken.require(try description == RawDescription(json: json), "read twice, another description")
      // The size that the description asks for, if the sizes can be added up at all.
      var size = 0
      for tensor in description.tensors {
        let elements = tensor.dimensions.reduce(Int?(4)) { product, dimension in
          guard let product, let dimension = Int(exactly: dimension) else { return nil }
          let (bytes, overflow) = product.multipliedReportingOverflow(by: dimension)
          return overflow ? nil : bytes
        }
        let (sum, overflow) = size.addingReportingOverflow(elements ?? .max)
        size = overflow ? .max : sum
      }
      for size in [size, size &- 1, 0, .max] where size >= 0 { check(description, size: size, &broken) }
    } catch {
      broken.require(isAnswer(error) && !"\(error)".isEmpty, "\(error)")
    }
    return broken.list
  }

  private static func check(_ description: RawDescription, size: Int, _ broken: inout Broken) {
    guard let tensors = try? description.layout(size: size) else { return }
    var end = 0
    for tensor in tensors {
      broken.require(tensor.offset == end, "\(tensor.name.quoted()) does not follow the one before")
      end = tensor.offset + tensor.byteCount
    }
    broken.require(end == size, "the tensors do not cover \(size) bytes")
    broken.require(tensors.count == description.tensors.count, "a tensor is missing")
  }
}
