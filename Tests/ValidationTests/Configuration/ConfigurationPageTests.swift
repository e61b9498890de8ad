import Foundation
import TestSupport
import Testing

@testable import Validation

@Suite("formats/validate.md and the schema of configurations")
struct ConfigurationPageTests {
  /// The blocks that begin with three backquotes and `kind`, each with the text up to the next block behind it.
  private static func blocks(_ kind: String) throws -> [(text: String, behind: String)] {
    let page = String(decoding: try Repository.bytes("formats/validate.md"), as: UTF8.self)
    return page.components(separatedBy: "```\(kind)\n").dropFirst().map {
      let parts = $0.components(separatedBy: "```")
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
  }

  private static func parse(_ text: String) throws -> ConfigurationFile {
    try ConfigurationFile(parsing: Array(text.utf8), path: "c.yml")
  }

  @Test("the configurations on the page are read")
  func examples() throws {
    let blocks = try Self.blocks("yaml")
    #expect(!blocks.isEmpty)
    for block in blocks { #expect(try Self.parse(block.text).folder.hasPrefix("/"), "\(block.text)") }
  }

  @Test("the mistakes on the page are told in the words that stand behind them")
  func mistakes() throws {
    let blocks = try Self.blocks("yaml-mistake")
    #expect(blocks.count >= 2)
    for block in blocks {
      #expect { try Self.parse(block.text) } throws: { error in
        let isThere = block.behind.contains("`\(error)`")
        #expect(isThere, "\(error)")
        return isThere
      }
    }
  }

  @Test("the schema has the keys that are read, and no others")
  func schema() throws {
    let data = Data(try Repository.bytes("formats/gguf-validate.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    func properties(_ path: [String]) throws -> [String] {
      var node: Any = schema
      for key in path {
        node = try #require((node as? [String: Any])?[key] ?? (node as? [[String: Any]])?.last, "\(path)")
      }
      let object = try #require(node as? [String: Any])
      #expect(object["additionalProperties"] as? Bool == false, "\(path)")
      return try #require(object["properties"] as? [String: Any]).keys.sorted()
    }
    #expect(try properties([]) == ConfigurationFile.Keys.top.sorted())
    #expect(try properties(["properties", "ignore", "items"]) == ConfigurationFile.Keys.ignore.sorted())
    #expect(try properties(["properties", "thresholds"]) == ConfigurationFile.Keys.thresholds.sorted())
    #expect(try properties(["properties", "require"]) == ConfigurationFile.Keys.require.sorted())
    let levels = try #require(
      ((schema["properties"] as? [String: Any])?["rules"] as? [String: Any])?["additionalProperties"] as? [String: Any])
    #expect(levels["enum"] as? [String] == ConfigurationFile.Level.allCases.map(\.rawValue))
    let profile = try #require((schema["properties"] as? [String: Any])?["profile"] as? [String: Any])
    #expect(profile["enum"] as? [String] == Profile.allCases.map(\.rawValue))
  }
}
