public import GGUF
internal import TensorCore

/// The bytes of a safetensors file.
///
/// - Parameter headerLength: The header is made so long by spaces.
public func safetensors(_ entries: [MemorySource.Entry], headerLength: Int = 0) -> [UInt8] {
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
public func gguf(metadata: GGUFMetadata = GGUFMetadata(), _ entries: [MemorySource.Entry]) throws -> [UInt8] {
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

public func metadata(_ pairs: [(String, GGUFValue)]) -> GGUFMetadata {
  var metadata = GGUFMetadata()
  for (key, value) in pairs { metadata[key] = value }
  return metadata
}
