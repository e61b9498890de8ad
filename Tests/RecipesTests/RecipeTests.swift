import Foundation
import Recipes
import StrictYAML
import TensorCore
import TestSupport
import Testing

@Suite("Recipes")
struct RecipeTests {
  private func parse(_ text: String) throws(YAMLError) -> Recipe { try Recipe(parsing: Array(text.utf8)) }

  private func type(_ recipe: Recipe, _ name: String, _ dimensions: [UInt64] = [8, 256]) throws -> ElementType? {
    recipe.type(for: name, try #require(Shape(checking: dimensions)))?.type
  }

  @Test("Every condition of a rule has to hold, and the first rule that matches decides")
  func rules() throws {
    let recipe = try parse(
      """
      type: Q4_K_M
      tensors:
        blk.3.ffn_down.weight: Q8_0
      rules:
        - {role: ffn_down, layers: "0-1, 3, 6-", type: Q6_K}
        - {role: [attn_k, attn_v], layers: [0, 2], type: Q5_K}
        - {regex: "exps", shape: [any, any, 256], type: Q3_K}
        - {shape: [8, 512], type: Q5_0}
      """)
    #expect(recipe.target == QuantizationTarget(.q4_K_M))
    #expect(recipe.rules.count == 4)
    for (name, expected) in [
      ("blk.0.ffn_down.weight", ElementType.q6_K), ("blk.2.ffn_down.weight", nil), ("blk.3.ffn_down.weight", .q8_0),
      ("blk.70.ffn_down.weight", .q6_K), ("ffn_down.weight", nil), ("blk.2.attn_v.weight", .q5_K),
      ("blk.1.attn_v.weight", nil), ("blk.2.attn_q.weight", nil),
    ] {
      #expect(try type(recipe, name) == expected, "\(name)")
    }
    #expect(try type(recipe, "blk.1.ffn_up_exps.weight", [4, 8, 256]) == .q3_K)
    #expect(try type(recipe, "blk.1.ffn_up_exps.weight", [8, 256]) == nil)
    #expect(try type(recipe, "a", [8, 512]) == .q5_0)
    let shape = try #require(Shape(checking: [8, 256]))
    #expect(recipe.type(for: "blk.3.ffn_down.weight", shape)?.isAlone == true)
    #expect(recipe.idle([("blk.0.ffn_down.weight", shape)]).map(\.line) == [3, 6, 7, 8])
  }

  @Test(
    "Mistakes are told with their line",
    arguments: [
      ("typ: Q8_0", "line 1: there is no key \"typ\"; did you mean type?"),
      ("type: Q4_K_X", "line 1: there is no preset or type \"Q4_K_X\"; did you mean Q4_K_S?"),
      (
        "tensors:\n  a: Q4_K_M",
        "line 2: there is no type \"Q4_K_M\"; it is a preset, which holds for a model; "
          + "the type of one tensor is Q4_K"
      ),
      ("rules:\n  - role: atn_v\n    type: F16", "line 2: there is no role \"atn_v\"; did you mean attn_v?"),
      ("rules:\n  - role: attn_v", "line 2: a rule: expected the key type, found none"),
      (
        "rules:\n  - {layers: 3-1, type: F16}",
        "line 2: layers: expected numbers of layers such as 3, 0-3 or 20-, found \"3-1\""
      ),
      (
        "rules:\n  - {layers: '', type: F16}",
        "line 2: layers: expected numbers of layers such as 3, 0-3 or 20-, found \"\""
      ),
      ("rules:\n  - {shape: [-1], type: F16}", "line 2: shape: expected a number or any, found \"-1\""),
      ("rules:\n  - {regex: '(', type: F16}", "line 2: \"(\" is not a regular expression: ( does not end"),
      ("tensors: [a]", "line 1: tensors: expected a mapping, found a list"),
    ])
  func mistakes(text: String, message: String) {
    #expect { try parse(text) } throws: { error in
      #expect("\(error)" == message)
      return true
    }
  }

