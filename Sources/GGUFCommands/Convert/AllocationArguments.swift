internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import Kernels
internal import Recipes
internal import TensorCore
internal import Verification

/// Types that are chosen by what each tensor loses, so that the file has a size, or loses so much.
struct AllocationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Choose the type of each tensor so that least is lost in a file of this size, for example 4.2G or 800MiB.",
      valueName: "bytes"))
  var targetSize: TargetSize?

  @Option(
    help: ArgumentHelp(
      "The same in bits a weight, over all tensors, for example 4.5.", valueName: "bits"))
  var targetBpw: PositiveNumber?

  @Option(
    help: ArgumentHelp(
      "The same for the smallest file that loses no more than this relative RMSE, for example 0.05.",
      valueName: "loss"))
  var maxLoss: PositiveNumber?

  @Option(
    help: ArgumentHelp(
      "The types to choose from. (default: \(Self.usual.map(\.name).joined(separator: ",")))", valueName: "type,..."),
    transform: CandidateTypes.init)
  var candidates: CandidateTypes?

  /// Of each number of bits those that lose least.
  static let usual: [ElementType] = [
    .q2_K, .q3_K, .iq4_xs, .q4_K, .q5_K, .q6_K, .q8_0, .iq4_nl, .q5_1,
  ]

  /// nil where types are chosen otherwise.
  var goal: AllocatedTypes.Goal? {
    if let targetSize { return .fileSize(targetSize.bytes) }
    if let targetBpw { return .bitsPerWeight(targetBpw.value) }
    return maxLoss.map { .loss($0.value) }
  }

  private var given: [String] {
    [("--target-size", targetSize != nil), ("--target-bpw", targetBpw != nil), ("--max-loss", maxLoss != nil)]
      .filter(\.1).map(\.0)
  }

  func check(type: QuantizationTarget?, mixture: MixtureArguments) throws {
    guard let first = given.first else {
      if candidates != nil { throw ValidationError("--candidates goes with --target-size, --target-bpw or --max-loss") }
      return
    }
    if given.count > 1 { throw ValidationError("\(first) and \(given[1]) are two goals; say one") }
    if type != nil { throw ValidationError("\(first) chooses the types; leave out --type, or say --candidates") }
    if mixture.recipe != nil { throw ValidationError("\(first) chooses the types; leave out --recipe") }
    if let option = mixture.givenForArchitecture {
      throw ValidationError("\(first) chooses the types; leave out \(option), or say --tensor-type")
    }
  }

  /// Options with which every tensor that takes part is quantized to something.
  func surveyed(_ options: ConversionOptions) -> ConversionOptions {
    var options = options
    options.isPure = options.usesArchitecture
    // What weights lose is measured without error feedback, which takes too long to try with every type.
    options.hessians = nil
    return options
  }

  /// What is asked for before it is known.
  static let provisional = QuantizationTarget(ElementType.q8_0)

  /// Measures all candidates.
  func survey(
    _ plan: ConversionPlan, _ source: any TensorSource, name: String, _ options: ConversionOptions, threads: Int,
    _ kernels: KernelSet, isSilent: Bool
  ) throws -> [LossSurvey.Curve] {
    let survey = LossSurvey(
      plan: plan, source: source, sourceName: name, types: candidates?.types ?? Self.usual,
      isFixed: { tensor in options.rules.contains { $0.matches(tensor.name) } }, policy: options.nonFinite,
      threads: threads, kernels: kernels)
    return try LongWork("measuring", total: survey.workBytes, isSilent: isSilent, hasOutput: true).run { monitor in
      try survey.run(isCancelled: monitor.isCancelled, progress: monitor.progress)
    }
  }

  /// - Throws: ``Failure`` where no choice meets the goal.
  func allocate(
    _ plan: ConversionPlan, _ curves: [LossSurvey.Curve], _ goal: AllocatedTypes.Goal, name: String
  ) throws(Failure) -> AllocatedTypes {
    guard !curves.isEmpty else {
      throw Failure("\(name.printable): no tensor can have one of the candidate types", .usage)
    }
    if let types = AllocatedTypes(plan, curves, goal: goal) { return types }
    let (smallest, best) = AllocatedTypes.extremes(plan, curves)
    let reason =
      if case .loss = goal {
        "these types lose \(Numbers.significant(best.loss)) at least"
      } else {
        "these types take \(Numbers.grouped(smallest.bytes)) bytes at least"
      }
    throw Failure("\(name.printable): \(given.first ?? "") cannot be met: \(reason)", .usage)
  }

  /// Options with the types that were chosen: the preset is the type of most weights.
  func options(
    _ options: ConversionOptions, _ plan: ConversionPlan, _ types: AllocatedTypes
  ) -> ConversionOptions {
    var options = options
    var weights: [ElementType: Int] = [:]
    var names: [ElementType: Set<ExactString>] = [:]
    for (tensor, type) in types.types {
      weights[type, default: 0] += plan.tensors[tensor].shape.elementCount
      names[type, default: []].insert(ExactString(plan.tensors[tensor].source.name))
    }
    let most = weights.max { ($0.value, $1.key.name) < ($1.value, $0.key.name) }
    options.target = most.map { QuantizationTarget($0.key) } ?? options.target
    options.isPure = options.usesArchitecture
    for (type, names) in names.sorted(by: { $0.key.name < $1.key.name }) {
      options.rules.append(.init(type: type) { names.contains(ExactString($0)) })
    }
    return options
  }
}

/// A size such as `4.2G`: decimal units, and binary ones with an i.
struct TargetSize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [(String, Double)] = [
      ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9),
      ("TB", 1e12), ("K", 1e3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("B", 1), ("", 1),
    ]
    for (name, factor) in units where argument.hasSuffix(name) {
      guard let number = PositiveNumber(argument: String(argument.dropLast(name.count))) else { return nil }
      let bytes = (number.value * factor).rounded(.down)
      guard bytes < 0x1p60 else { return nil }
      self.bytes = Int(bytes)
      return
    }
    return nil
  }
}

/// A number above 0.
struct PositiveNumber: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard argument.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let value = Double(argument),
      value > 0, value.isFinite
    else { return nil }
    self.value = value
  }
}

/// Types with commas between.
struct CandidateTypes {
  let types: [ElementType]

  init(_ argument: String) throws {
    var types: [ElementType] = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let type = try TypeArgument.writable(String(name))
      guard type.kind == .quantized || type == .f16 || type == .bf16 else {
        throw ValidationError("\(type.name) is no type to choose from")
      }
      if !types.contains(type) { types.append(type) }
    }
    self.types = types
  }
}
