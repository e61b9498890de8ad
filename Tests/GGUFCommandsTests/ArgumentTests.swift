import Testing

@testable import GGUFCommands

/// Values of options.
@Suite struct ArgumentTests {
  @Test(arguments: [
    ("a:3", "a", [3]), ("a:2x3", "a", [2, 3]), ("a:1x2x3x4", "a", [1, 2, 3, 4]), ("a:0x256", "a", [0, 256]),
    ("blk.0.attn_q.weight:4096x11008", "blk.0.attn_q.weight", [4096, 11008]), ("x:y:2x3", "x:y", [2, 3]),
    (" a :5", " a ", [5]), ("größe:7", "größe", [7]), ("a:18446744073709551615", "a", [UInt64.max]),
  ])
  func aRawTensorIsANameAndItsDimensions(_ argument: String, _ name: String, _ dimensions: [UInt64]) throws {
    let tensor = try RawTensorArgument(argument).tensor
    #expect(tensor.name == name)
    #expect(tensor.dimensions == dimensions)
  }

  @Test(arguments: [
    "", "a", ":", ":3", "a:", "a:x", "a:3x", "a:x3", "a:3xx4", "a:-3", "a:3.0", "a: 3", "a:3 x4", "a:3X4",
    "a:1x2x3x4x5",
    "a:18446744073709551616", "a:0x", "a:1e3", "a:３",
  ])
  func whatIsNoRawTensorIsRefused(_ argument: String) {
    #expect(throws: (any Error).self) { try RawTensorArgument(argument) }
  }

  @Test(arguments: [
    ("norm", "model.norm.weight", true), ("norm", "model.layers.0.mlp", false), ("^model", "model.norm", true),
    ("^norm", "model.norm", false), ("weight$", "a.weight", true), ("weight$", "a.weights", false),
    (#"layers\.1\."#, "layers.1.mlp", true), (#"layers\.1\."#, "layers.11.mlp", false), ("", "anything", true),
    ("a|b", "xbx", true), ("^$", "", true), ("NORM", "norm", false), ("(?i)NORM", "norm", true),
  ])
  func aPatternIsLookedForAnywhereInAName(_ pattern: String, _ name: String, _ matches: Bool) throws {
    #expect(try NamePattern(pattern).matches(name) == matches)
  }

  @Test(arguments: ["(", "[", "*", "a{2,1}", "(?<n>", "\\"]) func whatIsNoPatternIsRefused(_ pattern: String) {
    #expect(throws: (any Error).self) { try NamePattern(pattern) }
    #expect(throws: (any Error).self) { try TypeRuleArgument(pattern + "=F16") }
    #expect(throws: (any Error).self) { try RenameArgument(pattern + "=x") }
  }

  @Test(arguments: [
    ("embed=F16", "model.embed_tokens.weight", "F16", true), ("embed=q8_0", "lm_head.weight", "Q8_0", false),
    ("a=b=F32", "xa=by", "F32", true), ("a=b=F32", "xay", "F32", false),
    ("embed=iq4_nl", "embed", "IQ4_NL", true),
  ])
  func aTypeRuleIsAPatternAndAType(_ argument: String, _ name: String, _ type: String, _ matches: Bool) throws {
    let rule = try TypeRuleArgument(argument)
    #expect(rule.type.name == type)
    #expect(rule.pattern.matches(name) == matches)
  }

  /// No type, an unknown one, ones that GGUF does not have, no pattern, a type with a blank.
  @Test(arguments: ["", "embed", "embed=", "embed=Q9", "embed=U32", "embed=F4", "=F16", "embed= F16"])
  func whatIsNoTypeRuleIsRefused(_ argument: String) {
    #expect(throws: (any Error).self) { try TypeRuleArgument(argument) }
  }

  @Test func everyTypeThatIsOfferedIsAccepted() throws {
    #expect(!TypeArgument.writable.isEmpty)
    for type in TypeArgument.writable {
      #expect(try TypeArgument.writable(type.name) == type)
      #expect(try TypeArgument.writable(type.name.lowercased()) == type)
    }
    for type in TypeArgument.unquantized { #expect(try TypeArgument.unquantized(type.name) == type) }
    #expect(throws: (any Error).self) { try TypeArgument.unquantized("Q8_0") }
  }

  @Test(arguments: [
    ("vision_=v_", "vision_tower.w", "v_tower.w"), (#"\.weight$=.w"#, "a.weight", "a.w"), ("a=", "banana", "bnn"),
    ("a=b=c", "xa=by", "xcy"),
  ])
  func aRenameReplacesWhatMatches(_ argument: String, _ name: String, _ renamed: String) throws {
    #expect(try RenameArgument(argument).applied(to: name) == renamed)
  }

  @Test func everyPolicyThatIsOfferedIsAccepted() {
    #expect(NonFiniteArgument.allValueStrings == ["error", "zero", "clamp"])
    for name in NonFiniteArgument.allValueStrings {
      #expect(NonFiniteArgument(argument: name)?.policy.rawValue == name)
    }
    #expect(NonFiniteArgument(argument: "ignore") == nil)
  }
}
