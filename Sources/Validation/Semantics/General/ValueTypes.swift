internal import GGUF

/// A value of a type that nobody takes for this key.
enum ValueTypeWrong: ModelRule {
  static let rule = Rule(
    "GGUF-K018", "well-known-value-type", .everywhere(.error),
    demand: "The value of a well-known key has the type that the GGUF document and llama.cpp give it.",
    reason: "llama.cpp refuses the file; other programs take the value as missing, or read it wrongly.",
    remedy: "Set the value again with its type: `gguf set FILE --set KEY=TYPE:VALUE`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF else { return }
    for entry in model.metadata.entries {
      let kind = entry.value.kind
      let expected: [GGUFValueKind]
      // The document's types of counts are u32 and u64; llama.cpp takes arrays of i32 and of bool as well.
      switch WellKnownKeys.demand(entry.key, architecture: model.architecture) {
      case .read(let kinds): expected = kinds
      case .count(perLayer: false): expected = [.single(.uint32), .single(.uint64)]
      case .count(perLayer: true):
        if case .array(let type) = kind, [.uint32, .int32, .bool, .uint64].contains(type) { continue }
        expected = [.single(.uint32), .single(.uint64), .array(of: .uint32)]
      case .described, nil: continue
      }
      guard !expected.contains(kind) else { continue }
      if entry.key == "general.architecture" { continue }  // architecture-missing says so.
      findings.add(
        rule, at: .init(key: entry.key),
        "a value of type \(kind), expected \(expected.map(\.description).joined(separator: " or "))")
    }
  }
}

/// A count of 64 bits.
enum ValueTypeLong: ModelRule {
  static let rule = Rule(
    "GGUF-K019", "count-of-64-bits", .llamaCpp(.error),
    demand: "Counts and lengths are of type u32.",
    reason: "The GGUF document allows u64 too, llama.cpp refuses it.",
    remedy: "Set the value again: `gguf set FILE --set KEY=u32:VALUE`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel else { return }
    for entry in model.metadata.entries {
      guard case .count? = WellKnownKeys.demand(entry.key, architecture: model.architecture) else { continue }
      let kind = entry.value.kind
      guard kind == .single(.uint64) || kind == .array(of: .uint64) else { continue }
      findings.add(rule, at: .init(key: entry.key), "a value of type \(kind), which llama.cpp reads as u32 only")
    }
  }
}

/// Text for people that is no text.
enum ValueTypeDescribed: ModelRule {
  static let rule = Rule(
    "GGUF-K020", "description-value-type", .spec(.warning),
    demand: "What describes a model has the type that the GGUF document gives it.",
    reason: "Programs that show or search what models are do not find the value.",
    remedy: "Set the value again with its type: `gguf set FILE --set KEY=TYPE:VALUE`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF else { return }
    for entry in model.metadata.entries {
      guard case .described(let expected)? = WellKnownKeys.demand(entry.key, architecture: model.architecture),
        entry.value.kind != expected
      else { continue }
      findings.add(rule, at: .init(key: entry.key), "a value of type \(entry.value.kind), expected \(expected)")
    }
  }
}
