import Dispatch
import Synchronization
import TensorCore

/// The frames of a file that are unpacked whole, the latest of them kept: several threads that read side by side find
/// what another one has unpacked, and a thread that would have to wait for a frame unpacks one of the next meanwhile.
final class UnpackedFrames: Sendable {
  /// Bytes of a frame's contents, at most.
  private static let largestContent = 8 << 20
  /// Bytes of a frame in the file, at most.
  private static let largestFrame = 16 << 20
  /// Bytes of unpacked frames that are kept, and how many frames.
  private static let mostBytes = 32 << 20
  private static let mostFrames = 64
  /// How far ahead of what was asked for a frame may be unpacked, in bytes of the contents.
  private static let bytesAhead = 24 << 20
  /// Frames that are being unpacked at the same time.
  private static let mostPending = 16

  private struct State {
    var kept: [Int: (contents: [UInt8], lastUse: Int)] = [:]
    var keptBytes = 0
    var uses = 0
    var unpacked = 0
    var pending: [Int: DispatchGroup] = [:]
  }

  private enum Claim {
    case found([UInt8])
    case unpack(Int, DispatchGroup)
    case wait(DispatchGroup)
  }

  private let file: any StoredBytes
  private let index: FrameIndex
  private let state = Mutex(State())

  init(_ file: any StoredBytes, _ index: FrameIndex) {
    self.file = file
    self.index = index
  }

  /// Frames that have been unpacked so far, one that was unpacked again counted again.
  var unpackedCount: Int { state.withLock { $0.unpacked } }

  /// Whether a frame is too large to be unpacked whole.
  static func isTooLarge(compressed: Int, content: Int) -> Bool {
    content > largestContent || compressed > largestFrame
  }

  /// The contents of a frame.
  func contents(of number: Int) throws(SourceError) -> [UInt8] {
    while true {
      switch claim(number) {
      case .found(let contents): return contents
      case .wait(let group): group.wait()
      case .unpack(let chosen, let group):
        var contents: [UInt8]?
        defer { finish(chosen, contents, group) }
        do throws(SourceError) {
          contents = try unpack(chosen)
        } catch {
          // A frame that nobody asked for yet fails when somebody does.
          if chosen == number { throw error }
        }
        if chosen == number, let contents { return contents }
      }
    }
  }

  private func claim(_ number: Int) -> Claim {
    state.withLock { state in
      if let found = state.kept[number] {
        state.uses += 1
        state.kept[number]?.lastUse = state.uses
        return .found(found.contents)
      }
      let chosen = state.pending[number] == nil ? number : frameAhead(of: number, state)
      if let chosen, state.pending.count < Self.mostPending {
        let group = DispatchGroup()
        group.enter()
        state.pending[chosen] = group
        return .unpack(chosen, group)
      }
      // Any frame that is done makes room for the next.
      return .wait(state.pending[number] ?? state.pending.values.first ?? DispatchGroup())
    }
  }

  /// The first of the next frames that nobody has unpacked or is unpacking.
  private func frameAhead(of number: Int, _ state: State) -> Int? {
    let start = index.frames[number].contentStart
    for next in (number + 1)..<min(index.frames.count, number + 1 + Self.mostPending) {
      let content = index.content(of: next)
      if content.upperBound - start > Self.bytesAhead { return nil }
      if Self.isTooLarge(compressed: index.frames[next].compressedSize, content: content.count) { return nil }
      if state.kept[next] == nil && state.pending[next] == nil { return next }
    }
    return nil
  }

  private func unpack(_ number: Int) throws(SourceError) -> [UInt8] {
    let frame = index.frames[number]
    let size = index.content(of: number).count
    let bytes = try file.bytes(in: frame.offset..<(frame.offset + frame.compressedSize))
    let contents: [UInt8]
    do throws(ZstandardContext.Failure) {
      contents = try ZstandardContext.unpack(bytes, size: size)
    } catch {
      throw file.failure(error, at: frame.offset, expected: size)
    }
    guard contents.count == size else {
      throw file.invalid(.contentShorter(at: frame.offset, expected: size, found: contents.count))
    }
    return contents
  }

  private func finish(_ number: Int, _ contents: [UInt8]?, _ group: DispatchGroup) {
    state.withLock { state in
      state.pending[number] = nil
      if let contents {
        state.unpacked += 1
        state.uses += 1
        state.kept[number] = (contents, state.uses)
        state.keptBytes += contents.count
      }
      while state.keptBytes > Self.mostBytes || state.kept.count > Self.mostFrames,
        let oldest = state.kept.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.kept[oldest.key] = nil
        state.keptBytes -= oldest.value.contents.count
      }
    }
    group.leave()
  }
}
