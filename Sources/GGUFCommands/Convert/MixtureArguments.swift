internal import ArgumentParser
internal import Conversion
internal import Quantization
internal import Recipes
internal import StrictYAML
internal import TensorCore

/// Which types the tensors of a model get, beside `--type`.
struct MixtureArguments: ParsableArguments {
  @Flag(help: "Give every tensor that may be quantized the one type, without the preset's rules.")
  var pure = false

  @Option(
    help: ArgumentHelp("The type of the output tensor, of a model with an architecture.", valueName: "type"),
    completion: TypeArgument.completion(TypeArgument.writable as [ElementType]), transform: TypeArgument.writable(_:))
  var outputType: ElementType?

  @Option(
    help: ArgumentHelp("The type of the token embedding, of a model with an architecture.", valueName: "type"),
    completion: TypeArgument.completion(TypeArgument.writable as [ElementType]), transform: TypeArgument.writable(_:))
  var embeddingType: ElementType?

  @Option(
    help: ArgumentHelp("A file that says which types tensors get, after --tensor-type.", valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var recipe: String?

  @Option(
    help: ArgumentHelp(
      "With --dry-run, write what was chosen for each tensor into this file, which --recipe reads.", valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var writeRecipe: String?

  /// The options that say something only of a model with an architecture.
  var givenForArchitecture: String? {
    outputType != nil ? "--output-type" : embeddingType != nil ? "--embedding-type" : pure ? "--pure" : nil
  }

  func check(type: QuantizationTarget?, asIs: Bool, dryRun: Bool) throws {
    if type == nil && recipe == nil { throw ValidationError("Missing expected argument '--type <type>'") }
    if asIs, let option = givenForArchitecture, option != "--pure" {
      throw ValidationError("\(option) is for models with an architecture; with --as-is say --tensor-type")
    }
    if let writeRecipe {
      guard dryRun else { throw ValidationError("--write-recipe goes with --dry-run") }
      try OutputFile.validate(writeRecipe)
      if writeRecipe == recipe { throw ValidationError("--recipe and --write-recipe name the same file") }
    }
  }

  /// The recipe, where one was given.
  func readRecipe() throws(Failure) -> Recipe? {
    guard let recipe else { return nil }
    let bytes = try SmallFile.read(recipe, limit: Recipe.byteLimit)
    do throws(YAMLError) {
      return try Recipe(parsing: bytes)
    } catch {
      throw Failure("\(recipe.printable): \(error)", .badData)
    }
  }

  /// What was asked for: by `--type`, or else by the recipe.
  func target(_ type: QuantizationTarget?, _ read: Recipe?) throws(Failure) -> QuantizationTarget {
    if let target = type ?? read?.target {
      if target.elementType.codec != nil { return target }
      throw Failure("\(recipe?.printable ?? ""): \(target.name) cannot be written", .badData)
    }
    throw Failure("\(recipe?.printable ?? ""): says no type; add the key type, or say --type", .usage)
  }

  /// Says what in the recipe is about no tensor.
  func warnOfIdle(_ read: Recipe?, _ tensors: [TensorDescription]) {
    guard let read, let recipe else { return }
    for (line, text) in read.idle(tensors.map { ($0.name, $0.shape) }) {
      StandardError.write("gguf: warning: \(recipe.printable): line \(line): \(text)\n")
    }
  }

  /// - Parameters:
  ///   - plan: What was chosen.
  ///   - source: As the user called it.
  func write(_ plan: ConversionPlan, source: String, replaces: Bool) throws(Failure) {
    guard let writeRecipe else { return }
    let text = RecipeText.written(
      title: "What gguf convert has chosen for \(source.printable)", target: plan.target,
      tensors: plan.tensors.filter { $0.target.kind != .integer }.map { tensor in
        (tensor.source.name, tensor.target, tensor.choice.reason?.remark)
      })
    do throws(YAMLError) {
      _ = try Recipe(parsing: Array(text.utf8))
    } catch {
      throw Failure("\(writeRecipe.printable): the recipe could not be read again: it \(error)", .badData)
    }
    try OutputFile.write(text, to: writeRecipe, replaces: replaces)
  }
}

extension TypeChoice.Reason {
  /// A few words beside a tensor.
  fileprivate var remark: String {
    switch self {
    case .oneDimensional: "one row"
    case .norm: "norm"
    case .rowsDoNotDivide(let type), .fallback(let type): "rows do not divide into \(type.name)"
    case .integers: "integers"
    case .neverQuantized: "never quantized"
    case .preset(let role): role.rawValue
    }
  }
}
