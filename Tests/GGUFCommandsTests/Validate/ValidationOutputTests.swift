import Foundation
import TensorCore
import Testing

@testable import GGUFCommands
@testable import Validation

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("What validation prints")
struct ValidationOutputTests {
  /// Everything that could act on a terminal, a log, a page or a parser.
  static let hostile = "\u{1B}[31m\u{202E}a\r\n::error::b%0A,\"<&>]]>\u{0}\u{FFFF}\u{9B}c"

  static func report(
    _ path: String, _ findings: [(Rule, ValidationFinding.Place, String)], files: [SourceFile]? = nil
  ) -> ModelReport {
    var list = FindingList(profile: .spec)
    for (rule, place, message) in findings { list.add(rule, at: place, message) }
    return ModelReport(
      path: path, format: "GGUF", files: files ?? [SourceFile(path: path, size: 1000)], tensorCount: 3,
      payloadBytes: 640, findings: list, duration: .seconds(1))
  }

  static func results(
    _ models: [ModelResult.Outcome], floor: Severity = .note, maximum: Int? = nil
  ) -> ValidationResults {
    ValidationResults(
      models: models.map { outcome in
        let path = if case .report(let report) = outcome { report.path } else { "gone.gguf" }
        return ModelResult(path: path, profile: .spec, configurations: [], outcome: outcome)
      }, floor: floor, maximum: maximum, remarks: [], seconds: 1.5)
  }

