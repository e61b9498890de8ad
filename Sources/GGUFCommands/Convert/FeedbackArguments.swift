internal import ArgumentParser
internal import Conversion
internal import Hessians
internal import Quantization
internal import TensorCore

/// `--hessian`, and how errors are fed back by it.
struct FeedbackArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Second moments of what linear layers are applied to, safetensors: what each weight is wrong by is made up for by those \
      after it (GPTQ).
      """, valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var hessian: String?

  @Option(
    help: ArgumentHelp(
      "What is added to the diagonal of a Hessian, as a share of its mean: above 0, at most 1. (default: 0.01)",
      valueName: "share"))
  var damping: Float?

  @Option(
    help: ArgumentHelp(
      "How often all codes are looked at again behind that: 0 to \(Self.mostPasses). (default: 1)", valueName: "count"))
  var passes: Int?

  @Flag(
    name: .customLong("no-act-order"),
    help: "Quantize columns as they stand, not in the order of how much goes through them.")
  var noActOrder = false

  @Flag(
    help: """
      Scale channels that much goes through, where a norm makes up for it (AWQ): of Llama-like models, and where that is better.
      """)
  var awq = false

  private static let mostPasses = 16

  /// The options that say something only with `--hessian`.
  private var given: String? {
    damping != nil ? "--damping" : passes != nil ? "--passes" : noActOrder ? "--no-act-order" : awq ? "--awq" : nil
  }

  func check(method: QuantizationMethod, asIs: Bool) throws {
    if hessian == nil, let given { throw ValidationError("\(given) goes with --hessian") }
    if awq && asIs { throw ValidationError("--awq is for models with an architecture; leave out --as-is") }
    if let damping, !(damping > 0 && damping <= 1) {
      throw ValidationError("--damping \(damping): expected a share above 0, at most 1")
    }
    if let passes, !(0...Self.mostPasses).contains(passes) {
      throw ValidationError("--passes \(passes): expected 0 to \(Self.mostPasses)")
    }
    if hessian != nil && method == .grid {
      throw ValidationError("--hessian has nothing to make up for with --method grid, which loses nothing")
    }
  }

  /// Adds what was asked for.
  func apply(to options: inout ConversionOptions) throws(Failure) {
    guard let hessian else { return }
    do throws(SourceError) {
      options.hessians = try HessianFile(path: hessian)
    } catch {
      throw Failure(error)
    }
    if let damping { options.feedback.damping = damping }
    if let passes { options.feedback.passes = passes }
    options.feedback.ordersByActivity = !noActOrder
  }
}
