import Conversion
import FileAccess
import GGUF
import Quantization
import TensorCore
import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The bytes of a safetensors file.
///
/// - Parameter headerLength: The header is made so long by spaces.
func safetensors(_ entries: [MemorySource.Entry], headerLength: Int = 0) -> [UInt8] {
  var data: [UInt8] = []
  var members: [String] = []
  for entry in entries {
    let payload = entry.payload ?? []
    let shape = entry.dimensions.map(String.init).joined(separator: ",")
    members.append(
      #""\#(entry.name)":{"dtype":"\#(entry.type.traits.safetensorsName ?? "")","shape":[\#(shape)],"#
        + #""data_offsets":[\#(data.count),\#(data.count + payload.count)]}"#)
    data += payload
  }
  var header = Array("{\(members.joined(separator: ","))}".utf8)
  header += Array(repeating: UInt8(ascii: " "), count: max(0, headerLength - header.count))
  var bytes: [UInt8] = []
  bytes.append(littleEndian: UInt64(header.count))
  return bytes + header + data
}

/// The bytes of a GGUF file: a layout's header, then the payloads in their places.
func gguf(metadata: GGUFMetadata = GGUFMetadata(), _ entries: [MemorySource.Entry]) throws -> [UInt8] {
  let layout = try GGUFLayout(
    metadata: metadata,
    tensors: MemorySource(entries).tensors.map {
      GGUFLayout.Tensor(name: $0.name, elementType: $0.elementType, shape: $0.shape)
    })
  var bytes = layout.header + Array(repeating: 0, count: layout.fileSize - layout.header.count)
  for (entry, place) in zip(entries, layout.places) {
    bytes.replaceSubrange(place.offset..<(place.offset + place.byteCount), with: entry.payload ?? [])
  }
  return bytes
}

func metadata(_ pairs: [(String, GGUFValue)]) -> GGUFMetadata {
  var metadata = GGUFMetadata()
  for (key, value) in pairs { metadata[key] = value }
  return metadata
}

/// A conversion's file and figures.
struct Converted {
  let bytes: [UInt8]
  let plan: ConversionPlan
  let outcome: Converter.Outcome

  /// The bytes of a tensor of the output, without padding.
  func payload(_ tensor: Int) -> [UInt8] {
    let place = plan.tensors[tensor].place
    return Array(bytes[place.offset..<(place.offset + place.byteCount)])
  }

  /// All that stands behind the header.
  var data: ArraySlice<UInt8> { bytes[plan.layout.header.count...] }
}

/// Converts into a file in a folder of its own, commits it and reads it.
func convert(
  _ source: any TensorSource, _ options: ConversionOptions, threads: Int = 2, measures: Bool = true
) throws -> Converted {
  let folder = try TemporaryFolder()
  let plan = try ConversionPlan(source: source, name: "source", options: options)
  let converter = Converter(
    plan: plan, source: source, sourceName: "source", policy: options.nonFinite, threads: threads,
    measures: measures)
  let writer = try AtomicFileWriter(path: folder.file("out.gguf"), size: plan.layout.fileSize, replaces: false)
  let outcome = try converter.run(into: writer)
  try writer.commit()
  let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("out.gguf"))))
  return Converted(bytes: bytes, plan: plan, outcome: outcome)
}

/// The reason for which a conversion, its plan, or the opening of a checkpoint is refused.
func refusal(_ body: () throws -> Void) -> (any FormatViolation)? {
  do {
    try body()
    return nil
  } catch ConversionFailure.source(.invalid(_, let reason)) {
    return reason
  } catch SourceError.invalid(_, let reason) {
    return reason
  } catch {
    return nil
  }
}
