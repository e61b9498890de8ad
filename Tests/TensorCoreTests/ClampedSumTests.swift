import TensorCore
import Testing

struct ClampedSumTests {
  @Test(arguments: [
    ([], 0), ([1, 2, 3], 6), ([.max], .max), ([.max - 1, 1], .max), ([.max, 1], .max), ([.max, .max, .max], .max),
    ([5 << 60, 5 << 60], .max),
  ])
  func aSumOfSizesStaysAtTheLargestInteger(sizes: [Int], sum: Int) {
    #expect(sizes.clampedSum == sum)
  }
}
