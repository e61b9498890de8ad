import Checkpoints
import Conversion
import GGUF
import MemoryCheckpoints
import RawCheckpoint
import Safetensors
import TensorCore
import TestSupport
import Testing

/// The whole files that the pages in formats/ show.
@Suite("The worked examples of files in formats/")
struct FileExampleTests {
  @Test("GGUF files have the metadata and the tensors that the page says")
  func gguf() throws {
    let examples = try FormatPage("gguf.md").blocks("gguf-file-example")
    #expect(examples.count >= 4)
    let folder = try TemporaryFolder()
    for example in examples {
      let path = try folder.write("\(example.line).gguf", try example.bytes("hex"))
      let file = try GGUFFile(path: path)
      try file.requireSound()
      try file.requireZeroPadding()
      let pairs = file.metadata.entries.map { "\($0.key) = \(text($0.value))" }
      #expect(pairs == example.values("metadata"), "line \(example.line)")
      let tensors = file.tensors.map {
        "\($0.name.quoted()) \($0.elementType.name) \($0.shape) offset \($0.offset - file.dataStart)"
      }
      #expect(tensors == example.values("tensor"), "line \(example.line)")
      #expect(!tensors.isEmpty && !pairs.isEmpty)
    }
  }

  @Test("The GGUF file of all byte orders and versions holds the same weights")
  func ggufWeights() throws {
    let folder = try TemporaryFolder()
    for example in try FormatPage("gguf.md").blocks("gguf-file-example").prefix(3) {
      let path = try folder.write("\(example.line).gguf", try example.bytes("hex"))
      let converted = try convert(openCheckpoint(at: path), ConversionOptions(type: .f32))
      #expect(decoded(converted.payload(0), of: .f32) == [1, 2, 3, 4, 5, 6, 7, 8], "line \(example.line)")
    }
  }

  @Test("The safetensors file has the tensors that the page says, and the weights")
  func safetensors() throws {
    let examples = try FormatPage("safetensors.md").blocks("safetensors-file-example")
    #expect(examples.count >= 1)
    let folder = try TemporaryFolder()
    for example in examples {
      let path = try folder.write("\(example.line).safetensors", try example.bytes("hex"))
      let file = try SafetensorsFile(path: path)
      let tensors = file.tensors.map {
        let begin = $0.offset - file.dataStart
        return "\($0.name.quoted()) \($0.elementType.name) \($0.shape) offsets \(begin) \(begin + $0.byteCount)"
      }
      #expect(tensors == example.values("tensor"), "line \(example.line)")
      let converted = try convert(file, ConversionOptions(type: .f32))
      #expect(decoded(converted.payload(0), of: .f32) == [1, -2, 0.5] + Array(repeating: 0, count: 29))
    }
  }

  @Test("The GGUF file that the page says is written of the safetensors file is written, to the byte")
  func written() throws {
    let source = try #require(try FormatPage("safetensors.md").blocks("safetensors-file-example").first)
    let output = try #require(try FormatPage("gguf.md").blocks("gguf-file-example").last)
    let folder = try TemporaryFolder()
    let path = try folder.write("model.safetensors", try source.bytes("hex"))
    let converted = try convert(openCheckpoint(at: path), ConversionOptions(type: .q8_0))
    #expect(converted.bytes == (try output.bytes("hex")))
  }

  /// The weights of the example in raw-fp32.md, with both of its descriptions.
  @Test("Raw fp32, in either byte order")
  func raw() throws {
    let weights: [Float] = [1, 2, 3, -1, 0.5, 0]
    let examples = [
      (#"{"tensors": [{"name": "w", "shape": [2, 3]}]}"#, ByteOrder.little),
      (#"{"byte_order": "big", "tensors": [{"name": "w", "shape": [2, 3], "offset": 0}]}"#, .big),
    ]
    let page = String(decoding: try Repository.bytes("formats/raw-fp32.md"), as: UTF8.self)
    let folder = try TemporaryFolder()
    for (description, order) in examples {
      #expect(page.contains(description))
      let json = try folder.write("\(order).json", Array(description.utf8))
      let path = try folder.write("\(order).f32", payload(of: weights, as: .f32, order))
      let source = try openCheckpoint(at: path, raw: .file(json))
      #expect(source.tensors.map(\.shape) == [shape([2, 3])])
      let converted = try convert(source, ConversionOptions(type: .f32))
      #expect(decoded(converted.payload(0), of: .f32) == weights)
    }
  }

  /// A value as in JSON.
  private func text(_ value: GGUFValue) -> String {
    switch value {
    case .string(let string): string.quoted()
    case .array(let array): "[" + array.elements.map(text).joined(separator: ", ") + "]"
    case .bool(let value): "\(value)"
    case .float32(let value): "\(value)"
    case .float64(let value): "\(value)"
    default: value.integer.map(String.init) ?? "\(value)"
    }
  }
}
