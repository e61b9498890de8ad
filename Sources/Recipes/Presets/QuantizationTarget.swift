public import TensorCore

/// What a model is quantized to, by the name that a user gives: a preset of llama-quantize, or an element type that none
/// is named after.
public struct QuantizationTarget: Sendable, Hashable {
  /// As the tables have it.
  public let name: String
  /// nil for an element type that is no preset's name: NF4, NVFP4, MXFP4.
  public let preset: QuantizationPreset?
  /// The type of every tensor that it fits, where the preset's rules do not hold.
  public let elementType: ElementType

  public init(_ preset: QuantizationPreset) {
    (name, self.preset, elementType) = (preset.name, preset, preset.defaultType)
  }

  /// One element type; where a preset has its name or alias, that preset.
  public init(_ type: ElementType) {
    (name, preset, elementType) = (type.name, QuantizationPreset(named: type.name), type)
  }

  /// - Parameter name: Of a preset or an element type, in any case; `Q4_K` is both.
  public init?(named name: String) {
    if let type = ElementType(named: name) {
      self.init(type)
    } else if let preset = QuantizationPreset(named: name) {
      self.init(preset)
    } else {
      return nil
    }
  }

  /// The number of `general.file_type`.
  ///
  /// - Parameter hasArchitecture: Whether the name means a preset; otherwise `Q4_K` is the type, whose file type is that
  ///   of Q4_K_S, as nothing in the file is of another.
  public func fileType(hasArchitecture: Bool) -> UInt32? {
    if !hasArchitecture, let type = ElementType(named: name) { return type.traits.fileType }
    return preset?.fileType ?? elementType.traits.fileType
  }
}
