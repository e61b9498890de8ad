#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import ParserChecks

/// Its folder is removed when the process exits.
nonisolated(unsafe) private var check: ModelCheck? = {
  atexit { check = nil }
  return ModelCheck()
}()

/// Models' config.json. What libFuzzer calls with one input after the other.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: data, count: count)
  stop(at: check?.broken(config: Array(input)) ?? [])
  return 0
}
