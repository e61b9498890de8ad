public import GGUF
public import Hessians
public import Importance
public import Quantization
public import Recipes
internal import SystemPackage
public import TensorCore

/// All that a conversion will do, computed from headers alone: which tensor becomes what, and where every byte of the
/// output, which is one file or several parts, will stand.
public struct ConversionPlan: Sendable {
  /// A tensor that is converted.
  public struct Tensor: Sendable {
    public let source: TensorDescription
    /// As the output has it.
    public let name: String
    public let choice: TypeChoice
    /// As the output has it: a scalar is a vector of one.
    public let shape: Shape
    public fileprivate(set) var place: SplitLayout.Place
    /// What errors in its columns count for; nil where all count alike.
    public let importance: ImportanceMatrix.Entry?
    /// By which errors are fed back; nil where they are not.
    public let hessian: HessianFile.Entry?

    public var target: ElementType { choice.target }
  }

  /// In the order of the output: that of the source's data, or llama-quantize's for a model with an architecture.
  public let tensors: [Tensor]
  /// What was asked for.
  public let target: QuantizationTarget
  /// The preset whose rules have chosen types; nil where one type is that of all tensors.
  public let preset: QuantizationPreset?
  /// A tensor that is converted, before it is decided to what.
  struct Candidate {
    let source: TensorDescription
    /// As the output has it, as the shape.
    let name: String
    let shape: Shape
  }

  /// Names of tensors without elements, which GGUF cannot hold.
  public let emptyTensors: [String]
  /// How scales and codes are chosen.
  public let method: QuantizationMethod
  /// The matrix of which tensors have entries.
  public let importance: ImportanceMatrix?
  /// The Hessians of which tensors have entries.
  public let hessians: HessianFile?
  /// How errors are fed back by them.
  public let feedback: ErrorFeedback
  /// What the source's channels were scaled by; nil where they are as they were.
  public let channelScales: ChannelScales?
  /// Names of tensors that the user left out.
  public let excludedTensors: [String]
  /// Of the model; what parts say of themselves is in their headers only.
  public let metadata: GGUFMetadata
  public let layout: SplitLayout

  /// Plans a conversion under the tensors' own names.
  ///
  /// - Parameters:
  ///   - source: The checkpoint.
  ///   - name: What the checkpoint is called in errors: the path that the user gave.
  ///   - options: What was asked for.
  /// - Throws: ``SourceError/invalid(path:_:)`` with a ``ConversionError`` or a `GGUFError`.
  public init(source: any TensorSource, name: String, options: ConversionOptions) throws(SourceError) {
    let traits = options.usesArchitecture ? ModelTraits(source) : nil
    // llama-quantize leaves out outer dimensions of 1, as ggml does not count them. llama.cpp's converter, which writes
    // models in a float type, keeps them.
    let keepsOuterOnes = traits == nil || options.target.elementType.kind == .float && !(source is any GGUFSource)
    var candidates: [Candidate] = []
    let choices: [TypeChoice]
    let entries: [ImportanceMatrix.Entry?]
    let hessians: [HessianFile.Entry?]
    var names: [ExactString: String] = [:]
    var empty: [String] = []
    var excluded: [String] = []
    do throws(ConversionError) {
      for (index, tensor) in source.tensors.enumerated() {
        if options.excludes(tensor.name) {
          excluded.append(tensor.name)
        } else if tensor.shape.elementCount == 0 {
          empty.append(tensor.name)
        } else {
          let outputName = options.outputName(tensor.name)
          try Self.check(outputName, of: tensor, index: index)
          if let other = names.updateValue(tensor.name, forKey: ExactString(outputName)) {
            throw .nameTaken(tensor: tensor.name, other: other, name: outputName)
          }
          let shape = try Self.outputShape(tensor, keepsOuterOnes: keepsOuterOnes)
          candidates.append(Candidate(source: tensor, name: outputName, shape: shape))
        }
      }
      if candidates.isEmpty {
        throw source.tensors.isEmpty ? .noTensors : .allTensorsLeftOut(count: source.tensors.count)
      }
      if let traits {
        candidates = TensorOrder.sorted(candidates.map(\.name)).map { candidates[$0] }
        choices = try options.choices(for: candidates, traits)
      } else {
        choices = try candidates.map { (candidate) throws(ConversionError) in try options.choice(for: candidate.source)
        }
      }
      let found = try zip(candidates, choices).map { (tensor, choice) throws(ConversionError) in
        try options.hessians?.entry(for: tensor, choice.target)
      }
      entries = try candidates.indices.map { (index) throws(ConversionError) in
        guard found[index] == nil else { return nil }
        try options.method.check(candidates[index], choices[index].target)
        return try options.importance?.entry(for: candidates[index], choices[index].target, options.method)
      }
      hessians = found
    } catch {
      throw .invalid(path: name, error)
    }
    var metadata =
      traits == nil
      ? Self.metadata(source: source, options: options) : Self.metadata(ofModel: source, options.target)
    options.importance?.describe(in: &metadata)
    options.hessians?.describe(in: &metadata, options.feedback)
    if let scales = options.channelScales, scales.count > 0 {
      metadata[ChannelScales.key] = .uint32(UInt32(clamping: scales.count))
    }
    let quantizes = zip(candidates, choices).contains { tensor, choice in
      choice.target.kind == .quantized && tensor.source.elementType != choice.target
    }
    if quantizes { options.method.describe(in: &metadata) }
    let outputs = zip(candidates, choices).map {
      GGUFLayout.Tensor(name: $0.name, elementType: $1.target, shape: $0.shape)
    }
    let layout: SplitLayout
    do throws(SplitLayoutError) {
      layout = try Self.layout(metadata, outputs, sources: candidates.map(\.source), options.split)
    } catch {
      throw .invalid(path: name, error.violation)
    }
    tensors = candidates.indices.map { index in
      let tensor = candidates[index]
      return Tensor(
        source: tensor.source, name: tensor.name, choice: choices[index], shape: tensor.shape,
        place: layout.places[index], importance: entries[index], hessian: hessians[index])
    }
    importance = options.importance
    (self.hessians, feedback, channelScales) = (options.hessians, options.feedback, options.channelScales)
    method = options.method
    target = options.target
    preset = traits == nil || options.isPure ? nil : options.target.preset
    emptyTensors = empty
    excludedTensors = excluded
    self.metadata = metadata
    self.layout = layout
  }

