import ArgumentParser
import ParserChecks
import Safetensors

@testable import GGUF

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The header of a model.
struct RealModel {
  let format: HeaderAttack.Format
  let header: [UInt8]
  /// The header with a few elements only of long arrays.
  let short: [UInt8]
  /// Bytes of the whole file.
  let size: Int

  private static let longestArray = 64
  private static let keptElements = 8

  init(_ path: String) throws {
    if let file = try? SafetensorsFile(path: path) {
      format = .safetensors
      size = file.files[0].contentSize
      header = try Self.bytes(path, file.dataStart)
      short = header
      return
    }
    let file = try GGUFFile(path: path)
    format = .gguf
    size = file.files[0].contentSize
    header = try Self.bytes(path, file.dataStart)
    var metadata = file.metadata
    for entry in metadata.entries {
      guard case .array(let array) = entry.value, array.count > Self.longestArray else { continue }
      metadata[entry.key] = .array(try Self.shortened(array))
    }
    let tensors = file.tensors.map {
      GGUFLayout.Tensor(name: $0.name, elementType: $0.elementType, shape: $0.shape)
    }
    short = try GGUFLayout(metadata: metadata, tensors: tensors).header
  }

  private static func shortened(_ array: GGUFArray) throws -> GGUFArray {
    if array.elementType == .string {
      return GGUFArray(array.prefix(keptElements).map { if case .string(let text) = $0 { text } else { "" } })
    }
    guard let size = array.elementType.fixedSize else { throw ValidationError("an array of arrays is not shortened") }
    return GGUFArray(
      elementType: array.elementType, count: keptElements, bytes: Array(array.bytes.prefix(keptElements * size)))
  }

  private static func bytes(_ path: String, _ count: Int) throws -> [UInt8] {
    // Not the whole file: the memory of this process is measured.
    let file = open(path, O_RDONLY)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    guard bytes.withUnsafeMutableBytes({ read(file, $0.baseAddress, count) }) == count else {
      throw ValidationError("\(path): its header cannot be read")
    }
    return bytes
  }
}
