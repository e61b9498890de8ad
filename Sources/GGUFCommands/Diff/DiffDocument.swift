internal import GGUF
internal import Inspection
internal import TensorCore
internal import Verification

/// A comparison as JSON: formats/json.md.
struct DiffDocument: Encodable {
  let schema = "gguf-diff-1"
  let isDifferent: Bool
  let a: Side
  let b: Side
  let metadata: Metadata?
  let tensors: Tensors?

  init(_ comparison: CheckpointComparison) {
    isDifferent = comparison.isDifferent
    a = Side(comparison.a)
    b = Side(comparison.b)
    metadata = if case .compared(let metadata) = comparison.metadata { Metadata(metadata) } else { nil }
    tensors = comparison.plan.map { Tensors(comparison, $0) }
  }

  struct Side: Encodable {
    let name: String
    let format: String
    let version: UInt32?
    let byteOrder: String?
    let alignment: Int?
    let files: Int
    let size: Int
    let tensors: Int
    let parameters: Int
    let bitsPerWeight: Double
    let types: [TypeMix.Share]

    init(_ facts: CheckpointFacts) {
      (name, format, version, files, size) = (facts.name, facts.format, facts.version, facts.files, facts.size)
      (byteOrder, alignment) = (facts.byteOrder?.rawValue, facts.alignment)
      (tensors, parameters) = (facts.mix.tensors, facts.mix.parameters)
      (bitsPerWeight, types) = (facts.mix.bitsPerWeight, facts.mix.shares)
    }
  }

  struct Metadata: Encodable {
    let identical: Int
    let ignored: Int
    let added: [Entry]
    let removed: [Entry]
    let changed: [Change]

    init(_ metadata: MetadataComparison) {
      (identical, ignored) = (metadata.same, metadata.ignored)
      added = metadata.added.map { Entry(key: $0.key, value: Value($0.value)) }
      removed = metadata.removed.map { Entry(key: $0.key, value: Value($0.value)) }
      changed = metadata.changed.map(Change.init)
    }

    struct Entry: Encodable {
      let key: String
      let value: Value
    }

    struct Change: Encodable {
      let key: String
      let a: Value
      let b: Value
      let elements: Elements?
      let text: Text?

      init(_ change: MetadataComparison.Change) {
        (key, a, b) = (change.key, Value(change.a), Value(change.b))
        elements = change.elements.map(Elements.init)
        text = change.text.map { Text(line: $0.line, column: $0.column, offset: $0.offset) }
      }
    }

    struct Elements: Encodable {
      let differing: Int
      let first: Int
      let a: Value?
      let b: Value?

      init(_ difference: GGUFArray.Difference) {
        (differing, first) = (difference.count, difference.first)
        (a, b) = (difference.a.map(Value.init), difference.b.map(Value.init))
      }
    }

    struct Text: Encodable {
      let line: Int
      let column: Int
      let offset: Int
    }

    /// A value with its type; of an array only how many elements it has, since it may be a vocabulary.
    struct Value: Encodable {
      let type: String
      let value: MetadataJSON?
      let count: Int?

      init(_ value: GGUFValue) {
        type = MetadataText.type(value)
        if case .array(let array) = value {
          (self.value, count) = (nil, array.count)
        } else {
          (self.value, count) = (MetadataJSON(value: value), nil)
        }
      }
    }
  }
}
