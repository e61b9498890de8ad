internal import GGUF
internal import Inspection
internal import TensorCore

/// What `general.file_type` promises: the types that llama-quantize gives most matrices of such a file
/// (`llama_ftype_get_default_type` and the mixes of llama-quant.cpp).
struct FileTypeMix {
  let number: Int
  /// Of which at least one matrix has one.
  let types: [ElementType]

  /// - Parameter fileType: As it stands in the file; what a program has only guessed from the tensors counts too.
  init?(_ fileType: Int) {
    let guessed = 1024
    number = fileType >= guessed ? fileType - guessed : fileType
    if let types = Self.mixes[number] {
      self.types = types
    } else if let type = ElementType.allCases.first(where: { $0.traits.fileType.map(Int.init) == fileType }) {
      types = [type]
    } else {
      return nil
    }
  }

  var name: String { FileTypeName.name(number) }

  /// Mixes that bear no type's name, or whose name is not the type that most of it has.
  private static let mixes: [Int: [ElementType]] = [
    4: [.q4_1], 10: [.q2_K, .q3_K], 12: [.q3_K], 13: [.q3_K], 15: [.q4_K], 17: [.q5_K], 21: [.q2_K],
    22: [.iq3_s, .iq3_xxs], 27: [.iq3_s], 28: [.iq2_xs, .iq2_s], 29: [.iq2_s], 38: [.mxfp4],
  ]

  /// By the name that llama-quantize and file names give them, in upper case.
  static let byName: [String: FileTypeMix] = {
    var byName: [String: FileTypeMix] = [:]
    for number in 0..<64 { if let mix = FileTypeMix(number) { byName[mix.name.uppercased()] = mix } }
    for type in ElementType.allCases where type.traits.ggufID != nil {
      guard byName[type.name] == nil, let number = type.traits.fileType else { continue }
      byName[type.name] = FileTypeMix(Int(number))
    }
    return byName
  }()

  /// Whether matrices can be of such a file: one is of its types, or rows are no whole blocks of them, for which
  /// llama-quantize takes other types.
  func isPlausible(_ tensors: [TensorDescription]) -> Bool {
    var fitting = false
    for tensor in tensors where tensor.shape.rowCount > 1 {
      if types.contains(tensor.elementType) { return true }
      if types.contains(where: { tensor.shape.rowLength % $0.blockLength == 0 }) { fitting = true }
    }
    return !fitting
  }
}
