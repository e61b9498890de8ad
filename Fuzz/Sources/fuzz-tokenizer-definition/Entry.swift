import ParserChecks

/// Definitions of tokenizers, and what stands beside them. What libFuzzer calls with one input after the other.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: data, count: count)
  stop(at: TokenizerCheck.broken(json: Array(input)))
  return 0
}
