import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("Finding configurations, and what they make of rules")
struct ConfigurationFinderTests {
  private static let gap = RuleCatalog.rule("gap")
  private static let grammar = RuleCatalog.rule("key-grammar")

  /// A tree of configurations: of each folder, from the top on.
  private static func tree(_ texts: [(folder: String, text: String)]) throws -> TemporaryFolder {
    let tree = try TemporaryFolder()
    try tree.makeFolder("a")
    try tree.makeFolder("a/b")
    for (folder, text) in texts { try tree.write(folder + ConfigurationFile.name, Array(text.utf8)) }
    return tree
  }

  @Test("what is nearer holds, and what it does not say the folders above do, up to the root")
  func nearest() throws {
    let tree = try Self.tree([
      ("", "root: true\nprofile: strict\nrules: {gap: off, key-grammar: note}\nrequire: {max-size: 1GB, types: [F32]}"),
      ("a/", "rules: {gap: error}\nrequire: {max-size: 2GB}"),
      ("a/b/", "require: {metadata: [x]}"),
    ])
    var finder = ConfigurationFinder()
    let configuration = try finder.configuration(ofModelAt: tree.file("a/b/m.gguf"))
    #expect(configuration.files.count == 3)
    #expect(configuration.profile == .strict)
    #expect(configuration.demands.maximumSize == 2_000_000_000)
    #expect(configuration.demands.types == ["F32"])
    #expect(configuration.demands.metadata.map(\.key) == ["x"])
    let severity = configuration.severity(.spec, ofModelAt: tree.file("a/b/m.gguf"))
    #expect(severity(try #require(Self.gap), .init()) == .error)
    #expect(severity(try #require(Self.grammar), .init()) == .note)
    let other = try finder.configuration(ofModelAt: tree.file("m.gguf"))
    #expect(other.files.count == 1)
    #expect(other.severity(.spec, ofModelAt: tree.file("m.gguf"))(try #require(Self.gap), .init()) == nil)
  }

  @Test("a configuration that is the root hides those above it")
  func root() throws {
    let tree = try Self.tree([("", "root: true\nprofile: strict"), ("a/", "root: true")])
    var finder = ConfigurationFinder()
    let configuration = try finder.configuration(ofModelAt: tree.file("a/b/m.gguf"))
    #expect(configuration.files.map(\.profile) == [nil])
  }

  @Test("what is wrong with a configuration is told with its path")
  func damaged() throws {
    let tree = try Self.tree([("a/", "profle: x")])
    var finder = ConfigurationFinder()
    #expect { try finder.configuration(ofModelAt: tree.file("a/b/m.gguf")) } throws: { error in
      guard case SourceError.invalid(let path, let violation)? = error as? SourceError else { return false }
      return path.hasSuffix("/a/.gguf-validate.yml") && "\(violation)".hasPrefix("line 1: ")
    }
  }

  @Test("a finding is left out where every condition of an entry holds, and only there")
  func ignores() throws {
    let tree = try Self.tree([
      (
        "",
        """
        root: true
        ignore:
          - {rule: gap, tensor: '^blk', path: "a/**"}
          - {rule: gap, path: "old*.gguf"}
          - {key: '^x\\.'}
        """
      )
    ])
    var finder = ConfigurationFinder()
    let gap = try #require(Self.gap)
    func severity(_ path: String, _ rule: Rule, _ place: ValidationFinding.Place) throws -> Severity? {
      let path = tree.file(path)
      return try finder.configuration(ofModelAt: path).severity(.spec, ofModelAt: path)(rule, place)
    }
    #expect(try severity("a/b/m.gguf", gap, .init(tensor: "blk.0")) == nil)
    #expect(try severity("a/b/m.gguf", gap, .init(tensor: "output")) == .warning)
    #expect(try severity("a/b/m.gguf", gap, .init()) == .warning, "it is about no tensor")
    #expect(try severity("m.gguf", gap, .init(tensor: "blk.0")) == .warning, "another path")
    #expect(try severity("a/b/old-1.gguf", gap, .init()) == nil, "a pattern without a slash is of the name")
    #expect(try severity("m.gguf", try #require(Self.grammar), .init(key: "x.y")) == nil)
    #expect(try severity("m.gguf", try #require(Self.grammar), .init(key: "y.x.")) == .error)
  }

  @Test("a link to a folder is the folder that it leads to")
  func links() throws {
    let tree = try Self.tree([("a/", "root: true\nprofile: strict")])
    try tree.makeLink("l", to: tree.file("a/b"))
    var finder = ConfigurationFinder()
    #expect(try finder.configuration(ofModelAt: tree.file("l/m.gguf")).profile == .strict)
  }
}
