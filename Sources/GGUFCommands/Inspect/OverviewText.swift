internal import GGUF
internal import Inspection
internal import TensorCore

/// One screen: what model it is, how large, and of which types.
struct OverviewText {
  private let inspection: Inspection
  private let overview: Overview

  init(_ inspection: Inspection, _ overview: Overview) { (self.inspection, self.overview) = (inspection, overview) }

  func rendered(width: Int?) -> String {
    var table = TextTable([("", .left), ("", .left)], flexible: 1)
    for (label, value) in facts() { table.add([label, value]) }
    var text = "\(overview.name.printable): \(format)\n" + table.lines(indent: "  ", width: width)
    if overview.types.tensors > 0 { text += "\n" + overview.types.tableOfShares.rendered(indent: "  ", width: width) }
    return text
  }

  var format: String {
    guard let header = inspection.header else { return overview.format }
    return "GGUF v\(header.version), \(header.byteOrder.rawValue)-endian"
  }

  /// - Parameter hasSizes: Whether the parameters and the files' size are among them.
  func facts(hasSizes: Bool = true) -> [(label: String, value: String)] {
    let facts: [(String, String?)] = [
      ("model", model), ("architecture", architecture), ("parameters", hasSizes ? parameters : nil),
      ("quantized as", overview.model.fileType), ("context", context),
      ("layers", layers), ("experts", experts), ("vocabulary", vocabulary), ("special tokens", special),
      ("chat template", chatTemplate), ("license", overview.model.license?.printable),
      ("size", hasSizes ? size : nil), ("compressed", compressed), ("data", data),
    ]
    return facts.compactMap { label, value in value.map { (label, $0) } }
  }

  private var model: String? {
    let parts = [overview.model.name, overview.model.sizeLabel].compactMap { $0?.printable }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private var architecture: String? {
    overview.model.architecture?.printable ?? (inspection.gguf == nil ? nil : "not given")
  }

  private var parameters: String {
    let types = overview.types
    let tensors = "\(Numbers.grouped(types.parameters)) in \(Numbers.counted(types.tensors, "tensor"))"
    return types.tensors == 0 ? tensors : "\(tensors), \(Numbers.fixed(types.bitsPerWeight, 2)) bits a weight"
  }

  private var context: String? {
    overview.model.contextLength.map { "\(Numbers.counted($0, "token"))" }
  }

  private var layers: String? {
    let facts = overview.model
    guard let layers = facts.layers else { return nil }
    var parts: [String] = []
    if let length = facts.embeddingLength { parts.append("embeddings of \(Numbers.grouped(length))") }
    if let heads = facts.heads {
      let shared = facts.keyValueHeads.flatMap { $0 == heads ? nil : " (\($0) for keys and values)" } ?? ""
      parts.append("\(Numbers.counted(heads, "head"))\(shared)")
    }
    if let length = facts.feedForwardLength { parts.append("feed-forward of \(Numbers.grouped(length))") }
    return Numbers.grouped(layers) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  private var experts: String? {
    guard let experts = overview.model.experts, experts > 0 else { return nil }
    return Numbers.grouped(experts) + (overview.model.expertsUsed.map { ", \($0) for a token" } ?? "")
  }

  private var vocabulary: String? {
    guard let tokenizer = overview.tokenizer else { return inspection.gguf == nil ? nil : "no tokenizer" }
    var parts = [
      tokenizer.model.map { "tokenizer \($0.printable)" },
      tokenizer.preTokenizer.map { "pre-tokenizer \($0.printable)" },
    ]
    parts.append(tokenizer.merges.map { "\(Numbers.grouped($0)) merges" })
    let count = tokenizer.vocabulary.map { "\(Numbers.counted($0, "token"))" } ?? "no tokens"
    return ([count] + parts.compactMap { $0 }).joined(separator: ", ")
  }

  private var special: String? {
    guard let special = overview.tokenizer?.special, !special.isEmpty else { return nil }
    return special.map { token in
      "\(token.role) \(token.id)" + (token.text.map { " \($0.quoted(limit: 20))" } ?? "")
    }.joined(separator: ", ")
  }

  private var chatTemplate: String? {
    guard let tokenizer = overview.tokenizer else { return nil }
    return tokenizer.chatTemplateLength.map { "yes, \(Numbers.counted($0, "character"))" } ?? "none"
  }

  private var size: String {
    let files = overview.files.count == 1 ? "" : " in \(Numbers.counted(overview.files.count, "file"))"
    return "\(Numbers.grouped(overview.contentBytes)) bytes\(files)"
  }

  private var compressed: String? {
    let compressed = overview.files.filter { $0.unpackedSize != nil }
    guard !compressed.isEmpty else { return nil }
    let (bytes, unpacked) = (
      compressed.lazy.map(\.size).clampedSum, compressed.lazy.map(\.contentSize).clampedSum
    )
    let count = compressed.count == overview.files.count ? "" : ", in \(Numbers.counted(compressed.count, "file"))"
    return "\(Numbers.grouped(bytes)) of \(Numbers.grouped(unpacked)) bytes\(count)"
  }

  private var data: String {
    var parts = ["\(Numbers.grouped(overview.types.bytes)) bytes of tensors"]
    if let header = inspection.header {
      if overview.files.count == 1 { parts.append("from byte \(Numbers.grouped(header.dataStart))") }
      parts.append("aligned to \(header.alignment)")
    }
    return parts.joined(separator: ", ")
  }
}
