internal import Digests
internal import Inspection
internal import TensorCore

/// `gguf hash --json`.
struct HashJSON: Encodable {
  let schema = "gguf-hash-1"
  let source: String
  let format: String
  let tensors: [Tensor]
  let model: [String: Digests]

  struct Digests: Encodable {
    let digest: String
    let data: String?
  }

  struct Tensor: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let bytes: Int
    let digests: [String: Digests]
  }

  init(_ name: String, _ checkpoint: any TensorSource, _ digests: [CheckpointDigests], listsTensors: Bool) {
    source = name
    format = checkpoint.formatName
    tensors = (listsTensors ? checkpoint.tensors : []).enumerated().map { index, tensor in
      let own = digests.map { digests in
        let tensor = digests.tensors[index]
        return (digests.algorithm.rawValue, Digests(digest: "\(tensor.digest)", data: "\(tensor.data)"))
      }
      return Tensor(
        name: tensor.name, type: tensor.elementType.name, shape: tensor.shape.dimensions, bytes: tensor.byteCount,
        digests: Dictionary(own) { first, _ in first })
    }
    let whole = digests.map {
      ($0.algorithm.rawValue, Digests(digest: "\($0.model)", data: $0.data.map { "\($0)" }))
    }
    model = Dictionary(whole) { first, _ in first }
  }
}

/// `gguf hash --check --json`.
struct HashCheckJSON: Encodable {
  let schema = "gguf-hash-check-1"
  let source: String
  let format: String
  let manifest: String
  let good: Bool
  let checks: [Check]

  struct Check: Encodable {
    let algorithm: String
    let file: String
    let tensors: [Item]
    let model: Item?
  }

  struct Item: Encodable {
    let name: String
    let status: String
    let expected: String?
    let found: String?

    init(_ item: ManifestCheck.Item) {
      name = item.name
      status = item.status.rawValue
      expected = item.expected.map { "\($0)" }
      found = item.found.map { "\($0)" }
    }
  }

  init(
    _ name: String, _ checkpoint: any TensorSource, manifest: String,
    _ checks: [(DigestAlgorithm, ManifestCheck)]
  ) {
    source = name
    format = checkpoint.formatName
    self.manifest = manifest
    good = checks.allSatisfy { $0.1.isGood }
    self.checks = checks.map { algorithm, check in
      Check(
        algorithm: algorithm.rawValue, file: check.file, tensors: check.tensors.map(Item.init),
        model: check.model.map(Item.init))
    }
  }
}

/// `gguf hash --header --json`.
struct HeaderHashJSON: Encodable {
  let schema = "gguf-hash-header-1"
  let source: String
  let format: String
  let files: [File]

  struct File: Encodable {
    let path: String
    let bytes: Int
    let digests: [String: String]
  }

  init(_ name: String, _ checkpoint: any TensorSource, _ headers: [HeaderDigests]) {
    source = name
    format = checkpoint.formatName
    files = headers.map { header in
      let digests = header.digests.map { ($0.algorithm.rawValue, "\($0)") }
      return File(path: header.file.path, bytes: header.bytes, digests: Dictionary(digests) { first, _ in first })
    }
  }
}
