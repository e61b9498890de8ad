public import Digests
internal import TensorCore

/// What a manifest says of a checkpoint, and whether it is so.
public struct ManifestCheck: Sendable, Equatable {
  public enum Status: String, Sendable {
    case ok
    case failed
    /// In the manifest and not in the file.
    case missing
    /// In the file and not in the manifest.
    case extra
  }

  /// A tensor, or the model as a whole.
  public struct Item: Sendable, Equatable {
    public let name: String
    public let status: Status
    /// What the digests are of.
    public let subject: DigestManifest.Subject
    /// The digest that the manifest has: of several that are wrong, the first.
    public let expected: Digest?
    /// The digest that the file has instead.
    public let found: Digest?
  }

  /// The file's name in the manifest.
  public let file: String
  /// First the tensors of the file in their order, then those that are missing in the manifest's.
  public let tensors: [Item]
  /// nil where the manifest has no line of the whole model.
  public let model: Item?

  public var isGood: Bool { tensors.allSatisfy { $0.status == .ok } && model?.status ?? .ok == .ok }

  /// The number of tensors of a status.
  public func count(_ status: Status) -> Int { tensors.count { $0.status == status } }
}

extension DigestManifest {
  /// The name that the manifest has for a file: its path; or else a path with the same last part; or else what all
  /// lines are about, where that is one file. nil where the manifest is about something else.
  public func name(ofFile path: String) -> String? {
    let path = path.printable
    let inside = path + ":"
    if lines.contains(where: { Self.isEqual($0.place, path) || Self.begins($0.place, with: inside) }) { return path }
    func lastPart(_ path: String) -> Substring {
      let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
      return path[(start ?? path.startIndex)...]
    }
    let name = lastPart(path)
    if let line = lines.first(where: { Self.isEqual(lastPart($0.place), name) }) { return line.place }
    // Both programs end with the lines of the model.
    guard let last = lines.last?.place else { return nil }
    let tensors = last + ":"
    return lines.allSatisfy { Self.isEqual($0.place, last) || Self.begins($0.place, with: tensors) } ? last : nil
  }

  /// Whether the lines of a file need the digest over all data.
  public func needsAllData(_ file: String, _ algorithm: DigestAlgorithm) -> Bool {
    lines.contains { $0.subject == .data && $0.digest.algorithm == algorithm && Self.isEqual($0.place, file) }
  }

  /// The algorithms of the lines of a file, the strongest first.
  public func algorithms(ofFile file: String) -> [DigestAlgorithm] {
    let inside = file + ":"
    let present = Set(
      lines.lazy.filter { Self.isEqual($0.place, file) || Self.begins($0.place, with: inside) }
        .map(\.digest.algorithm))
    return DigestAlgorithm.allCases.filter(present.contains)
  }

  /// Holds the lines of a file against what the file has.
  ///
  /// - Parameters:
  ///   - digests: With the digest over all data, if ``needsAllData(_:_:)``.
  ///   - file: The file's name in the manifest.
  public func check(_ digests: CheckpointDigests, file: String) -> ManifestCheck {
    let inside = file + ":"
    var whole: [Line] = []
    var wanted: [ExactString: [Line]] = [:]
    var order: [String] = []
    for line in lines where line.digest.algorithm == digests.algorithm {
      if Self.isEqual(line.place, file) {
        whole.append(line)
      } else if Self.begins(line.place, with: inside) {
        let name = String(Substring(line.place.utf8.dropFirst(inside.utf8.count)))
        if wanted[ExactString(name)] == nil { order.append(name) }
        wanted[ExactString(name), default: []].append(line)
      }
    }
    var items: [ManifestCheck.Item] = []
    var present: Set<ExactString> = []
    // A manifest of whole models alone has nothing to say of tensors.
    for tensor in digests.tensors where !wanted.isEmpty {
      let name = tensor.name.printable
      present.insert(ExactString(name))
      guard let lines = wanted[ExactString(name)] else {
        items.append(.init(name: tensor.name, status: .extra, subject: .data, expected: nil, found: tensor.data))
        continue
      }
      items.append(Self.item(tensor.name, lines) { $0 == .data ? tensor.data : tensor.digest })
    }
    for name in order where !present.contains(ExactString(name)) {
      let line = wanted[ExactString(name)]?.first
      items.append(
        .init(name: name, status: .missing, subject: line?.subject ?? .data, expected: line?.digest, found: nil))
    }
    let model =
      whole.isEmpty ? nil : Self.item(file, whole) { $0 == .data ? digests.data ?? digests.model : digests.model }
    return ManifestCheck(file: file, tensors: items, model: model)
  }

  private static func item(_ name: String, _ lines: [Line], _ found: (Subject) -> Digest) -> ManifestCheck.Item {
    if let wrong = lines.first(where: { found($0.subject) != $0.digest }) {
      return .init(
        name: name, status: .failed, subject: wrong.subject, expected: wrong.digest, found: found(wrong.subject))
    }
    let digest = lines.first?.digest
    return .init(name: name, status: .ok, subject: lines.first?.subject ?? .data, expected: digest, found: digest)
  }

  // Byte for byte, as files have their names.

  private static func isEqual(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
    a.utf8.elementsEqual(b.utf8)
  }

  private static func begins(_ text: String, with start: String) -> Bool { text.utf8.starts(with: start.utf8) }
}
