/// What a verification, or a conversion, found out about every tensor: the document behind all reports.
/// formats/json.md describes it as JSON.
public struct VerificationReport: Sendable, Encodable {
  public let schema = "gguf-verify-1"
  /// What was verified.
  public let file: Checkpoint
  /// What it was held against.
  public let source: Checkpoint
  /// In the order of the file.
  public let tensors: [Tensor]
  /// All compared tensors together.
  public let whole: Group
  /// The same for each element type, the most bytes first.
  public let types: [Group]
  /// For each layer, where names have a number; in the order of the numbers.
  public let layers: [Group]
  /// For each kind of tensor: its name with `*` for the layer's number; in the order of the file.
  public let kinds: [Group]
  /// How large the errors are in relation to the root mean square of their tensor, over all quantized tensors.
  public let errors: Errors?
  /// Errors first, each in the order of the file.
  public internal(set) var findings: [Finding]
  /// Whether every tensor has the bytes that quantizing the source gives; nil where that was not asked.
  public let exact: Bool?
  /// How long it took; left out where that is not wanted.
  public let seconds: Double?

  /// Where the types were chosen by what tensors lose; left out otherwise.
  public var rates: RateCurve?

  /// Adds findings; errors still come first.
  public mutating func add(_ findings: [Finding]) { self.findings = Self.errorsFirst(self.findings + findings) }

  public struct Checkpoint: Sendable, Encodable {
    /// As the user named it.
    public let name: String
    /// `GGUF`, `safetensors`, `raw fp32`.
    public let format: String
    /// Bytes of all files.
    public let size: Int

    public init(name: String, format: String, size: Int) {
      (self.name, self.format, self.size) = (name, format, size)
    }
  }

  public struct Tensor: Sendable, Encodable {
    public let name: String
    public let sourceName: String
    public let type: String
    public let sourceType: String
    /// Outermost first.
    public let shape: [Int]
    public let elements: Int
    /// From the start of its file.
    public let offset: Int
    public let bytes: Int
    public let bitsPerWeight: Double
    /// The number of the layer, where the name has one.
    public let layer: Int?
    /// The name with `*` for the layer's number.
    public let kind: String
    /// nil for integers and for blocks that were copied.
    public let figures: ErrorFigures?
    /// What the type loses on ordinary weights, and how this tensor compares; nil for types that lose next to nothing.
    public let usual: Usual?
    /// Whether the bytes are those that quantizing the source gives; nil where that was not asked.
    public let exact: Bool?
    /// What products with activations lost; nil where there were none.
    public let product: Product?
  }

  /// A tensor's loss beside that of its type on ordinary weights.
  public struct Usual: Sendable, Hashable, Encodable {
    /// The relative RMSE of the type on Gaussian weights.
    public let gaussian: Double
    /// The smallest and the largest relative RMSE on Gaussian, Laplace and Student-t weights.
    public let lowest: Double
    public let highest: Double
    /// The tensor's relative RMSE over `gaussian`.
    public let ratio: Double
    /// One sentence: "usual for Q4_K", "3.1 times what Q4_K loses on ordinary weights".
    public let verdict: String

    public init(gaussian: Double, lowest: Double, highest: Double, ratio: Double, verdict: String) {
      self.gaussian = gaussian
      self.lowest = lowest
      self.highest = highest
      self.ratio = ratio
      self.verdict = verdict
    }
  }

  /// What the product of a tensor with activations lost.
  public struct Product: Sendable, Hashable, Encodable {
    /// Vectors of activations.
    public let samples: Int
    /// The error of the product of quantized weights and quantized activations, relative to the exact one: the root of
    /// the sum of squared differences over the sum of squares.
    public let relativeRMSE: Double
    /// The same with the quantized weights and the exact activations.
    public let weightsOnly: Double

    public init(samples: Int, relativeRMSE: Double, weightsOnly: Double) {
      (self.samples, self.relativeRMSE, self.weightsOnly) = (samples, relativeRMSE, weightsOnly)
    }
  }

  /// Several tensors together.
  public struct Group: Sendable, Encodable {
    /// `Q4_K`, `12`, `blk.*.attn_q.weight`; nil for the whole file.
    public let name: String?
    public let tensors: Int
    public let weights: Int
    public let bytes: Int
    /// nil where none of the tensors was compared.
    public let figures: ErrorFigures?
    /// The mean of the tensors' `nmse`, weighted by their elements: large tensors count by their number of weights, not by
    /// how large these are.
    public let meanNMSE: Double?
  }

  /// A histogram of errors relative to their tensor's root mean square.
  public struct Errors: Sendable, Encodable {
    /// Weights that kept their value.
    public let zeros: UInt64
    /// The lower edge of the first class in `counts`: 2^`firstExponent`.
    public let firstExponent: Int
    public let classesPerOctave: Int
    /// Classes of equal width in log2, without empty ones at the end.
    public let counts: [UInt64]

    public init(_ histogram: RelativeHistogram) {
      zeros = histogram.zeros
      firstExponent = RelativeHistogram.octaves.lowerBound
      classesPerOctave = RelativeHistogram.classesPerOctave
      var counts = histogram.counts
      while counts.last == 0 { counts.removeLast() }
      self.counts = counts
    }
  }
}
