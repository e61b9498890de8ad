internal import StrictJSON
public import TensorCore

/// What the header of a safetensors file says: its tensors in the order of their data, and its `__metadata__`.
///
/// The format: 8 bytes of header length (little-endian), that many bytes of JSON, then the data, which the tensors
/// cover without overlap or hole. Source: the format's reference implementation, huggingface/safetensors.
public struct SafetensorsHeader: Sendable {
  /// The reference implementation's limit: "a big header can be an attack".
  public static let maximumLength = 100_000_000
  /// More than any tensor has; keeps an entry's memory in proportion.
  public static let maximumDimensions = 64

  /// By where their data starts. Offsets count from the start of the file.
  public let tensors: [TensorDescription]
  /// `__metadata__`, in the order of the file.
  public let metadata: [(key: String, value: String)]

  /// Parses and checks a header.
  ///
  /// - Parameters:
  ///   - json: The header's bytes, behind the length.
  ///   - dataStart: Where the data starts in the file, in bytes.
  ///   - dataSize: How many bytes of data the file has.
  ///   - file: What ``TensorDescription/file`` shall say.
  /// - Complexity: O(*n* log *n*) for *n* bytes of header.
  public init(json: [UInt8], dataStart: Int, dataSize: Int, file: Int = 0) throws(SafetensorsError) {
    var reading = HeaderReading(dataStart: dataStart, dataSize: dataSize, file: file)
    do throws(SafetensorsError) {
      try reading.read(json)
    } catch {
      throw reading.violations.first ?? error
    }
    if let first = reading.violations.first { throw first }
    self.init(reading)
  }

  /// What was read of a header.
  init(_ reading: HeaderReading) {
    tensors = reading.tensors
    metadata = reading.metadata
  }
}
