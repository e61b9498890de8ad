internal import ArgumentParser
internal import Conversion
internal import Quantization
internal import Recipes
internal import TensorCore

/// The types that a user may name where a type is to be written.
enum TypeArgument {
  /// Every type that has an encoder, for help and messages.
  static let writable = ElementType.allCases.filter { $0.codec != nil }
  /// The types of tensors that are not quantized.
  static let unquantized: [ElementType] = [.f32, .f16, .bf16]

  /// What a shell offers.
  static func completion(_ types: [ElementType]) -> CompletionKind { .list(types.map(\.name)) }

  static func list(_ types: [ElementType]) -> String { types.map(\.name).joined(separator: ", ") }

  /// A type that can be written, in any case.
  static func writable(_ argument: String) throws -> ElementType {
    guard let type = ElementType(named: argument) else {
      throw ValidationError("there is no type \(argument.quoted()); the types are \(list(writable))")
    }
    guard type.codec != nil else {
      throw ValidationError("\(type.name) cannot be written; the types are \(list(writable))")
    }
    return type
  }

  /// The names of presets, and of types that are none's.
  static let targets = (QuantizationPreset.allCases.map(\.name) + writable.map(\.name)).reduce(into: [String]()) {
    if !$0.contains($1) { $0.append($1) }
  }

  /// A preset or a type, in any case.
  static func target(_ argument: String) throws -> QuantizationTarget {
    let list = targets.joined(separator: ", ")
    guard let target = QuantizationTarget(named: argument) else {
      let name = argument.uppercased()
      if QuantizationPreset.unwritable.contains(name) {
        throw ValidationError("\(name) is a preset with types that cannot be written; the types are \(list)")
      }
      let nearest = Spelling.nearest(to: argument, among: targets).map { "did you mean \($0)? The" } ?? "the"
      throw ValidationError("there is no type \(argument.quoted()); \(nearest) types are \(list)")
    }
    guard target.elementType.codec != nil else {
      throw ValidationError("\(target.name) cannot be written; the types are \(list)")
    }
    return target
  }

  static func unquantized(_ argument: String) throws -> ElementType { try type(argument, of: unquantized) }

  /// A type that weights may be rounded to before they are quantized.
  static func intermediate(_ argument: String) throws -> ElementType { try type(argument, of: [.f16, .bf16]) }

  private static func type(_ argument: String, of types: [ElementType]) throws -> ElementType {
    guard let type = ElementType(named: argument), types.contains(type) else {
      throw ValidationError("expected one of \(list(types)), found \(argument.quoted())")
    }
    return type
  }
}

/// A regular expression that is looked for anywhere in a name.
struct NamePattern {
  /// As the user wrote it.
  let text: String
  private let regex: Regex<AnyRegexOutput>

  init(_ text: String) throws {
    self.text = text
    do {
      regex = try Regex(text)
    } catch {
      throw ValidationError("\(text.quoted()) is not a regular expression: \(error)")
    }
  }

  /// A pattern that matches nothing is a slip of the pen more often than not.
  static func warnOfIdle(
    _ patterns: [(option: String, pattern: NamePattern)], names: [String], what: String = "no tensor's name"
  ) {
    for (option, pattern) in patterns where !names.contains(where: pattern.matches) {
      StandardError.write("gguf: warning: \(what) matches \(option) \(pattern.text.quoted())\n")
    }
  }

  func matches(_ name: String) -> Bool {
    // A pattern that cannot be matched against a name does not match it.
    (try? regex.firstMatch(in: name)) != nil
  }

  func replacingMatches(in name: String, with text: String) -> String { name.replacing(regex, with: text) }

  /// `REGEX=TEXT`, which ends the pattern at the last `=`.
  static func splitting(_ argument: String, expected: String) throws -> (pattern: NamePattern, text: String) {
    guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex else {
      throw ValidationError("expected \(expected), found \(argument.quoted())")
    }
    return (try NamePattern(String(argument[..<equals])), String(argument[argument.index(after: equals)...]))
  }
}

/// `REGEX=TYPE`.
struct TypeRuleArgument {
  let pattern: NamePattern
  let type: ElementType

  init(_ argument: String) throws {
    let (pattern, name) = try NamePattern.splitting(argument, expected: "REGEX=TYPE")
    self.pattern = pattern
    // A type that cannot be written may still be that of the source, whose blocks are then copied.
    type =
      if let type = ElementType(named: name), type.traits.ggufID != nil { type } else {
        try TypeArgument.writable(name)
      }
  }
}

/// `REGEX=TEXT`.
struct RenameArgument {
  let pattern: NamePattern
  private let text: String

  init(_ argument: String) throws {
    (pattern, text) = try NamePattern.splitting(argument, expected: "REGEX=TEXT")
  }

  /// Warns of patterns that match no name, as those before them have left it.
  static func warnOfIdle(_ renames: [RenameArgument], names: [String]) {
    var names = names
    for rename in renames {
      NamePattern.warnOfIdle([("--rename", rename.pattern)], names: names)
      names = names.map(rename.applied)
    }
  }

  func applied(to name: String) -> String { pattern.replacingMatches(in: name, with: text) }
}

/// How scales and codes are chosen.
struct MethodArgument: ExpressibleByArgument {
  let method: QuantizationMethod

  init(method: QuantizationMethod) { self.method = method }

  init?(argument: String) {
    guard let method = QuantizationMethod(named: argument) else { return nil }
    self.method = method
  }

  static var allValueStrings: [String] { QuantizationMethod.all.map(\.name) }

  var defaultValueDescription: String { method.name }

  /// The method, with a percentile where one was given.
  func method(_ percentile: Percentile?) -> QuantizationMethod {
    percentile.map { .range(.percentile($0)) } ?? method
  }
}

/// `--percentile`: what the ranges of blocks are cut to.
enum PercentileArgument {
  static func percentile(_ argument: String) throws -> Percentile {
    guard let percentile = Float(argument).flatMap(Percentile.init) else {
      throw ValidationError("expected a number above 50 and at most 100, found \(argument.quoted())")
    }
    return percentile
  }
}

/// What to do with values that are not finite.
struct NonFiniteArgument: ExpressibleByArgument {
  let policy: ConversionOptions.NonFinitePolicy

  init(policy: ConversionOptions.NonFinitePolicy) { self.policy = policy }

  init?(argument: String) {
    guard let policy = ConversionOptions.NonFinitePolicy(rawValue: argument) else { return nil }
    self.policy = policy
  }

  static var allValueStrings: [String] { ConversionOptions.NonFinitePolicy.allCases.map(\.rawValue) }

  var defaultValueDescription: String { policy.rawValue }
}
