/// A file of which the header is changed or the end cut off, in memory: what is said of each such file must hold, and
/// the longest time of the processor that one took is kept.
///
/// The data is a hole, so that large models take no room.
public final class HeaderAttack {
  public enum Format: Sendable { case gguf, safetensors }

  public let header: [UInt8]
  /// Bytes of the whole file.
  public let size: Int
  /// How many files were looked at.
  public private(set) var count = 0
  /// What does not hold, the first few.
  public private(set) var broken: [String] = []
  /// How long it took to look at one file, at most, and at which.
  public private(set) var longest = (duration: Duration.zero, what: "none")
  /// A changed count may declare much of the data a part of the header: how many files took long for that, the longest
  /// validation of one, and the most bytes that one claims.
  public private(set) var large = (count: 0, duration: Duration.zero, claimedBytes: 0)

  private let format: Format
  private let file = ScratchFile()

  /// - Parameters:
  ///   - header: All bytes in front of the data.
  ///   - data: What stands behind it; what is missing up to `size` are zeros.
  public init(_ format: Format, header: [UInt8], data: [UInt8] = [], size: Int) {
    self.format = format
    self.header = header
    self.size = size
    file.write(header + data)
    file.resize(to: size)
  }

  /// Looks at the file as it is.
  public func leave() { look("unchanged", validates: true) }

  /// Changes a byte of the header, looks, and changes it back.
  public func change(_ offset: Int, to byte: UInt8, validates: Bool = true) {
    file.put([byte], at: offset)
    look("byte \(offset) is \(byte)", validates: validates)
    file.put([header[offset]], at: offset)
  }

  /// Cuts the file off, and looks. What is cut off is gone: from the end to the start.
  public func cut(to size: Int, validates: Bool = true) {
    file.resize(to: size)
    look("cut at \(size)", validates: validates)
  }

  private func answer(validates: Bool) -> (found: [String], duration: Duration) {
    let start = ProcessorTime.now
    var found: [String]
    switch format {
    case .gguf: found = GGUFCheck.broken(path: file.path, isQuick: true)
    case .safetensors: found = SafetensorsCheck.broken(path: file.path, isQuick: true)
    }
    if validates { found += ValidatorCheck.broken(path: file.path, checksPayload: false) }
    return (found, ProcessorTime.now - start)
  }

  /// What the file says that its header has.
  private var claimedBytes: Int {
    switch format {
    case .gguf: GGUFCheck.claimedBytes(path: file.path)
    case .safetensors: SafetensorsCheck.claimedBytes(path: file.path)
    }
  }

  private func look(_ what: @autoclosure () -> String, validates: Bool) {
    count += 1
    var (found, duration) = answer(validates: validates)
    // Another process may have had the processor's cache meanwhile: what a file takes is the least of three.
    for _ in 0..<2 where duration > .milliseconds(250) {
      duration = min(duration, answer(validates: validates).duration)
    }
    let claimed = duration > .milliseconds(20) ? claimedBytes : 0
    if claimed > 2 * header.count + 1 << 20 {
      let alone = ValidatorCheck.duration(path: file.path)
      large = (large.count + 1, max(large.duration, alone), max(large.claimedBytes, claimed))
    } else if duration > longest.duration {
      let answer = duration > .milliseconds(500) && format == .gguf ? ": \(GGUFCheck.answer(path: file.path))" : ""
      longest = (duration, what() + answer)
    }
    if !found.isEmpty, broken.count < 10 { broken.append("\(what()): \(found.joined(separator: "; "))") }
  }
}
