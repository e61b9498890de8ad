import Dispatch
import Synchronization
import TensorCore

/// Unpacks one frame of a file front to back.
final class FrameDecoder {
  private static let inputBytes = 256 << 10

  private let file: any StoredBytes
  /// Where the frame is in the file.
  private let frame: Range<Int>
  private let context: ZstandardContext
  private var input: [UInt8] = []
  private var used = 0
  /// Where the next bytes of the file are.
  private var next: Int
  private var hasEnded = false

  init(_ frame: Range<Int>, of file: any StoredBytes) throws(SourceError) {
    self.file = file
    self.frame = frame
    next = frame.lowerBound
    do throws(ZstandardContext.Failure) {
      context = try ZstandardContext()
    } catch {
      throw file.failure(error, at: frame.lowerBound, expected: 0)
    }
  }

  /// Fills `output` as far as the frame goes.
  ///
  /// - Returns: How many bytes were unpacked.
  func fill(_ output: inout [UInt8]) throws(SourceError) -> Int {
    var filled = 0
    while filled < output.count && !hasEnded { try step(&output, &filled) }
    return filled
  }

  /// Comes to the end of the frame, where its checksum is compared.
  ///
  /// - Parameter expected: How many bytes the frame was to unpack to; all of them are behind us.
  func finish(expected: Int) throws(SourceError) {
    var more: [UInt8] = [0]
    var count = 0
    while !hasEnded {
      try step(&more, &count)
      if count > 0 { throw file.invalid(.contentLonger(at: frame.lowerBound, expected: expected)) }
    }
    let end = next - input.count + used
    guard end == frame.upperBound else {
      throw file.invalid(
        .corrupt(at: frame.lowerBound, reason: "it ends at byte \(end), expected \(frame.upperBound)"))
    }
  }

  private func step(_ output: inout [UInt8], _ filled: inout Int) throws(SourceError) {
    if used == input.count && next < frame.upperBound {
      let end = min(frame.upperBound, next + Self.inputBytes)
      input = try file.bytes(in: next..<end)
      used = 0
      next = end
    }
    let before = (used, filled)
    do throws(ZstandardContext.Failure) {
      hasEnded = try context.unpack(input, used: &used, into: &output, filled: &filled)
    } catch {
      throw file.failure(error, at: frame.lowerBound, expected: filled)
    }
    if !hasEnded, before == (used, filled), next == frame.upperBound, used == input.count {
      throw file.invalid(.corrupt(at: frame.lowerBound, reason: "its last block is not its last"))
    }
  }

  /// Frames that are measured at the same time.
  private static let mostMeasured = 8

  /// How much frames hold that do not say it: each is unpacked once, and nothing of it is kept.
  ///
  /// - Throws: ``SourceError``: of several, that of the frame that stands first.
  static func contentSizes(of frames: [Range<Int>], in file: any StoredBytes) throws(SourceError) -> [Int] {
    if frames.isEmpty { return [] }
    let sizes = Mutex([Int](repeating: 0, count: frames.count))
    let first = Mutex<(frame: Int, error: SourceError)?>(nil)
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(mostMeasured, frames.count)) { _ in
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        // A frame before a failed one is measured all the same, so that the first failure is always found.
        guard number < frames.count, first.withLock({ number < $0?.frame ?? .max }) else { return }
        do throws(SourceError) {
          let size = try contentSize(of: frames[number], in: file)
          sizes.withLock { $0[number] = size }
        } catch {
          first.withLock { first in if number < first?.frame ?? .max { first = (number, error) } }
        }
      }
    }
    if let error = first.withLock({ $0?.error }) { throw error }
    return sizes.withLock { $0 }
  }

  private static func contentSize(of frame: Range<Int>, in file: any StoredBytes) throws(SourceError) -> Int {
    let decoder = try FrameDecoder(frame, of: file)
    var output = [UInt8](repeating: 0, count: FrameHeader.largestBlock)
    var size = 0
    while !decoder.hasEnded { size += try decoder.fill(&output) }
    try decoder.finish(expected: size)
    return size
  }
}

extension StoredBytes {
  /// - Parameter expected: What the contents were to be, in bytes.
  func failure(_ failure: ZstandardContext.Failure, at frame: Int, expected: Int) -> SourceError {
    switch failure {
    case .checksumWrong: invalid(.checksumWrong(at: frame))
    case .longer: invalid(.contentLonger(at: frame, expected: expected))
    case .other(let reason): invalid(.corrupt(at: frame, reason: reason))
    }
  }
}
