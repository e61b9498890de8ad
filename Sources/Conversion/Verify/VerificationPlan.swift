internal import GGUF
internal import Hessians
internal import Quantization
public import TensorCore
public import Verification

/// What a user asks of a verification.
public struct VerificationOptions {
  /// The name that a tensor of the source has in the file.
  public var name: (String) -> String = { $0 }
  /// Tensors of the source with these names are not expected in the file.
  public var excludes: (String) -> Bool = { _ in false }
  public var checks = Checks()

  public init() {}

  /// What is checked besides the figures.
  public struct Checks: Sendable {
    /// What the conversion did with values that are not finite.
    public var nonFinite = ConversionOptions.NonFinitePolicy.error
    /// A type that the weights were rounded to before they were quantized: F16 where a file was made in two steps.
    public var intermediate: ElementType?
    /// Whether the source is quantized again and the bytes are compared.
    public var isExact = false
    /// Whether every block is held against the bound that its scale gives.
    public var checksBounds = true

    public init() {}
  }
}

/// Which tensor of a file is compared with which tensor of its source, from headers alone.
public struct VerificationPlan: Sendable {
  /// A tensor and what it was made of.
  public struct Pair: Sendable {
    public let file: TensorDescription
    public let source: TensorDescription

    /// Integers are compared as integers.
    var isInteger: Bool { source.elementType.kind == .integer }
  }

  /// In the order of the file's data.
  public let pairs: [Pair]
  /// Whether the file says that columns were weighed by importance, for which the bounds of some types are looser.
  public let isMadeByImportance: Bool
  /// Whether it says that errors were fed back, so that blocks are not where their own weights put them.
  public let isMadeByFeedback: Bool
  /// How the file says that it was quantized.
  let method: QuantizationMethod
  /// Tensors that cannot be compared.
  public let findings: [Finding]

  public init(file: any TensorSource, source: any TensorSource, options: VerificationOptions) {
    // Tensors of the source by the names that they have in the file; where several have the same, the first.
    let expected = source.tensors.filter { $0.shape.elementCount > 0 && !options.excludes($0.name) }
    let names = expected.map { ExactString(options.name($0.name)) }
    let indices = Dictionary(zip(names, expected.indices), uniquingKeysWith: { first, _ in first })
    var isFound = [Bool](repeating: false, count: expected.count)
    isMadeByImportance = Self.isMadeByImportance(file)
    isMadeByFeedback = (file as? any GGUFSource)?.metadata[HessianFile.fileKey] != nil
    method = QuantizationMethod(of: file)
    var pairs: [Pair] = []
    var findings: [Finding] = []
    for tensor in file.tensors where tensor.shape.elementCount > 0 {
      guard let index = indices[ExactString(tensor.name)], !isFound[index] else {
        findings.append(Finding(.unexpectedTensor, tensor: tensor.name, "is in the file and not in the source"))
        continue
      }
      isFound[index] = true
      let pair = Pair(file: tensor, source: expected[index])
      if let finding = Self.obstacle(to: pair) { findings.append(finding) } else { pairs.append(pair) }
    }
    for (index, name) in names.enumerated() where !isFound[index] {
      findings.append(Finding(.missingTensor, tensor: name.string, "is in the source and not in the file"))
    }
    self.pairs = pairs
    self.findings = findings
  }

  /// llama-quantize leaves the name of the importance matrix, and how large it was.
  private static func isMadeByImportance(_ file: any TensorSource) -> Bool {
    (file as? any GGUFSource)?.metadata.entries.contains { $0.key.hasPrefix("quantize.imatrix.") } ?? false
  }

  /// Why the two cannot be compared; nil where they can.
  private static func obstacle(to pair: Pair) -> Finding? {
    let (file, source) = (pair.file, pair.source)
    // Formats differ in how many of the dimensions of 1 they keep.
    guard file.shape.withoutOuterOnes == source.shape.withoutOuterOnes else {
      return Finding(.shape, tensor: file.name, "has the shape \(file.shape), the source \(source.shape)")
    }
    if pair.isInteger != (file.elementType.kind == .integer) {
      return Finding(
        .notComparable, tensor: file.name, "is \(file.elementType.name), and the source \(source.elementType.name)")
    }
    if pair.isInteger { return nil }
    for (tensor, place) in [(file, ""), (source, "the source's ")] {
      let type = tensor.elementType
      if type.decoder == nil {
        return Finding(.notComparable, tensor: file.name, "\(place)\(type.name) cannot be decoded")
      }
      if type.kind == .quantized && tensor.byteOrder == .big {
        return Finding(.notComparable, tensor: file.name, "\(place)big-endian blocks of \(type.name) are not supported")
      }
    }
    return nil
  }
}
