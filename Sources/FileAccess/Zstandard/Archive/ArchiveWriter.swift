import Dispatch
import Synchronization
public import TensorCore

/// Writes a Zstandard archive in the seekable format (formats/archive.md): frames that are compressed by many threads at
/// once and stand in the order of their contents, then the seek table. It appears under its name when it is whole.
///
/// The bytes do not depend on the number of threads, nor on the order in which pieces come. Memory is bounded: a piece
/// far ahead of the first frame that is not complete waits.
public final class ArchiveWriter: PositionedOutput {
  /// How much is done to make frames smaller; the higher, the slower.
  public static var levels: ClosedRange<Int> { FrameCompressor.levels }
  /// What `zstd` takes too.
  public static let defaultLevel = 3

  public let layout: ArchiveLayout
  public let level: Int
  public var path: String { file.path }
  public var isOrdered: Bool { true }

  private let file: AtomicFileWriter
  /// Of each frame, the bytes that will be written; the others are zeros that nobody writes.
  private let expected: [Int]
  /// Frames, from the first that is not complete on, that are held in memory.
  private let framesAhead: Int
  private let state: Mutex<State>

  private struct State {
    /// Frames that are being filled.
    var open: [Int: FilledFrame] = [:]
    /// Frames that are compressed and stand behind one that is not.
    var finished: [Int: CompressedFrame] = [:]
    /// The entries of the seek table: of the frames that have their place.
    var entries: [SeekTableEntry] = []
    /// Bytes of these frames.
    var compressedSize = 0
    var compressors: [FrameCompressor] = []
    /// Memory of frames that have been written.
    var buffers: [[UInt8]] = []
    var waiting: [DispatchSemaphore] = []
    var isAbandoned = false
  }

  /// - Parameters:
  ///   - written: The stretches of the contents that will be written, ascending and apart; what is between them are
  ///     zeros. nil where all is.
  ///   - level: In ``levels``.
  ///   - threads: How many threads write, at least 1.
  /// - Throws: ``FileError``, as ``AtomicFileWriter/init(path:size:replaces:)``.
  public init(
    path: String, layout: ArchiveLayout, written: [Range<Int>]? = nil, level: Int = defaultLevel, threads: Int,
    replaces: Bool
  ) throws(FileError) {
    precondition(Self.levels.contains(level) && threads > 0)
    file = try AtomicFileWriter(path: path, size: nil, replaces: replaces)
    self.layout = layout
    self.level = level
    framesAhead = threads + 1
    expected = written.map { Self.lengths(of: $0, in: layout.frames) } ?? layout.frames.map(\.count)
    state = Mutex(State())
  }

