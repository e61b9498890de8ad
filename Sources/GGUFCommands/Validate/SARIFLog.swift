internal import Digests
internal import RemoteAccess
internal import TensorCore
internal import Validation

/// What validation found as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), for code hosts.
struct SARIFLog: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let version = "2.1.0"
  let runs: [Run]

  struct Run: Encodable {
    let tool: Tool
    let invocations: [Invocation]
    let columnKind = "unicodeCodePoints"
    let results: [Result]
  }

  struct Tool: Encodable { let driver: Driver }

  struct Driver: Encodable {
    let name = "gguf validate"
    let semanticVersion: String
    let rules: [Descriptor]
  }

  struct Text: Encodable { let text: String }

  struct Descriptor: Encodable {
    struct Configuration: Encodable {
      let enabled: Bool
      let level: Severity
    }

    let id: String
    let name: String
    let shortDescription: Text
    let fullDescription: Text
    let help: Text
    let defaultConfiguration: Configuration

    init(_ rule: Rule) {
      id = rule.id
      // The specification wants Pascal case.
      name = rule.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      shortDescription = Text(text: rule.demand)
      fullDescription = Text(text: "\(rule.demand) \(rule.reason)")
      help = Text(text: rule.remedy)
      let level = Profile.spec.severity(of: rule)
      defaultConfiguration = Configuration(enabled: level != nil, level: level ?? .error)
    }
  }

  struct Invocation: Encodable {
    struct Notification: Encodable {
      let level = Severity.error
      let message: Text
      let locations: [Location]
    }

    let executionSuccessful: Bool
    let exitCode: Int32
    let toolExecutionNotifications: [Notification]
  }

  struct Location: Encodable {
    struct Physical: Encodable {
      struct Artifact: Encodable { let uri: String }
      struct Region: Encodable { let byteOffset: Int }
      let artifactLocation: Artifact
      var region: Region?
    }

    struct Logical: Encodable {
      let name: String
      let kind: String
    }

    let physicalLocation: Physical
    var logicalLocations: [Logical]?
  }

  struct Result: Encodable {
    let ruleId: String
    let ruleIndex: Int
    let level: Severity
    let message: Text
    let locations: [Location]
    let partialFingerprints: [String: String]
  }

  /// - Parameter version: That of the program.
  init(_ results: ValidationResults, version: String) {
    let rules = RuleCatalog.all
    let indices = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var found: [Result] = []
    var notifications: [Invocation.Notification] = []
    for model in results.models {
      switch model.outcome {
      case .unreadable(let failure):
        notifications.append(
          .init(message: Text(text: failure.message.printable), locations: [Self.location(of: model.path)]))
      case .report(let report):
        for finding in results.groups(report).flatMap(\.findings) {
          found.append(Self.result(finding, report, index: indices[finding.rule.id] ?? 0))
        }
      }
    }
    let invocation = Invocation(
      executionSuccessful: notifications.isEmpty, exitCode: results.exitCode?.rawValue ?? 0,
      toolExecutionNotifications: notifications)
    let driver = Driver(semanticVersion: version, rules: rules.map(Descriptor.init))
    runs = [Run(tool: Tool(driver: driver), invocations: [invocation], results: found)]
  }

  private static func result(_ finding: ValidationFinding, _ report: ModelReport, index: Int) -> Result {
    let place = finding.place
    let path = FileURI.plain(
      report.files.indices.contains(place.file) ? report.files[place.file].path : report.path)
    var location = location(of: path)
    // Of a compressed file the offset is one of its contents, which is no place in the artifact.
    let isCompressed = report.files.indices.contains(place.file) && report.files[place.file].unpackedSize != nil
    if let offset = place.offset, !isCompressed { location = Self.location(of: path, offset: offset) }
    var logical: [Location.Logical] = []
    if let tensor = place.tensor { logical.append(.init(name: tensor.printable, kind: "tensor")) }
    if let key = place.key { logical.append(.init(name: key.printable, kind: "key")) }
    if !logical.isEmpty { location.logicalLocations = logical }
    return Result(
      ruleId: finding.rule.id, ruleIndex: index, level: finding.severity,
      message: Text(text: finding.line(of: report)), locations: [location],
      partialFingerprints: ["ruleAndPlace/v1": fingerprint(finding, path: path)])
  }

  private static func location(of path: String, offset: Int? = nil) -> Location {
    Location(
      physicalLocation: .init(
        artifactLocation: .init(uri: FileURI.reference(FileURI.plain(path))),
        region: offset.map { .init(byteOffset: $0) }))
  }

  /// The same for the same finding in the next version of a file, as far as the rule and the names say it: offsets move
  /// with everything in front of them, and count only where there is no name.
  private static func fingerprint(_ finding: ValidationFinding, path: String) -> String {
    let place = finding.place
    let isNamed = place.tensor != nil || place.key != nil
    let numbers = [place.block, place.row, place.column, isNamed ? nil : place.offset].map { $0.map(String.init) }
    let parts = [finding.rule.id, path, place.tensor, place.key] + numbers
    // A part's length in front of it: no two lists of parts are one text.
    let text = parts.map { $0.map { "\($0.utf8.count):\($0)" } ?? "-" }.joined(separator: " ")
    return "\(DigestAlgorithm.sha256.digest(of: Array(text.utf8)))"
  }
}

/// Paths as references of RFC 3986. A URL is one already.
enum FileURI {
  /// A path without what says nothing: `a/b.gguf` for `./a//./b.gguf`. Code hosts look for files by such paths. `..`
  /// stays, as behind a symbolic link it leads elsewhere than it seems to.
  static func plain(_ path: String) -> String {
    if RemoteURL.isURL(path) { return path }
    let parts = path.split(separator: "/").filter { $0 != "." }
    let start = path.hasPrefix("/") ? "/" : parts.isEmpty ? "." : ""
    return start + parts.joined(separator: "/")
  }

  /// A relative reference for a relative path, a `file` URI for an absolute one: everything is escaped but slashes and
  /// what the RFC calls unreserved.
  static func reference(_ path: String) -> String {
    if RemoteURL.isURL(path) { return path }
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return text
  }
}