  @Test(
    "Layers that are no numbers, or too large for one, are refused",
    arguments: ["99999999999999999999", "-", "--", ",", "1-2-3"])
  func hostileLayers(text: String) {
    #expect(throws: YAMLError.self) { try parse("rules:\n  - {layers: '\(text)', type: F16}") }
  }

  @Test("What is written is read again, whatever tensors are called")
  func roundTrip() throws {
    let names = [
      "blk.0.attn_v.weight", "a b.c", "&a", "\"", "#", "null", "1.5", "größe.weight", "a: b.c", "\n.x", "\u{7F}.y", "-",
      "model.layers.0.self_attn.q_proj.weight",
    ]
    let types = ElementType.allCases.filter { $0.traits.ggufID != nil }
    let tensors = names.enumerated().map { (name: $1, type: types[$0], remark: $0 == 0 ? "attn_v" : nil) }
    let text = RecipeText.written(title: "one\ntwo", target: QuantizationTarget(.q5_K_M), tensors: tensors)
    let recipe = try parse(text)
    #expect(recipe.target == QuantizationTarget(.q5_K_M))
    for tensor in tensors { #expect(try type(recipe, tensor.name) == tensor.type, "\(tensor.name)") }
  }

  @Test("A thousand rules are read, and no more")
  func manyRules() throws {
    let text = "rules:\n" + String(repeating: "- type: F16\n", count: 1000)
    #expect(try parse(text).rules.count == 1000)
    #expect(throws: YAMLError.self) { try parse(text + "- type: F16\n") }
  }

  @Test("An empty recipe says nothing")
  func empty() throws {
    #expect(try parse("") == parse("tensors:\nrules:\n"))
    #expect(try type(parse(""), "a") == nil)
  }

  /// Whatever a file has in it, the answer is a recipe or an error of ours.
  @Test("Recipes with random changes are read or refused")
  func randomChanges() throws {
    let sound = Array(
      "type: Q8_0\ntensors: {a.b: F16}\nrules: [{role: ffn_down, layers: 0-3, shape: [any], type: F32}]".utf8)
    var generator = SeededGenerator(seed: 11)
    let marks = Array("&*[]{}:,-?!|>'\"#%@\n\t 0".utf8) + [0, 0x80, 0xFF]
    var (read, refused) = (0, 0)
    for _ in 0..<2000 {
      var bytes = sound
      for _ in 0...Int.random(in: 0...2, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = marks.randomElement(using: &generator) ?? 0
      }
      do throws(YAMLError) {
        _ = try Recipe(parsing: bytes)
        read += 1
      } catch {
        #expect(!error.description.contains("\n"), "\(error), seed \(generator.seed)")
        refused += 1
      }
    }
    #expect(read > 0 && refused > 500)
  }
}

@Suite("formats/recipes.md")
struct RecipePageTests {
  private static func page() throws -> String {
    String(decoding: try Repository.bytes("formats/recipes.md"), as: UTF8.self)
  }

  @Test("The recipes on the page are read")
  func examples() throws {
    let blocks = try Self.page().components(separatedBy: "```yaml\n").dropFirst()
    #expect(!blocks.isEmpty)
    for block in blocks {
      let text = block.components(separatedBy: "```")[0]
      #expect(throws: Never.self, "\(text)") { try Recipe(parsing: Array(text.utf8)) }
    }
  }

  @Test("The table of presets on the page is that of the program")
  func presets() throws {
    let rows = QuantizationPreset.allCases.map {
      "| \($0.name) | \($0.alias ?? "") | \($0.defaultType.name) | \($0.fileType) |\n"
    }
    #expect(try Self.page().contains(rows.joined()), "expected:\n\(rows.joined())")
  }

  @Test("The page names every role")
  func roles() throws {
    let page = try Self.page()
    for role in TensorRole.allCases { #expect(page.contains("`\(role.rawValue)`"), "\(role.rawValue)") }
  }
}
