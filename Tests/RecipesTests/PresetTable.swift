import Recipes
import TensorCore
import TestSupport
import Testing

/// A file of `Tables`: a made-up model, and what llama-quantize makes of it. Conformance/check_presets.py writes them.
struct PresetTable {
  let traits: ModelTraits
  /// In the order of llama-quantize.
  let tensors: [TypeMixture.Tensor]
  private(set) var kept: Set<String> = []
  /// By the preset, the tensors that have another type than its default one.
  private(set) var types: [QuantizationPreset: [String: ElementType]] = [:]

  static let names = [
    "bert", "eight-experts", "experts-apart", "falcon", "gemma3n", "gqa-1", "gqa-1-of-80-layers", "gqa-4",
    "gqa-8-of-80-layers", "heads-by-layer", "mamba", "nanbeige", "qwen2-of-80-layers", "rows-of-80", "rows-of-96",
    "rwkv6", "sixty-four-experts", "three-layers", "tied",
  ]

  init(_ name: String) throws {
    let text = String(decoding: try Repository.bytes("Tests/RecipesTests/Tables/\(name).txt"), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    func all(_ word: String) -> [ArraySlice<String>] { lines.filter { $0[0] == word }.map { $0.dropFirst() } }
    let architecture = try #require(all("architecture").first?.first)
    let layers = try #require(all("layers").first?.first.flatMap { Int($0) })
    let keys = Dictionary(uniqueKeysWithValues: all("key").map { ($0[1], Int($0[2])) })
    traits = ModelTraits(architecture: architecture) { keys[$0] ?? nil }

    var shapes: [String: Shape] = [:]
    for line in all("whole") { shapes[line[1]] = Shape(checking: line.dropFirst().compactMap { UInt64($0) }) }
    var layered: Set<String> = []
    for line in all("layer") {
      layered.insert(line[1])
      for layer in 0..<layers {
        shapes["blk.\(layer).\(line[1])"] = Shape(checking: line.dropFirst().compactMap { UInt64($0) })
      }
    }
    func names(_ kind: String, _ ranges: some Collection<String>) -> [String] {
      guard layered.contains(kind) else { return [kind] }
      return ranges.flatMap { range in
        let ends = range.split(separator: "-").compactMap { Int($0) }
        return (ends[0]...ends[ends.count - 1]).map { "blk.\($0).\(kind)" }
      }
    }
    kept = Set(all("kept").flatMap { names($0[1], ["0-\(layers - 1)"]) })
    var preset: QuantizationPreset?
    for line in lines {
      if line[0] == "preset" {
        let named = try #require(QuantizationPreset(named: line[1]))
        types[named] = [:]
        preset = named
      } else if let preset, let type = ElementType(named: line[0]) {
        for name in names(line[1], line.dropFirst(2)) { types[preset]?[name] = type }
      }
    }
    let unsorted = Array(shapes.keys)
    tensors = TensorOrder.sorted(unsorted).compactMap { index in
      shapes[unsorted[index]].map { .init(name: unsorted[index], shape: $0) }
    }
  }
}
