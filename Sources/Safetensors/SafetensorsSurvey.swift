package import FileAccess
package import TensorCore

/// A safetensors file read as far as it can be, with every rule of the format that its header breaks: for programs that
/// tell what is wrong with a file. Who uses a file opens it with ``SafetensorsFile/init(path:index:)``.
public struct SafetensorsSurvey: Sendable {
  /// What could be read: the tensors are those whose entries are sound; none where the header is not whole.
  public let file: SafetensorsFile
  /// In the order in which they were met, the first ones of very many.
  public let violations: [SafetensorsError]
  /// How many there are.
  public let violationCount: Int
  /// Whether the header was read to its end. Where it was not, the last of the ``violations`` says why.
  public let isWhole: Bool
  /// Whether every tensor that the header names is among ``SafetensorsFile/tensors``.
  public let describesAllTensors: Bool

  /// Reads the header of a file that is open.
  ///
  /// - Parameter index: What ``TensorDescription/file`` shall say.
  /// - Throws: ``SourceError``: `.file` where the system refuses, and `.invalid` where what is compressed is damaged; not
  ///   what is wrong with the header.
  package init(_ file: InputFile, index: Int = 0) throws(SourceError) {
    var reading = HeaderReading(dataStart: 0, dataSize: 0, file: index)
    var length = 0
    var end: SafetensorsError?
    do throws(SourceError) {
      length = try SafetensorsFile.headerLength(of: file)
      let json = try file.bytes(in: 8..<(8 + length))
      reading = HeaderReading(dataStart: 8 + length, dataSize: file.size - 8 - length, file: index)
      do throws(SafetensorsError) {
        try reading.read(json)
      } catch {
        end = error
      }
    } catch .invalid(_, let error as SafetensorsError) {
      end = error
    } catch {
      throw error
    }
    self.file = SafetensorsFile(file, SafetensorsHeader(reading), dataStart: min(8 + length, file.size))
    violations = reading.violations + [end].compactMap { $0 }
    violationCount = reading.violationCount + (end == nil ? 0 : 1)
    isWhole = end == nil
    // Of those that are not kept nobody knows it.
    describesAllTensors = violationCount == violations.count && violations.allSatisfy(\.leavesTensorsDescribed)
  }
}

extension SafetensorsError {
  /// Whether it is about how tensors lie beside each other, each of which is described.
  fileprivate var leavesTensorsDescribed: Bool {
    switch self {
    case .overlap, .hole, .dataLeftOver, .metadataNotStrings: true
    default: false
    }
  }
}
