internal import ArgumentParser
internal import Quantization
internal import Recipes
internal import TensorCore

/// `gguf types`: the table of element types.
struct TypesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types",
    abstract: "Lists the element types, their blocks, and what can be done with each; and the presets.")

  @Flag(help: "Print JSON.")
  var json = false

  private struct Row: Encodable {
    let name: String
    let ggufId: UInt32?
    let safetensors: String?
    let kind: String
    let blockLength: Int
    let blockBytes: Int
    let bitsPerWeight: Double
    let decodes: Bool
    let encodes: Bool
  }

  private struct Report: Encodable {
    let schema = "gguf-types-1"
    let types: [Row]
    let presets: [Preset]
  }

  /// A mix of types, for models.
  private struct Preset: Encodable {
    let name: String
    let alias: String?
    let type: String
    let fileType: UInt32

    init(_ preset: QuantizationPreset) {
      (name, alias, type, fileType) = (preset.name, preset.alias, preset.defaultType.name, preset.fileType)
    }
  }

  /// ggml's ids are small numbers; a private one is told by its hexadecimal digits.
  private static func id(_ id: UInt32) -> String {
    guard id > 0xFFFF else { return String(id) }
    let digits = String(id, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  func run() throws {
    let rows = ElementType.allCases.map { type in
      Row(
        name: type.name, ggufId: type.traits.ggufID, safetensors: type.traits.safetensorsName,
        kind: type.kind.rawValue, blockLength: type.blockLength, blockBytes: type.blockBytes,
        bitsPerWeight: type.bitsPerWeight, decodes: type.decoder != nil, encodes: type.codec != nil)
    }
    let presets = QuantizationPreset.allCases.map(Preset.init)
    if json { return try JSONOutput.print(Report(types: rows, presets: presets)) }
    var table = TextTable([
      ("type", .left), ("GGUF id", .right), ("safetensors", .left), ("block", .right), ("bytes", .right),
      ("bpw", .right), ("decodes", .left), ("encodes", .left),
    ])
    for row in rows {
      table.add([
        row.name, row.ggufId.map(Self.id) ?? "-", row.safetensors ?? "-", String(row.blockLength),
        String(row.blockBytes), Numbers.fixed(row.bitsPerWeight, 4), row.decodes ? "yes" : "-",
        row.encodes ? "yes" : "-",
      ])
    }
    var presetTable = TextTable([
      ("preset", .left), ("also called", .left), ("type of most tensors", .left), ("file type", .right),
    ])
    for preset in presets {
      presetTable.add([preset.name, preset.alias ?? "-", preset.type, String(preset.fileType)])
    }
    try StandardOutput.write(table.rendered() + "\n" + presetTable.rendered())
  }
}
