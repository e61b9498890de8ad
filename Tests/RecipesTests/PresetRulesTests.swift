import Recipes
import TensorCore
import Testing

@Suite("The rules of presets")
struct PresetRulesTests {
  @Test("Every tensor of made-up models gets llama-quantize's type", arguments: PresetTable.names)
  func tables(name: String) throws {
    let table = try PresetTable(name)
    #expect(table.types.count >= QuantizationPreset.allCases.count - 1)
    #expect(!table.tensors.isEmpty)
    for (preset, types) in table.types {
      let choices = try TypeMixture(QuantizationTarget(preset), traits: table.traits).choices(for: table.tensors)
      for (tensor, choice) in zip(table.tensors, choices) {
        switch choice {
        case .kept: #expect(table.kept.contains(tensor.name), "\(preset.name): \(tensor.name) is quantized")
        case .type(let wanted, _):
          let type = wanted.fitting(rowLength: tensor.shape.rowLength)
          #expect(!table.kept.contains(tensor.name), "\(preset.name): \(tensor.name) is kept")
          #expect(type == types[tensor.name] ?? preset.defaultType, "\(preset.name): \(tensor.name)")
        }
      }
    }
  }

  private let matrix = Shape(checking: [4, 256])

  private func tensors(_ names: [String], named: [String: ElementType] = [:]) throws -> [TypeMixture.Tensor] {
    let shape = try #require(matrix)
    return names.map { .init(name: $0, shape: shape, named: named[$0]) }
  }

  private func types(
    _ preset: QuantizationPreset, _ tensors: [TypeMixture.Tensor], keys: [String: Int] = [:],
    change: (inout TypeMixture) -> Void = { _ in }
  ) throws -> [ElementType?] {
    let traits = ModelTraits(architecture: "llama") { keys[String($0.dropFirst("llama.".count))] }
    var mixture = TypeMixture(QuantizationTarget(preset), traits: traits)
    change(&mixture)
    return try mixture.choices(for: tensors).map { if case .type(let type, _) = $0 { type } else { nil } }
  }

  @Test("Importance protects the first ffn_down of Q4_0 and Q5_0, and makes IQ4 do without")
  func importance() throws {
    let downs = try tensors(["output.weight"] + (0..<8).map { "blk.\($0).ffn_down.weight" })
    for (preset, first) in [(QuantizationPreset.q4_0, ElementType.q4_1), (.q5_0, .q5_1)] {
      let weighed = try types(preset, downs, keys: ["block_count": 8]) { $0.hasImportance = true }
      #expect(weighed[1] == first && weighed[2] == preset.defaultType)
      #expect(try types(preset, downs, keys: ["block_count": 8])[1] == preset.defaultType)
    }
    for preset in [QuantizationPreset.iq4_NL, .iq4_XS] {
      #expect(try types(preset, downs, keys: ["block_count": 8])[1] == .q5_K)
      #expect(try types(preset, downs, keys: ["block_count": 8]) { $0.hasImportance = true }[1] == preset.defaultType)
    }
  }

  @Test("A tied embedding gets the type of the output, one that is not its own")
  func outputAndEmbedding() throws {
    let set: (inout TypeMixture) -> Void = { ($0.outputType, $0.embeddingType) = (.q5_0, .q4_1) }
    let both = try tensors(["output.weight", "token_embd.weight"])
    #expect(try types(.q4_K_M, both, change: set) == [.q5_0, .q4_1])
    #expect(try types(.f16, both, change: set) == [.q5_0, .q4_1])
    let tied = try tensors(["token_embd.weight"])
    #expect(try types(.q4_K_M, tied) == [.q6_K])
    #expect(try types(.q4_K_M, tied) { $0.outputType = .q5_0 } == [.q5_0])
    #expect(try types(.q4_K_M, tied, change: set) == [.q4_1])
    let ownTable = try tensors(["per_layer_token_embd.weight"], named: ["per_layer_token_embd.weight": .q8_0])
    #expect(try types(.q4_K_M, ownTable, change: set) == [.q8_0])
  }

  @Test("Tensors that a user has named are not counted")
  func notCounted() throws {
    let names = ["output.weight"] + (0..<6).map { "blk.\($0).attn_v.weight" }
    #expect(try types(.q4_K_S, tensors(names)).dropFirst() == [.q5_K, .q5_K, .q5_K, .q5_K, .q4_K, .q4_K])
    let named = try tensors(names, named: ["blk.1.attn_v.weight": .q8_0])
    #expect(try types(.q4_K_S, named).dropFirst() == [.q5_K, .q8_0, .q5_K, .q5_K, .q5_K, .q4_K])
  }