  /// Parts are balanced by the bytes that are read and written for their tensors.
  private static func layout(
    _ metadata: GGUFMetadata, _ tensors: [GGUFLayout.Tensor], sources: [TensorDescription], _ split: SplitLayout.Split?
  ) throws(SplitLayoutError) -> SplitLayout {
    if let split {
      let work = zip(tensors, sources).map { tensor, source in
        [source.byteCount, tensor.elementType.byteCount(elements: tensor.shape.elementCount) ?? 0].clampedSum
      }
      return try SplitLayout(metadata: metadata, tensors: tensors, split: split, work: work)
    }
    do throws(GGUFError) {
      return try SplitLayout(metadata: metadata, tensors: tensors)
    } catch {
      throw .file(error)
    }
  }

  private init(_ plan: ConversionPlan, _ tensors: [Tensor], _ layout: SplitLayout) {
    (emptyTensors, excludedTensors, metadata) = (plan.emptyTensors, plan.excludedTensors, plan.metadata)
    (importance, method) = (plan.importance, plan.method)
    (hessians, feedback, channelScales) = (plan.hessians, plan.feedback, plan.channelScales)
    (self.tensors, self.layout, target, preset) = (tensors, layout, plan.target, plan.preset)
  }

  /// What has to be done for one of the parts, counted from 0, and for no other: its tensors alone, its file alone.
  public func part(_ number: Int) -> ConversionPlan {
    let layout = layout.part(number)
    var own = Array(tensors[self.layout.ranges[number]])
    for (index, place) in zip(own.indices, layout.places) { own[index].place = place }
    return ConversionPlan(self, own, layout)
  }

  private static func check(
    _ name: String, of tensor: TensorDescription, index: Int
  ) throws(ConversionError) {
    if name.isEmpty { throw .nameEmpty(index: index) }
    if name.utf8.contains(0) { throw .nameHoldsNUL(tensor: tensor.name) }
    let limit = GGUFLimits.portableTensorNameBytes
    if name.utf8.count > limit { throw .nameTooLong(tensor: tensor.name, bytes: name.utf8.count, limit: limit) }
  }

  /// GGUF has no scalars: they are vectors of one.
  private static func outputShape(
    _ tensor: TensorDescription, keepsOuterOnes: Bool
  ) throws(ConversionError) -> Shape {
    let shape = keepsOuterOnes ? tensor.shape : tensor.shape.withoutOuterOnes
    if shape.dimensions.count > GGUFLimits.dimensions {
      throw .tooManyDimensions(tensor: tensor.name, count: shape.dimensions.count, limit: GGUFLimits.dimensions)
    }
    return shape.dimensions.isEmpty ? Shape(checking: [1]) ?? shape : shape
  }

  /// The general keys first, then those of a GGUF source in their order, then where the weights come from.
  private static func metadata(source: any TensorSource, options: ConversionOptions) -> GGUFMetadata {
    let inherited = (source as? any DescribedSource)?.metadata ?? GGUFMetadata()
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = inherited["general.architecture"] ?? .string("unknown")
    metadata["general.quantization_version"] = .uint32(2)
    metadata["general.file_type"] =
      options.target.fileType(hasArchitecture: false).map(GGUFValue.uint32)
    metadata["general.alignment"] = inherited["general.alignment"] ?? .uint32(UInt32(GGUFLimits.defaultAlignment))
    // The output is one file, of the type named here, whatever the source was.
    for entry in inherited.entries
    where !entry.key.hasPrefix("split.") && !entry.key.hasPrefix("swift_gguf.source.")
      && entry.key != "general.file_type" && metadata[entry.key] == nil
    {
      metadata[entry.key] = entry.value
    }
    metadata["swift_gguf.source.names"] = .array(
      GGUFArray(source.files.map(contentName)))
    metadata["swift_gguf.source.sizes"] = .array(GGUFArray(source.files.map { UInt64($0.contentSize) }))
    return metadata
  }

  /// All that a model says, then what llama-quantize sets, as it does.
  private static func metadata(ofModel source: any TensorSource, _ target: QuantizationTarget) -> GGUFMetadata {
    let inherited = (source as? any DescribedSource)?.metadata ?? GGUFMetadata()
    var metadata = GGUFMetadata()
    // These two go behind all others, wherever they stood.
    let own = ["general.quantization_version", "general.file_type"]
    for entry in inherited.entries where !entry.key.hasPrefix("split.") && !own.contains(entry.key) {
      metadata[entry.key] = entry.value
    }
    metadata["general.quantization_version"] = .uint32(2)
    metadata["general.file_type"] = target.fileType(hasArchitecture: true).map(GGUFValue.uint32)
    return metadata
  }

  /// What a file is called when it is not compressed: the output is the same, whether its source was.
  private static func contentName(_ file: SourceFile) -> String {
    let name = FilePath(file.path).lastComponent?.string ?? file.path
    return file.unpackedSize != nil && name.hasSuffix(".zst") ? String(name.dropLast(".zst".count)) : name
  }
}