  /// How many bytes of each frame lie in the ranges.
  private static func lengths(of ranges: [Range<Int>], in frames: [Range<Int>]) -> [Int] {
    // Otherwise pieces would wait for one another.
    precondition(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    var lengths: [Int] = []
    var first = 0
    for frame in frames {
      var length = 0
      while first < ranges.count && ranges[first].upperBound <= frame.lowerBound { first += 1 }
      var next = first
      while next < ranges.count && ranges[next].lowerBound < frame.upperBound {
        length += ranges[next].clamped(to: frame).count
        next += 1
      }
      lengths.append(length)
    }
    return lengths
  }

  // MARK: Pieces

  /// Writes a piece of the contents; where it completes a frame, compresses it.
  public func write(_ bytes: Span<UInt8>, at offset: Int) throws(FileError) {
    precondition(offset >= 0 && offset <= layout.contentSize - bytes.count)
    var done = 0
    while done < bytes.count {
      let number = layout.frame(at: offset + done)
      let range = layout.frames[number]
      let start = offset + done - range.lowerBound
      let count = min(bytes.count - done, range.count - start)
      guard waitForTurn(number) else { return }
      let frame = state.withLock { state in
        if let frame = state.open[number] { return frame }
        let frame = FilledFrame(size: range.count, expected: expected[number])
        state.open[number] = frame
        return frame
      }
      if let contents = frame.fill(bytes.extracting(done..<(done + count)), at: start) {
        state.withLock { $0.open[number] = nil }
        try writeFrame(number, contents.span)
        try writeZeros(behind: number)
      }
      done += count
    }
  }

  /// Completes frames that nobody writes anything of.
  private func writeZeros(behind number: Int) throws(FileError) {
    var next = number + 1
    while next < expected.count && expected[next] == 0 {
      let zeros = [UInt8](repeating: 0, count: layout.frames[next].count)
      try writeFrame(next, zeros.span)
      next += 1
    }
  }

  public func abandon() {
    let waiting = state.withLock { state in
      state.isAbandoned = true
      state.open = [:]
      state.finished = [:]
      defer { state.waiting = [] }
      return state.waiting
    }
    for semaphore in waiting { semaphore.signal() }
  }

  // MARK: Frames

  /// Waits until a frame may be in memory.
  ///
  /// - Returns: Whether it is wanted; not where it would have had to wait, and what stands before it was abandoned.
  package func waitForTurn(_ number: Int) -> Bool {
    while true {
      let (isWanted, semaphore): (Bool, DispatchSemaphore?) = state.withLock { state in
        if number < state.entries.count + framesAhead { return (true, nil) }
        if state.isAbandoned { return (false, nil) }
        let semaphore = DispatchSemaphore(value: 0)
        state.waiting.append(semaphore)
        return (false, semaphore)
      }
      guard let semaphore else { return isWanted }
      semaphore.wait()
    }
  }

  /// Compresses a frame's contents, and writes it when those before it have their places.
  ///
  /// A thread that writes whole frames asks ``waitForTurn(_:)`` before it reads one.
  package func writeFrame(_ number: Int, _ contents: Span<UInt8>) throws(FileError) {
    precondition(contents.count == layout.frames[number].count)
    let frame = try compress(contents)
    var (ready, waiting): ([(frame: CompressedFrame, offset: Int)], [DispatchSemaphore]) = state.withLock { state in
      if state.isAbandoned { return ([], []) }
      state.finished[number] = frame
      var ready: [(frame: CompressedFrame, offset: Int)] = []
      while let next = state.finished.removeValue(forKey: state.entries.count) {
        ready.append((next, state.compressedSize))
        state.entries.append(SeekTableEntry(frame: next, content: layout.frames[state.entries.count].count))
        state.compressedSize += next.count
      }
      guard !ready.isEmpty else { return ([], []) }
      defer { state.waiting = [] }
      return (ready, state.waiting)
    }
    for semaphore in waiting { semaphore.signal() }
    waiting = []
    // Taken out of the list, so that nobody else holds a buffer that is used again.
    while let (frame, offset) = ready.popLast() {
      try file.write(frame.buffer.span.extracting(0..<frame.count), at: offset)
      state.withLock { $0.buffers.append(frame.buffer) }
    }
  }

  private func compress(_ contents: Span<UInt8>) throws(FileError) -> CompressedFrame {
    do throws(ZstandardContext.Failure) {
      let (idle, buffer) = state.withLock { ($0.compressors.popLast(), $0.buffers.popLast() ?? []) }
      let compressor: FrameCompressor
      if let idle { compressor = idle } else { compressor = try FrameCompressor(level: level) }
      let frame = try compressor.frame(contents, into: buffer)
      state.withLock { $0.compressors.append(compressor) }
      return frame
    } catch {
      throw FileError(path: path, operation: .write, reason: "cannot be compressed: \(error.text)")
    }
  }

  // MARK: The end

  /// Bytes of the archive, its seek table included, when everything has been written.
  public var size: Int {
    state.withLock { $0.compressedSize + SeekTableEntry.tableBytes(frames: $0.entries.count) }
  }

  /// Writes the seek table, makes the file durable and gives it its name. All of the contents must have been written.
  ///
  /// - Throws: ``FileError``; the destination is then as it was before.
  public func commit() throws(FileError) {
    if layout.contentSize == 0 && state.withLock({ $0.entries.isEmpty }) {
      let nothing: [UInt8] = []
      try writeFrame(0, nothing.span)
    }
    let (entries, end) = state.withLock { ($0.entries, $0.compressedSize) }
    precondition(entries.count == layout.frames.count)
    let table = SeekTableEntry.table(entries)
    try file.write(table.span, at: end)
    try file.commit()
  }

  /// Bytes that a thread takes for frames of this size at this level: what libzstd keeps, and the frame twice. nil where
  /// libzstd does not get its memory.
  public static func bytesPerThread(frameBytes: Int, level: Int) -> Int? {
    guard let compressor = try? FrameCompressor(level: level) else { return nil }
    let zeros = [UInt8](repeating: 0, count: frameBytes)
    guard (try? compressor.frame(zeros.span)) != nil else { return nil }
    return compressor.memory + 2 * frameBytes
  }
}
