import Kernels
import TensorCore
import TestSupport
import Verification

/// Makes reports of models that do not exist: tensors of seeded weights, rounded as coarsely as their types round.
struct ReportBuilder {
  private var generator: SeededGenerator
  private var inputs: [VerificationReport.Input] = []
  private var errors = RelativeHistogram()
  private var histogram = ErrorHistogram()
  private var counts = ErrorCounts()
  private var offset = 4096
  var findings: [Finding] = []
  var isExact = false
  var file = "model.Q4_K_M.gguf"
  var source = "model.safetensors"
  var seconds: Double? = 1.25

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A tensor whose weights are rounded to multiples of a step: the relative RMSE is about `loss`.
  ///
  /// - Parameters:
  ///   - rows: Each of 256 weights.
  ///   - loss: 0 for weights that are kept.
  mutating func add(_ name: String, _ type: ElementType, rows: Int = 4, loss: Double, exact: Bool? = nil) {
    let weights = (0..<(rows * 256)).map { _ in generator.gaussian() * 0.04 }
    let step = Float(loss * 0.04 * 12.0.squareRoot())
    add(
      name, type, weights: weights, decoded: weights.map { step > 0 ? ($0 / step).rounded() * step : $0 }, exact: exact)
  }

  /// A tensor of these weights, in rows of 256.
  mutating func add(
    _ name: String, _ type: ElementType, weights: [Float], decoded: [Float], exact: Bool? = nil
  ) {
    var loss = TensorLoss(rowLength: 256, blockLength: type.blockLength)
    loss.add(original: weights.span, decoded: decoded.span, kernels: .fastest, errors: &counts)
    histogram.removeAll()
    histogram.add(&counts)
    if type.blockLength > 1 { errors.add(histogram, rms: loss.sums.rms) }
    add(
      name, type, [weights.count / 256, 256], TensorMeasurement(loss: loss, errors: histogram, rowsAreEqual: false),
      exact: exact)
  }

  /// A tensor that was not measured.
  mutating func addIntegers(_ name: String, count: Int = 512) { add(name, .i32, [count], nil, exact: nil) }

  private mutating func add(
    _ name: String, _ type: ElementType, _ dimensions: [Int], _ measurement: TensorMeasurement?, exact: Bool?
  ) {
    guard let shape = Shape(checking: dimensions.map(UInt64.init)) else { return }
    let bytes = shape.elementCount / type.blockLength * type.blockBytes
    let source = measurement == nil ? type : .bf16
    inputs.append(
      .init(
        file: TensorDescription(name: name, elementType: type, shape: shape, offset: offset, byteCount: bytes),
        source: TensorDescription(
          name: name, elementType: source, shape: shape, offset: offset,
          byteCount: shape.elementCount * source.blockBytes),
        measurement: measurement, exact: exact))
    offset += bytes
  }

  var report: VerificationReport {
    VerificationReport(
      file: .init(name: file, format: "GGUF", size: offset),
      source: .init(name: source, format: "safetensors", size: 4 * offset), inputs: inputs, errors: errors,
      isExact: isExact, findings: findings, seconds: seconds)
  }
}

extension ReportBuilder {
  /// A language model: per layer nine kinds of tensors, and what is in no layer.
  static func model(layers: Int, seed: UInt64) -> ReportBuilder {
    var builder = ReportBuilder(seed: seed)
    let kinds: [(String, ElementType, Double)] = [
      ("attn_norm", .f32, 0), ("attn_q", .q4_K, 0.072), ("attn_k", .q4_K, 0.074), ("attn_v", .q6_K, 0.019),
      ("attn_output", .q4_K, 0.071), ("ffn_norm", .f32, 0), ("ffn_gate", .q4_K, 0.073), ("ffn_up", .q4_K, 0.071),
      ("ffn_down", .q5_K, 0.037),
    ]
    builder.add("token_embd.weight", .q6_K, rows: 8, loss: 0.02)
    for layer in 0..<layers {
      for (kind, type, loss) in kinds {
        // The first and the last layers lose more, some tensors a little less or more than others.
        let edge = 1 + 0.6 / Double(1 + min(layer, layers - 1 - layer))
        let chance = Double.random(in: 0.9...1.15, using: &builder.generator)
        builder.add("blk.\(layer).\(kind).weight", type, loss: loss * edge * chance)
      }
    }
    builder.add("output_norm.weight", .f32, loss: 0)
    builder.add("output.weight", .q8_0, rows: 8, loss: 0.0055)
    builder.addIntegers("tokenizer.ids")
    return builder
  }

