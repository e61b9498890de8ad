import ParserChecks

nonisolated(unsafe) private let file = ScratchFile()

/// The framing of compressed files. What libFuzzer calls with one input after the other.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: data, count: count)
  file.write(input)
  stop(at: ZstandardCheck.broken(path: file.path))
  return 0
}
