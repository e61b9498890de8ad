import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing

@testable import Conversion

@Suite("The worked example of formats/error-feedback.md")
struct FeedbackExampleTests {
  @Test("The block is the one that the page has, and no plain search finds it")
  func example() throws {
    let examples = try FormatPage("error-feedback.md").blocks("feedback")
    #expect(examples.count == 1)
    for example in examples {
      let type = try #require(ElementType(named: try example.value("type")))
      let codec = try #require(type.feedbackCodec)
      let n = try #require(Int(try example.value("columns")))
      let (diagonal, elsewhere) = (try example.weights("diagonal"), try example.weights("elsewhere")[0])
      let hessian = (0..<(n * n)).map { $0 / n == $0 % n ? diagonal[$0 % n] : elsewhere }
      var feedback = ErrorFeedback()
      feedback.damping = try example.weights("damping")[0]
      feedback.passes = try #require(Int(try example.value("passes")))
      let weights = try example.weights("weights")
      var unaided = [UInt8](repeating: 0, count: n / type.blockLength * type.blockBytes)
      var unaidedSpan = unaided.mutableSpan
      codec.search(weights.span, into: &unaidedSpan)
      for set in KernelSet.all {
        let basis = try #require(try FeedbackBasis(of: hessian, blockLength: type.blockLength, feedback, kernels: set))
        var encoder = FeedbackEncoder(kernels: set, feedback: feedback)
        var block = [UInt8](repeating: 0, count: unaided.count)
        var span = block.mutableSpan
        let sums = encoder.encode(weights.span, codec, basis, into: &span, at: 0)
        #expect(block == (try example.bytes("block")), "\(set.name): \(block.map { String($0, radix: 16) })")
        #expect(block != unaided && sums.error < sums.unaided)
      }
    }
  }
}