  /// The same with what verifications find.
  static func modelWithFindings(layers: Int, seed: UInt64) -> ReportBuilder {
    var builder = model(layers: layers, seed: seed)
    // Of which the report itself finds that it is unusual.
    builder.add("blk.3.attn_sinks.weight", .q4_0, loss: 0.31)
    builder.findings = [
      Finding(
        .bound, tensor: "blk.1.ffn_down.weight", "a block lost 0.81, more than its scale allows (0.0132)", row: 3,
        column: 64, block: 12, offset: 1_048_576),
      Finding(.missingTensor, tensor: "blk.2.attn_rot.weight", "is in the source and not in the file"),
      Finding(.deadRows, .warning, tensor: "token_embd.weight", "2 of 8 rows are all zero, the first is row 5", row: 5),
    ]
    return builder
  }

  /// Names that try to be more than names.
  static let hostileNames = [
    "</script><script>document.title='owned'</script>", "<img src=x onerror=\"document.title='owned'\">",
    "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "<!--", "]]>", "&lt;b&gt;", "{{report}}", "`code` ``x``",
    "a|b\\|c", "a\u{202E}gnp.exe\u{202C}", "nul\0byte", "line\nbreak\r\n# heading", "sep\u{2028}\u{2029}",
    "zero\u{200B}width",
    "[link](https://example.com)", "@somebody", "https://example.com/x.png", "![i](//example.com/i.png)", "*b* _i_ ~s~",
    "name with  spaces ", "", "blk.0.\u{5D0}\u{5D1}\u{5D2}.weight", "\u{1F980}.weight", "__proto__", "constructor",
    "quote\"quote", String(repeating: "long.", count: 400), "#1", "- item", "</style>", "\u{7F}\u{85}\u{FEFF}",
  ]

  static func hostile(seed: UInt64) -> ReportBuilder {
    var builder = ReportBuilder(seed: seed)
    builder.file = "</title><script>document.title='owned'</script>.gguf"
    builder.source = "\u{202E}`|{{script}}<b>@somebody https://example.com"
    for (index, name) in hostileNames.enumerated() {
      builder.add(name, .q4_0, loss: 0.08 + Double(index) / 1000)
      builder.findings.append(Finding(.exact, index % 2 == 0 ? .error : .warning, tensor: name, "says: " + name))
    }
    builder.add("blk.9223372036854775807.<i>kind</i>.weight", .q4_0, loss: 0.2)
    return builder
  }

  /// Losses that are not numbers, and tensors that lost nothing, all or everything.
  static func special(seed: UInt64) -> ReportBuilder {
    var builder = ReportBuilder(seed: seed)
    let (zeros, ones) = ([Float](repeating: 0, count: 512), [Float](repeating: 1, count: 512))
    builder.add("blk.0.zeros.weight", .q8_0, weights: zeros, decoded: zeros)
    builder.add("blk.0.from_zeros.weight", .q8_0, weights: zeros, decoded: ones)
    builder.add("blk.0.to_zeros.weight", .q8_0, weights: ones, decoded: zeros)
    builder.add("blk.0.kept.weight", .f32, weights: ones, decoded: ones)
    builder.add("blk.0.usual.weight", .q8_0, loss: 0.005)
    builder.addIntegers("ids")
    builder.seconds = nil
    return builder
  }
}
