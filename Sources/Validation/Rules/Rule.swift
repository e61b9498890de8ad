/// A demand that a model file meets or breaks.
///
/// Rules are constants, in files that are named for what they are about; ``RuleCatalog/all`` lists them, and
/// formats/rules.md is made of them.
public struct Rule: Sendable, Hashable {
  /// `GGUF-H012`: what is looked at, and a number that no other rule is ever given. Part of the command line, of
  /// configuration files and of every report, so that it never changes.
  public let id: String
  /// A few words in kebab-case: `header-cut-off`.
  public let name: String
  /// What is demanded: one sentence.
  public let demand: String
  /// What happens to whoever uses a file that breaks it: one or two sentences.
  public let reason: String
  /// How a file that breaks it is mended: one or two sentences.
  public let remedy: String
  public let levels: Levels

  /// How serious breaking a rule is, by profile; nil where the profile does not hold it.
  public struct Levels: Sendable, Hashable {
    /// Under ``Profile/spec``.
    public let spec: Severity?
    /// Under ``Profile/llamaCpp``.
    public let llamaCpp: Severity?
    /// Under ``Profile/strict`` at least; the graver of the two others where it is nil.
    public let strict: Severity?

    public init(spec: Severity?, llamaCpp: Severity?, strict: Severity? = nil) {
      self.spec = spec
      self.llamaCpp = llamaCpp
      self.strict = strict
    }

    /// Under both.
    public static func everywhere(_ severity: Severity) -> Levels { Levels(spec: severity, llamaCpp: severity) }
    /// The format's document demands it; llama.cpp reads such files.
    public static func spec(_ severity: Severity, llamaCpp: Severity? = nil) -> Levels {
      Levels(spec: severity, llamaCpp: llamaCpp)
    }
    /// llama.cpp refuses such files, or misbehaves; the format's document does not speak of it.
    public static func llamaCpp(_ severity: Severity, spec: Severity? = nil) -> Levels {
      Levels(spec: spec, llamaCpp: severity)
    }
    /// Nobody demands it but who asks for it, or for everything.
    public static func strict(_ severity: Severity) -> Levels {
      Levels(spec: nil, llamaCpp: nil, strict: severity)
    }
  }

  public init(
    _ id: String, _ name: String, _ levels: Levels, demand: String, reason: String, remedy: String
  ) {
    self.id = id
    self.name = name
    self.levels = levels
    self.demand = demand
    self.reason = reason
    self.remedy = remedy
  }

  public static func == (left: Rule, right: Rule) -> Bool { left.id == right.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
