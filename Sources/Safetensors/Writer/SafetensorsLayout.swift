public import TensorCore

/// A safetensors file as it will be: its header's bytes and the place of every tensor, known before a weight is written.
///
/// The data has the tensors of the widest elements first, those of equal width in the order given, so that each begins at
/// a multiple of its elements' width; the header lists them in that order, and is filled up with spaces to a multiple of
/// 8 bytes. The same input gives the same bytes. formats/safetensors.md.
public struct SafetensorsLayout: Sendable {
  /// A tensor to be written.
  public struct Tensor: Sendable, Hashable {
    /// Any string but `__metadata__`.
    public let name: String
    /// One that safetensors has.
    public let elementType: ElementType
    /// Of at most ``SafetensorsHeader/maximumDimensions`` dimensions.
    public let shape: Shape

    public init(name: String, elementType: ElementType, shape: Shape) {
      self.name = name
      self.elementType = elementType
      self.shape = shape
    }
  }

  /// Where a tensor stands.
  public struct Place: Sendable, Hashable {
    /// Bytes from the start of the file.
    public let offset: Int
    public let byteCount: Int
  }

  /// Its length, the JSON, and the spaces behind it.
  public let header: [UInt8]
  /// One a tensor, in the order given.
  public let places: [Place]
  /// Bytes of the whole file.
  public let fileSize: Int

  /// Lays out a file.
  ///
  /// - Parameter metadata: The strings of `__metadata__`, in their order; keys are different.
  /// - Throws: ``SafetensorsLayoutError``.
  public init(metadata: [(key: String, value: String)], tensors: [Tensor]) throws(SafetensorsLayoutError) {
    var places = Array(repeating: Place(offset: 0, byteCount: 0), count: tensors.count)
    let order = tensors.indices.sorted { left, right in
      let (a, b) = (tensors[left].elementType.blockBytes, tensors[right].elementType.blockBytes)
      return a > b || a == b && left < right
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.map { "\(JSONText.string($0.key)):\(JSONText.string($0.value))" }
      members.append("\(JSONText.string(Self.metadataName)):{\(pairs.joined(separator: ","))}")
    }
    var names: Set<ExactString> = []
    var end = 0
    for index in order {
      let tensor = tensors[index]
      let (dtype, bytes) = try Self.check(tensor)
      guard names.insert(ExactString(tensor.name)).inserted else { throw .nameTwice(tensor.name) }
      guard bytes < Int.max / 2 - end else { throw .tooLarge(tensor: tensor.name) }
      places[index] = Place(offset: end, byteCount: bytes)
      let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
      members.append(
        #"\#(JSONText.string(tensor.name)):{"dtype":"\#(dtype)","shape":[\#(shape)],"#
          + #""data_offsets":[\#(end),\#(end + bytes)]}"#)
      end += bytes
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    guard json.count <= SafetensorsHeader.maximumLength else {
      throw .headerTooLong(length: json.count, limit: SafetensorsHeader.maximumLength)
    }
    var header: [UInt8] = []
    header.append(littleEndian: UInt64(json.count))
    header += json
    self.places = places.map { Place(offset: header.count + $0.offset, byteCount: $0.byteCount) }
    self.header = header
    fileSize = header.count + end
  }

  private static let metadataName = "__metadata__"

  private static func check(_ tensor: Tensor) throws(SafetensorsLayoutError) -> (dtype: String, bytes: Int) {
    let (type, shape) = (tensor.elementType, tensor.shape)
    guard tensor.name != metadataName else { throw .nameReserved(tensor.name) }
    guard let dtype = type.traits.safetensorsName else { throw .typeNotInSafetensors(tensor: tensor.name, type: type) }
    let limit = SafetensorsHeader.maximumDimensions
    guard shape.dimensions.count <= limit else {
      throw .tooManyDimensions(tensor: tensor.name, count: shape.dimensions.count, limit: limit)
    }
    guard let bytes = type.byteCount(elements: shape.elementCount) else { throw .tooLarge(tensor: tensor.name) }
    return (dtype, bytes)
  }
}
