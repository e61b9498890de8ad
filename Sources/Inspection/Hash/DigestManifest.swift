public import Digests
internal import TensorCore

/// A manifest: a list of digests, a line each, as `gguf hash` and llama-gguf-hash write it.
///
/// formats/digests.md is the normative page.
public struct DigestManifest: Sendable, Equatable {
  /// What a line's digest is of.
  public enum Subject: String, Sendable, Hashable, CaseIterable {
    /// The data of a tensor, or of all tensors in their order.
    case data = ""
    /// Type, shape and data of a tensor.
    case tensor = "-tensor"
    /// Names and digests of all tensors.
    case model = "-model"
  }

  /// A line.
  public struct Line: Sendable, Equatable {
    public let subject: Subject
    public let digest: Digest
    /// The file's name, and behind a colon the tensor's, as they are printed.
    public let place: String

    public init(_ subject: Subject, _ digest: Digest, place: String) {
      (self.subject, self.digest, self.place) = (subject, digest, place)
    }

    /// `sha256    HEX  FILE:TENSOR`: the columns of llama-gguf-hash.
    public var text: String { Self.text(digest.algorithm.rawValue + subject.rawValue, digest, place) }

    static func text(_ word: String, _ digest: Digest, _ place: String) -> String {
      word + String(repeating: " ", count: max(0, 8 - word.utf8.count)) + "  \(digest)  \(place)\n"
    }
  }

  public var lines: [Line]
  /// The first words of lines that name no digest that is known here, with how many there are of each.
  public var unknown: [String: Int] = [:]

  public init(lines: [Line]) { self.lines = lines }

  public var text: String { lines.map(\.text).joined() }
}

extension DigestManifest {
  /// What is written of a checkpoint.
  ///
  /// - Parameters:
  ///   - digests: One an algorithm, the strongest first, all of the same tensors.
  ///   - file: The checkpoint's name.
  ///   - listsTensors: Whether tensors have lines of their own.
  ///   - coversTypes: Whether tensors have lines that cover type and shape too.
  public init(_ digests: [CheckpointDigests], file: String, listsTensors: Bool, coversTypes: Bool) {
    // The order of llama-gguf-hash.
    let digests = Array(digests.reversed())
    var lines: [Line] = []
    if listsTensors, let first = digests.first {
      for index in first.tensors.indices {
        let place = "\(file.printable):\(first.tensors[index].name.printable)"
        for digests in digests {
          lines.append(Line(.data, digests.tensors[index].data, place: place))
          if coversTypes { lines.append(Line(.tensor, digests.tensors[index].digest, place: place)) }
        }
      }
    }
    for digests in digests {
      if let data = digests.data { lines.append(Line(.data, data, place: file.printable)) }
    }
    for digests in digests { lines.append(Line(.model, digests.model, place: file.printable)) }
    self.init(lines: lines)
  }
}
