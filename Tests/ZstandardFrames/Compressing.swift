import CZstd
import TestSupport

/// How libzstd is asked to compress.
public struct Compression: Sendable {
  public var level: CInt = 1
  public var hasChecksum = true
  public var saysSize = true

  public init(level: CInt = 1, hasChecksum: Bool = true, saysSize: Bool = true) {
    self.level = level
    self.hasChecksum = hasChecksum
    self.saysSize = saysSize
  }
}

/// One Zstandard frame, as libzstd makes it.
public func compressed(_ contents: [UInt8], _ options: Compression = Compression()) -> [UInt8] {
  guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory") }
  defer { ZSTD_freeCCtx(context) }
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, options.level)
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, options.hasChecksum ? 1 : 0)
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, options.saysSize ? 1 : 0)
  return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(contents.count)) { target, count in
    count = contents.withUnsafeBytes { source in
      ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
    }
    precondition(ZSTD_isError(count) == 0)
  }
}

/// Contents in frames of so many bytes each, the last one shorter.
public func frames(_ contents: [UInt8], of size: Int, _ options: Compression = Compression()) -> [[UInt8]] {
  stride(from: 0, to: contents.count, by: size).map {
    compressed(Array(contents[$0..<min(contents.count, $0 + size)]), options)
  }
}

/// A frame that readers pass over.
public func skippable(_ payload: [UInt8], number: UInt32 = 0) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.append(number: 0x184D_2A50 + number)
  bytes.append(number: UInt32(payload.count))
  return bytes + payload
}

/// The seek table of the seekable format, with the means to tell lies in it.
public struct SeekTableBuilder: Sendable {
  public struct Entry: Sendable {
    public var compressed: Int
    public var content: Int

    public init(compressed: Int, content: Int) {
      self.compressed = compressed
      self.content = content
    }
  }

  public var entries: [Entry] = []
  public var hasChecksums = false
  /// Bits besides that of the checksums.
  public var descriptor: UInt8 = 0

  public init() {}

  /// Of frames that hold so many bytes each, the last one fewer.
  public init(_ frames: [[UInt8]], of size: Int, total: Int) {
    for (number, frame) in frames.enumerated() {
      entries.append(Entry(compressed: frame.count, content: min(size, total - number * size)))
    }
  }

  public func build() -> [UInt8] {
    var payload: [UInt8] = []
    for entry in entries {
      payload.append(number: UInt32(entry.compressed))
      payload.append(number: UInt32(entry.content))
      if hasChecksums { payload.append(number: UInt32(0)) }
    }
    payload.append(number: UInt32(entries.count))
    payload.append((hasChecksums ? 0x80 : 0) | descriptor)
    payload.append(number: UInt32(0x8F92_EAB1))
    return skippable(payload, number: 14)
  }
}
