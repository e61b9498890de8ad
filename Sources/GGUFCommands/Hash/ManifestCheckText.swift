internal import Digests
internal import Inspection
internal import TensorCore

/// What became of a check, for people: a line each tensor, then the model, then the sum.
struct ManifestCheckText {
  private let check: ManifestCheck
  private let algorithm: DigestAlgorithm
  private let source: String
  private let manifest: String

  init(_ check: ManifestCheck, _ algorithm: DigestAlgorithm, source: String, manifest: String) {
    (self.check, self.algorithm, self.source, self.manifest) = (check, algorithm, source, manifest)
  }

  func rendered() -> String {
    let model = check.model.map { line($0, name: source, ofModel: true) } ?? ""
    return check.tensors.map { line($0, name: $0.name, ofModel: false) }.joined() + model + summary + "\n"
  }

  private func line(_ item: ManifestCheck.Item, name: String, ofModel: Bool) -> String {
    let word: String
    var remark = ""
    switch item.status {
    case .ok: word = "OK     "
    case .failed:
      word = "FAILED "
      remark =
        ": \(Self.what(item.subject, ofModel: ofModel)): \(Self.digits(item.found)), expected \(Self.digits(item.expected))"
    case .missing:
      word = "MISSING"
      remark = ": in the manifest, not in the file"
    case .extra:
      word = "EXTRA  "
      remark = ": in the file, not in the manifest"
    }
    return "\(word)  \(name.printable)\(remark)\n"
  }

  private static func what(_ subject: DigestManifest.Subject, ofModel: Bool) -> String {
    switch subject {
    case .data: ofModel ? "other data, or in another order" : "other data"
    case .tensor: "another type or shape, or other data"
    case .model: "another name, type or shape, or other data"
    }
  }

  /// Enough of a digest to tell it from another; JSON has it whole.
  private static func digits(_ digest: Digest?) -> String {
    guard let text = digest?.description else { return "none" }
    return text.utf8.count > 16 ? text.prefix(16) + "..." : text
  }

  private var summary: String {
    var parts = ["\(Numbers.grouped(check.count(.ok))) of \(Numbers.counted(check.tensors.count, "tensor")) OK"]
    for (status, word) in [(ManifestCheck.Status.failed, "failed"), (.missing, "missing"), (.extra, "extra")]
    where check.count(status) > 0 {
      parts.append("\(Numbers.grouped(check.count(status))) \(word)")
    }
    if check.tensors.isEmpty { parts = ["no digests of single tensors"] }
    if let model = check.model { parts.append("the model \(model.status == .ok ? "OK" : "failed")") }
    return "\(source.printable) against \(manifest.printable), \(algorithm.rawValue): \(parts.joined(separator: ", "))"
  }
}