  @Test("A pattern does not reach what is never quantized, the whole name does")
  func named() throws {
    let vector = try #require(Shape(checking: [256]))
    let traits = ModelTraits(architecture: "llama") { _ in nil }
    let mixture = TypeMixture(QuantizationTarget(QuantizationPreset.q8_0), traits: traits)
    let choices = try mixture.choices(for: [
      .init(name: "a_norm.weight", shape: vector, named: .f16),
      .init(name: "b_norm.weight", shape: vector, named: .f16, isNamedAlone: true),
    ])
    let expected: [TypeMixture.Choice] = [.kept(.oneDimensional), .type(.f16, rule: nil)]
    #expect(choices == expected)
  }

  @Test("Of models with experts the name tells the layer, or it is an error")
  func layersInNames() throws {
    let keys = ["expert_count": 4, "block_count": 2]
    #expect(throws: MixtureError.layerNotInName(tensor: "ffn_down.weight")) {
      try types(.q4_K_M, tensors(["ffn_down.weight"]), keys: keys)
    }
    #expect(throws: MixtureError.layerOutOfRange(tensor: "blk.2.ffn_down.weight", layer: 2, layers: 2)) {
      try types(.q4_K_M, tensors(["blk.2.ffn_down.weight"]), keys: keys)
    }
    #expect(try types(.q4_K_M, tensors(["ffn_down.weight"]), keys: ["block_count": 2]).count == 1)
  }

  @Test("Numbers of a hostile file do no harm", arguments: [Int.min, -1, 0, 1, Int.max])
  func hostileNumbers(number: Int) throws {
    let names = ["blk.0.attn_v.weight", "blk.0.ffn_down.weight", "blk.99999999999999999999.ffn_down.weight", "blk."]
    for architecture in ["llama", "nanbeige", "graniteswitch", "jais2"] {
      let traits = ModelTraits(architecture: architecture) { $0.hasSuffix("expert_count") ? 0 : number }
      for preset in QuantizationPreset.allCases {
        _ = try TypeMixture(QuantizationTarget(preset), traits: traits).choices(for: tensors(names))
      }
    }
  }

  @Test("Rows that do not divide get the type next to it, and F16 where 32 does not divide them")
  func fallback() {
    #expect(ElementType.q4_K.fitting(rowLength: 512) == .q4_K)
    #expect(ElementType.q4_K.fitting(rowLength: 288) == .q5_0)
    #expect(ElementType.q6_K.fitting(rowLength: 288) == .q8_0)
    #expect(ElementType.iq4_xs.fitting(rowLength: 32) == .iq4_nl)
    #expect(ElementType.q2_0.fitting(rowLength: 96) == .q4_0)
    #expect(ElementType.q4_K.fitting(rowLength: 80) == .f16)
    #expect(ElementType.q8_0.fitting(rowLength: 80) == .f16)
    #expect(ElementType.nf4.fitting(rowLength: 96) == .f16)
    for type in ElementType.allCases {
      for row in [1, 31, 32, 64, 96, 256] { #expect(row % type.fitting(rowLength: row).blockLength == 0) }
    }
  }

  @Test("Names of presets, aliases and types, in any case")
  func names() throws {
    #expect(QuantizationTarget(named: "q4_k_m")?.preset == .q4_K_M)
    #expect(QuantizationTarget(named: "Q4_K")?.preset == .q4_K_M)
    #expect(QuantizationTarget(named: "Q4_K")?.elementType == .q4_K)
    #expect(QuantizationTarget(named: "Q4_K")?.fileType(hasArchitecture: true) == 15)
    #expect(QuantizationTarget(named: "Q4_K")?.fileType(hasArchitecture: false) == 14)
    #expect(QuantizationTarget(named: "Q4_K_M")?.fileType(hasArchitecture: false) == 15)
    #expect(QuantizationTarget(named: "MXFP4_MOE")?.elementType == .mxfp4)
    #expect(QuantizationTarget(named: "NF4")?.preset == nil)
    #expect(QuantizationTarget(named: "Q4_K_X") == nil)
    #expect(Set(QuantizationPreset.allCases.map(\.fileType)).count == QuantizationPreset.allCases.count)
    for preset in QuantizationPreset.allCases { #expect(QuantizationPreset(named: preset.name) == preset) }
    for name in QuantizationPreset.unwritable { #expect(QuantizationPreset(named: name) == nil) }
  }

  @Test("Tensors are in the order of their layers, then of the bytes of their names")
  func order() {
    let names = ["token_embd.weight", "blk.10.a", "blk.2.b", "blk.2.a", "output.weight", "v.blk.0.a"]
    let expected = ["output.weight", "token_embd.weight", "v.blk.0.a", "blk.2.a", "blk.2.b", "blk.10.a"]
    #expect(TensorOrder.sorted(names).map { names[$0] } == expected)
  }
}
