import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Architectures

@Suite("What is done to elements")
struct ElementOperationTests {
  private static func read(_ weights: [Float], _ type: ElementType, _ operation: ElementOperation) throws -> [UInt8] {
    let source = MemorySource("t", type, [weights.count], payload: payload(of: weights, as: type))
    let view = TensorView(.arrays([ArrayView(source.tensors[0]).applying(operation)]))
    var bytes = [UInt8](repeating: 0, count: weights.count * view.elementType.blockBytes)
    var span = bytes.mutableSpan
    try view.read(from: 0, into: &span, in: source)
    return bytes
  }

  @Test("1 is added in single precision to what is widened", arguments: [ElementType.f32, .bf16])
  func added(_ type: ElementType) throws {
    let bytes = try Self.read([0.0078125, -1, 3], type, .adding(1))
    #expect(bytes == payload(of: [1.0078125, 0, 4], as: .f32))
  }

  /// PyTorch adds 1 to a half as halves: 1 + 2^-12 is 1 there.
  @Test("1 is added to halves in half precision, and the sum is widened")
  func addedToHalves() throws {
    #expect(try Self.read([0x1p-12, 0.5], .f16, .adding(1)) == payload(of: [1, 1.5], as: .f32))
  }

  @Test("Ternary weights are the mean magnitude, its negative, or 0")
  func ternary() throws {
    // The mean magnitude is 1; half of it is a tie, which goes to 0 and keeps its sign.
    let bytes = try Self.read([2, -0.5, 0.75, -0.75, 0, 2], .f32, .ternary(mean(6)))
    #expect(bytes == payload(of: [1, -0.0, 1, -1, 0, 1], as: .f32))
  }

  private func mean(_ count: Int) -> MeanMagnitude {
    MeanMagnitude(of: MemorySource("t", [count], weights: Array(repeating: 0, count: count)).tensors[0])
  }

  @Test("Packed ternary weights are unpacked quarter by quarter", arguments: [UInt64](1...3))
  func unpacked(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var packed: [UInt8] = []
    for _ in 0..<10 {
      var byte: UInt8 = 0
      for quarter in 0..<4 { byte |= UInt8.random(in: 0...2, using: &generator) << (2 * quarter) }
      packed.append(byte)
    }
    let source = try TernaryUnpacking(
      MemorySource([
        .init(name: "a.weight", type: .u8, dimensions: [2, 5], payload: packed),
        .init(name: "a.weight_scale", type: .bf16, dimensions: [1], payload: payload(of: [4], as: .bf16)),
        .init(name: "b.weight", type: .f32, dimensions: [1], payload: [1, 2, 3, 4]),
      ]))
    #expect(source.tensors.map(\.name) == ["a.weight", "b.weight"])
    #expect(source.tensors[0].shape.dimensions == [8, 5] && source.tensors[0].elementType == .f32)
    var weights: [Float] = []
    for quarter in 0..<4 {
      for byte in packed {
        let code = byte >> (2 * quarter) & 3
        weights.append((Float(code) - 1) / 4)
      }
    }
    let expected = payload(of: weights, as: .f32)
    for _ in 0..<50 {
      let start = Int.random(in: 0..<160, using: &generator)
      var bytes = [UInt8](repeating: 0, count: Int.random(in: 1...(160 - start), using: &generator))
      var span = bytes.mutableSpan
      try source.read(source.tensors[0], from: start, into: &span)
      #expect(bytes == Array(expected[start..<(start + bytes.count)]), "seed \(seed), from \(start)")
    }
  }

  @Test("A scale that is no single number is refused")
  func scale() {
    #expect(
      throws: ArchitectureError.elementType(
        tensor: "a.weight_scale", found: .bf16, expected: "one floating-point number")
    ) {
      try TernaryUnpacking(
        MemorySource([
          .init(name: "a.weight", type: .u8, dimensions: [1, 1]),
          .init(name: "a.weight_scale", type: .bf16, dimensions: [2]),
        ]))
    }
  }
}
