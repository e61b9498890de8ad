import Synchronization
import TensorCore

/// A frame that is unpacked front to back, what was unpacked last being kept: threads that read in about the order of the
/// contents find their bytes there. To read what is no longer kept, the frame is unpacked again from its start.
final class FrameStream: Sendable {
  /// Bytes that are unpacked at a time.
  static let pageBytes = 256 << 10
  /// Bytes that are kept.
  static let keptBytes = 32 << 20

  private struct State {
    var frame = -1
    var decoder: FrameDecoder?
    var firstPage = 0
    var pages: [[UInt8]] = []
  }

  private let file: any StoredBytes
  private let index: FrameIndex
  private let state: Mutex<State>

  init(_ file: any StoredBytes, _ index: FrameIndex) {
    self.file = file
    self.index = index
    state = Mutex(State())
  }

  /// The pages that hold a range of a frame's contents.
  func pages(of number: Int, _ range: Range<Int>) throws(SourceError) -> [[UInt8]] {
    let size = index.content(of: number).count
    let (first, last) = (range.lowerBound / Self.pageBytes, (range.upperBound - 1) / Self.pageBytes)
    return try state.withLock { (state) throws(SourceError) in
      do throws(SourceError) {
        if state.frame != number || first < state.firstPage {
          state = State()
          let frame = index.frames[number]
          state.decoder = try FrameDecoder(frame.offset..<(frame.offset + frame.compressedSize), of: file)
          state.frame = number
        }
        while state.firstPage + state.pages.count <= last, let decoder = state.decoder {
          let start = (state.firstPage + state.pages.count) * Self.pageBytes
          state.pages.append(try Self.page(decoder, start..<min(size, start + Self.pageBytes), size, number, self))
          if state.pages.count > Self.keptBytes / Self.pageBytes {
            state.pages.removeFirst()
            state.firstPage += 1
          }
        }
      } catch {
        state = State()
        throw error
      }
      return Array(state.pages[(first - state.firstPage)...(last - state.firstPage)])
    }
  }

  /// Unpacks the next page, and at the end of the contents comes to the end of the frame.
  private static func page(
    _ decoder: FrameDecoder, _ range: Range<Int>, _ size: Int, _ number: Int, _ stream: FrameStream
  ) throws(SourceError) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: range.count)
    let filled = try decoder.fill(&page)
    if filled < page.count {
      throw stream.file.invalid(
        .contentShorter(
          at: stream.index.frames[number].offset, expected: size, found: range.lowerBound + filled))
    }
    if range.upperBound == size { try decoder.finish(expected: size) }
    return page
  }
}

/// The streams of a file: as many as there are places at which it is read, up to a few.
final class FrameStreams: Sendable {
  /// Each keeps what it unpacked last, and what its frame asks for as a window.
  private static let mostStreams = 4

  private struct Place {
    let stream: FrameStream
    var frame: Int
    /// How far the stream will have come in the frame when all that was asked of it is done.
    var position: Int
    var lastUse: Int
  }

  private let file: any StoredBytes
  private let index: FrameIndex
  private let places = Mutex<(list: [Place], uses: Int)>(([], 0))

  init(_ file: any StoredBytes, _ index: FrameIndex) {
    self.file = file
    self.index = index
  }

  /// The pages that hold a range of a frame's contents.
  func pages(of number: Int, _ range: Range<Int>) throws(SourceError) -> [[UInt8]] {
    try stream(for: number, range).pages(of: number, range)
  }

  /// The stream that has the least to unpack for a range.
  private func stream(for number: Int, _ range: Range<Int>) -> FrameStream {
    places.withLock { places in
      places.uses += 1
      var best: Int?
      for (i, place) in places.list.enumerated()
      where place.frame == number
        && (place.position <= range.lowerBound
          || place.position + FrameStream.pageBytes - FrameStream.keptBytes <= range.lowerBound)
      {
        if let other = best, places.list[other].position >= place.position { continue }
        best = i
      }
      if let best {
        places.list[best].position = max(places.list[best].position, range.upperBound)
        places.list[best].lastUse = places.uses
        return places.list[best].stream
      }
      let stream: FrameStream
      if places.list.count < Self.mostStreams {
        stream = FrameStream(file, index)
      } else {
        let oldest = places.list.indices.min { places.list[$0].lastUse < places.list[$1].lastUse } ?? 0
        stream = places.list.remove(at: oldest).stream
      }
      places.list.append(Place(stream: stream, frame: number, position: range.upperBound, lastUse: places.uses))
      return stream
    }
  }
}
