public import TensorCore

/// The integers that the codes of a type name: what `IntegerCoded.unpack` can give, or NF4's places in its table.
public struct CodeAlphabet: Sendable, Hashable {
  /// Ascending. Codes that name the same integer (the two zeros of a four-bit float) are one.
  public let integers: [Int8]
  /// The lowest and the highest that a quantizer writes, and what is beyond them.
  public let saturated: [Int8]

  private init(_ integers: some Sequence<Int8>, saturated: [Int8]? = nil) {
    self.integers = Array(integers)
    self.saturated = saturated ?? [self.integers.first, self.integers.last].compactMap { $0 }
  }

  fileprivate static let alphabets: [ElementType: CodeAlphabet] = {
    let iq4 = CodeAlphabet((0..<16).map { Int8(NonLinearSearch.values[$0]) })
    let e2m1 = CodeAlphabet(Set((0..<16).map { Int8(E2M1.doubledValues[$0]) }).sorted())
    let sixteen = CodeAlphabet(0...15)
    // -1, 0 and 1; two bits of which quantizers do not write the fourth pattern.
    let ternary = CodeAlphabet(-1...2, saturated: [-1, 1, 2])
    return [
      // -128 is not written.
      .q8_0: CodeAlphabet(-128...127, saturated: [-128, -127, 127]),
      .q4_0: CodeAlphabet(-8...7), .q4_1: sixteen, .q5_0: CodeAlphabet(-16...15), .q5_1: CodeAlphabet(0...31),
      .q2_K: CodeAlphabet(0...3), .q3_K: CodeAlphabet(-4...3), .q4_K: sixteen, .q5_K: CodeAlphabet(0...31),
      .q6_K: CodeAlphabet(-32...31), .iq4_nl: iq4, .iq4_xs: iq4, .tq1_0: CodeAlphabet(-1...1), .tq2_0: ternary,
      .q1_0: CodeAlphabet([-1, 1]), .q2_0: CodeAlphabet(-1...2), .mxfp4: e2m1, .nvfp4: e2m1, .nf4: sixteen,
    ]
  }()
}

extension ElementType {
  /// What the codes of the type can be; nil where that is not known.
  public var codeAlphabet: CodeAlphabet? { CodeAlphabet.alphabets[self] }
}
