import KernelComparison

/// What libFuzzer calls with one input after the other.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let input = FuzzCase(bytes) else { return 0 }
  let differences = input.differences()
  if !differences.isEmpty { fatalError(differences.joined(separator: "\n")) }
  return 0
}
