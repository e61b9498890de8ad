import ParserChecks

nonisolated(unsafe) private let file = ScratchFile()

/// safetensors headers, and whole files with all rules of the validator. What libFuzzer calls with one input after the other.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: data, count: count)
  file.write(input)
  stop(at: SafetensorsCheck.broken(path: file.path) + ValidatorCheck.broken(path: file.path))
  return 0
}