  static func rule(_ name: String) throws -> Rule { try #require(RuleCatalog.rule(name)) }

  /// An error in many places, a warning with hostile names, a note.
  static func mixed() throws -> ValidationResults {
    let errors = try (0..<1200).map { (try rule("bool"), ValidationFinding.Place(key: "k\($0)"), "found 7") }
    return results([
      .report(
        report(
          "dir/" + hostile,
          errors + [
            (
              try rule("gap"), .init(tensor: hostile, offset: 64, block: 1, row: 2, column: 3),
              "no tensor has \(hostile)"
            ),
            (try rule("big-endian"), .init(), "the file is big-endian"),
          ])),
      .report(report("good.gguf", [])), .unreadable(Failure("gone.gguf: No such file or directory", .noInput)),
    ])
  }

  static func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{202E}"
    }
  }

  @Test("text is grouped, folded, counted, and nothing in it acts on a terminal")
  func text() throws {
    var results = try Self.mixed()
    results = ValidationResults(
      models: results.models, floor: .note, maximum: 2, remarks: [], seconds: 0)
    let text = ValidationText(results, style: TextStyle(hasColours: false), columns: nil).rendered()
    #expect(Self.isHarmless(text))
    #expect(
      text.hasSuffix(
        #"""
        : GGUF, 3 tensors: 1,200 errors, 1 warning, 1 note
          error GGUF-K013 bool
            key "k0": found 7
            key "k1": found 7
            and 1,198 more
          warning GGUF-L005 gap
            tensor "\u{1b}[31m\u{202e}a\u{d}\u{a}::error::b%0A,\"<&>]]>\u{0}\u{ffff}\u{9b}c", block 1, row 2, column 3, byte 64: no tensor has \u{1b}[31m\u{202e}a\u{d}\u{a}::error::b%0A,\"<&>]]>\u{0}\u{ffff}\u{9b}c
          note GGUF-H004 big-endian
            the file is big-endian

        good.gguf: GGUF, 3 tensors: good

        1,200 errors, 1 warning, 1 note in 1 of 2 models, 1 could not be read
        gguf validate --explain RULE says why a rule matters and how a file is mended

        """#), "\(text)")
  }

  @Test("on a terminal severities have colours, and lines fit where they can")
  func terminal() throws {
    let place = ValidationFinding.Place(tensor: "blk.0.attn_q.weight")
    let message = "the scale of the block is not a number, and so are all the weights that are decoded with it"
    let results = Self.results([.report(Self.report("m.gguf", [(try Self.rule("bool"), place, message)]))])
    let text = ValidationText(results, style: TextStyle(hasColours: true), columns: 50).rendered()
    #expect(text.contains("  \u{1B}[1;31merror\u{1B}[0m GGUF-K013 bool\n"))
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("    ") }
    #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 50 }, "\(lines)")
    #expect(lines.map { $0.drop { $0 == " " } }.joined(separator: " ").hasSuffix(message))
  }

  @Test("what is less serious than the floor is counted and not shown")
  func floor() throws {
    let mixed = try Self.mixed()
    let results = ValidationResults(
      models: mixed.models, floor: .error, maximum: 0, remarks: ["headers only"], seconds: 0)
    let text = ValidationText(results, style: TextStyle(hasColours: false), columns: nil).rendered()
    #expect(text.contains("  error GGUF-K013 bool\n    found 1,200 times\n"))
    #expect(!text.contains("gap") && text.contains("1 warning, 1 note in 1 of 2 models"))
    #expect(text.contains("models, 1 could not be read; headers only\n"))
  }

  @Test("the exit code is the gravest of all models'")
  func exitCodes() throws {
    let error = ModelResult.Outcome.report(Self.report("a", [(try Self.rule("bool"), .init(), "x")]))
    let warning = ModelResult.Outcome.report(Self.report("a", [(try Self.rule("gap"), .init(), "x")]))
    let missing = ModelResult.Outcome.unreadable(Failure("x", .noInput))
    let broken = ModelResult.Outcome.unreadable(Failure("x", .inputOutput))
    #expect(Self.results([warning]).exitCode == nil)
    #expect(Self.results([warning, error], maximum: 0).exitCode == .findings)
    #expect(Self.results([error, missing]).exitCode == .noInput)
    #expect(Self.results([broken, missing, error]).exitCode == .inputOutput)
  }

  @Test("JSON has every finding that is kept, with names as they are, and how many are not shown")
  func json() throws {
    let text = try JSONOutput.text(ValidationJSON(try Self.mixed()))
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "gguf-validate-1" && document["isGood"] as? Bool == false)
    let models = try #require(document["models"] as? [[String: Any]])
    let findings = try #require(models[0]["findings"] as? [[String: Any]])
    #expect(findings.count == 1002 && models[0]["hidden"] as? Int == 200)
    #expect(findings.contains { $0["tensor"] as? String == Self.hostile && $0["block"] as? Int == 1 })
    #expect((models[2]["failure"] as? [String: Any])?["exitCode"] as? Int == 66)
    #expect((document["rules"] as? [[String: Any]])?.count == 3)
  }

  @Test("SARIF has URIs, regions, names and fingerprints")
  func sarif() throws {
    let text = try JSONOutput.text(SARIFLog(try Self.mixed(), version: "1.2.3"))
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let run = try #require((document["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 1002)
    let gap = try #require(results.first { $0["ruleId"] as? String == "GGUF-L005" })
    #expect(gap["level"] as? String == "warning")
    let location = try #require((gap["locations"] as? [[String: Any]])?.first)
    let physical = try #require(location["physicalLocation"] as? [String: Any])
    let uri = try #require((physical["artifactLocation"] as? [String: Any])?["uri"] as? String)
    #expect(uri.hasPrefix("dir/%1B%5B31m%E2%80%AEa%0D%0A%3A%3Aerror"))
    #expect((physical["region"] as? [String: Any])?["byteOffset"] as? Int == 64)
    #expect((location["logicalLocations"] as? [[String: Any]])?.first?["kind"] as? String == "tensor")
    let prints = results.compactMap { ($0["partialFingerprints"] as? [String: String])?["ruleAndPlace/v1"] }
    #expect(prints.count == 1002 && Set(prints).count == 1002)
    let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
    #expect(invocation["executionSuccessful"] as? Bool == false && invocation["exitCode"] as? Int == 66)
    let rules = ((run["tool"] as? [String: Any])?["driver"] as? [String: Any])?["rules"] as? [[String: Any]]
    let index = try #require(gap["ruleIndex"] as? Int)
    #expect(rules?[index]["id"] as? String == "GGUF-L005" && rules?[index]["name"] as? String == "Gap")
  }

  @Test("of a compressed file a byte of the contents is no place in the artifact")
  func compressed() throws {
    let file = SourceFile(path: "/a b/m.gguf.zst", size: 10, unpackedSize: 100)
    let report = Self.report("m", [(try Self.rule("gap"), .init(offset: 64), "x")], files: [file])
    let text = try JSONOutput.text(SARIFLog(Self.results([.report(report)]), version: "1"))
    #expect(text.contains("\"file:///a%20b/m.gguf.zst\"") && !text.contains("byteOffset"))
    #expect(text.contains("byte 64: x"))
  }

  @Test("a fingerprint does not change when the file is laid out anew, and differs between names")
  func fingerprints() throws {
    let rule = try Self.rule("gap")
    func fingerprint(_ place: ValidationFinding.Place) throws -> String? {
      let text = try JSONOutput.text(
        SARIFLog(Self.results([.report(Self.report("m", [(rule, place, "x")]))]), version: "1"))
      return text.split(separator: "\n").first { $0.contains("ruleAndPlace/v1") }.map(String.init)
    }
    #expect(try fingerprint(.init(tensor: "a", offset: 1)) == fingerprint(.init(tensor: "a", offset: 2)))
    #expect(try fingerprint(.init(offset: 1)) != fingerprint(.init(offset: 2)))
    #expect(try fingerprint(.init(tensor: "a")) != fingerprint(.init(key: "a")))
    #expect(try fingerprint(.init(tensor: "a", block: 1)) != fingerprint(.init(tensor: "a", row: 1)))
  }

  @Test("JUnit is XML that says of each model what failed and what passed")
  func junit() throws {
    let text = JUnitReport(try Self.mixed()).rendered()
    #expect(Self.isHarmless(text))
    let document = try XMLDocument(xmlString: text)
    let root = try #require(document.rootElement())
    #expect(root.attribute(forName: "tests")?.stringValue == "6")
    #expect(root.attribute(forName: "failures")?.stringValue == "1")
    #expect(root.attribute(forName: "errors")?.stringValue == "1")
    let suites = root.elements(forName: "testsuite")
    #expect(suites.map { $0.elements(forName: "testcase").count } == [4, 1, 1])
    #expect(suites[0].elements(forName: "testcase").filter { !$0.elements(forName: "failure").isEmpty }.count == 1)
    let names = suites.map { $0.elements(forName: "testcase").last?.attribute(forName: "name")?.stringValue }
    #expect(names == ["all other rules", "all rules", "can be read"])
  }

  @Test("XML has no character that XML does not have")
  func xml() {
    #expect(JUnitReport.escaped("a\u{0}\u{8}\u{B}\u{7F}\u{85}\u{FFFE}b<>&\"'") == "ab&lt;&gt;&amp;&quot;'")
  }

  @Test("GitHub's commands are one line each, whatever names hold")
  func github() throws {
    let text = GitHubAnnotations(try Self.mixed()).rendered()
    #expect(Self.isHarmless(text))
    let lines = text.split(separator: "\n")
    #expect(lines.count == 5 && lines.last == "1,200 errors, 1 warning, 1 note in 1 of 2 models, 1 could not be read")
    #expect(
      lines[1].hasPrefix(#"::warning file=dir/\u{1b}[31m\u{202e}a\u{d}\u{a}%3A%3Aerror%3A%3Ab%250A%2C\""#),
      "\(lines[1])")
    #expect(lines[0].contains("%0Akey \"k1\": found 7%0A") && lines[0].hasSuffix("%0Aand 200 more"))
    #expect(lines[3].hasPrefix("::error file=gone.gguf,title=cannot be read::gone.gguf: No such file"))
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("::") })
    #expect(GitHubAnnotations.property("a:b,c%\r\n") == "a%3Ab%2Cc%25%0D%0A")
  }

  @Test("paths are told without what says nothing")
  func plainPaths() {
    #expect(FileURI.plain("./x.gguf") == "x.gguf" && FileURI.plain(".//a/./b.gguf") == "a/b.gguf")
    #expect(FileURI.plain("/a//b/./c.gguf") == "/a/b/c.gguf" && FileURI.plain("../x.gguf") == "../x.gguf")
    #expect(FileURI.plain("a/../b.gguf") == "a/../b.gguf" && FileURI.plain("./.") == "." && FileURI.plain("/") == "/")
  }

  @Test("SARIF and annotations name a file that is called ./x.gguf by its plain path, with the same fingerprint")
  func plainPathsInReports() throws {
    let texts = try ["./x.gguf", "x.gguf"].map { path in
      let results = Self.results([.report(Self.report(path, [(try Self.rule("bool"), .init(key: "k"), "found 7")]))])
      return try (JSONOutput.text(SARIFLog(results, version: "1")), GitHubAnnotations(results).rendered())
    }
    #expect(texts[0].0 == texts[1].0 && texts[0].0.contains("\"x.gguf\""))
    #expect(texts[0].1 == texts[1].1 && texts[0].1.contains("file=x.gguf,"))
  }

  @Test("references to files are those of RFC 3986")
  func uris() {
    #expect(FileURI.reference("a/b-c_d~e.gguf") == "a/b-c_d~e.gguf")
    #expect(FileURI.reference("/ö/%") == "file:///%C3%B6/%25")
    #expect(FileURI.reference("a:b?c#d") == "a%3Ab%3Fc%23d")
  }
}
