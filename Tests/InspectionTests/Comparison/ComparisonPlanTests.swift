import Inspection
import MemoryCheckpoints
import TensorCore
import Testing

@Suite("Which tensors of two checkpoints are compared")
struct ComparisonPlanTests {
  private func plan(
    _ a: [MemorySource.Entry], _ b: [MemorySource.Entry], _ options: ComparisonOptions = ComparisonOptions()
  ) -> ComparisonPlan { ComparisonPlan(MemorySource(a), MemorySource(b), options: options) }

  private func entry(
    _ name: String, _ type: ElementType = .f32, _ dimensions: [Int] = [2, 256], _ order: ByteOrder = .little
  ) -> MemorySource.Entry { .init(name: name, type: type, dimensions: dimensions, byteOrder: order) }

  @Test("Tensors of one side, of another shape and of another type are told apart")
  func kinds() {
    let plan = plan(
      [entry("gone"), entry("same"), entry("turned"), entry("typed")],
      [entry("same"), entry("turned", .f16, [256, 2]), entry("typed", .q4_K), entry("new")])
    #expect(plan.removed.map(\.name) == ["gone"])
    #expect(plan.added.map(\.name) == ["new"])
    #expect(plan.reshaped.map(\.a.name) == ["turned"])
    #expect(plan.pairs.map(\.a.name) == ["same", "typed"])
    #expect(plan.pairs.map(\.isRetyped) == [false, true])
    #expect(plan.pairs.map(\.comparesBytes) == [true, false])
    #expect(!plan.isReordered)
  }

  @Test("Another order is seen among the tensors that both have, and only there")
  func order() {
    #expect(plan([entry("a"), entry("b")], [entry("b"), entry("a")]).isReordered)
    #expect(!plan([entry("a"), entry("x"), entry("b")], [entry("y"), entry("a"), entry("b")]).isReordered)
  }

  @Test("A dimension of 1 in front is another shape within a format")
  func ones() {
    #expect(plan([entry("a", .f32, [1, 8])], [entry("a", .f32, [8])]).reshaped.count == 1)
  }

  @Test("Tensors of A are looked for under their new names; of two alike, the second is missing")
  func names() {
    var options = ComparisonOptions()
    options.name = { $0.replacing("layers", with: "blk").replacing("twin", with: "") }
    let plan = plan(
      [entry("layers.0"), entry("twin.w"), entry(".w")], [entry("blk.0"), entry(".w")], options)
    #expect(plan.pairs.map(\.b.name) == ["blk.0", ".w"])
    #expect(plan.pairs.map(\.a.name) == ["layers.0", "twin.w"])
    #expect(plan.removed.map(\.name) == [".w"])
  }

  @Test("What is ignored is on no list, and counted once")
  func ignored() {
    var options = ComparisonOptions()
    options.ignores = { $0.hasPrefix("x") }
    let plan = plan([entry("x1"), entry("x2"), entry("a")], [entry("x2", .f16), entry("x3"), entry("a")], options)
    #expect(plan.ignored == 3)
    #expect(plan.pairs.count == 1 && plan.added.isEmpty && plan.removed.isEmpty)
  }

  @Test("How tensors are compared follows from both types and byte orders")
  func measures() {
    func measure(_ a: MemorySource.Entry, _ b: MemorySource.Entry) -> ComparisonPlan.Pair? {
      plan([a], [b]).pairs.first
    }
    #expect(measure(entry("w", .bf16), entry("w", .q8_0))?.measure == .weights)
    #expect(measure(entry("w", .i32), entry("w", .u8))?.measure == .integers)
    #expect(measure(entry("w", .iq2_xs), entry("w", .iq2_xs))?.measure == .blocks)
    #expect(measure(entry("w", .f4), entry("w", .f4))?.measure == .blocks)
    #expect(
      measure(entry("w", .iq2_xs), entry("w", .f32))?.measure
        == .impossible("cannot be compared: IQ2_XS is not decoded"))
    #expect(measure(entry("w", .i32), entry("w", .f32))?.measure == .impossible("is I32 in A and F32 in B"))
    let big = entry("w", .q8_0, [2, 256], .big)
    #expect(measure(big, big)?.measure == .blocks)
    #expect(measure(big, big)?.comparesBytes == true)
    #expect(
      measure(big, entry("w", .q8_0))?.measure == .impossible("cannot be compared: big-endian Q8_0 is not decoded"))
    #expect(measure(big, entry("w", .q8_0))?.comparesBytes == false)
    #expect(measure(entry("w", .f32, [2, 256], .big), entry("w"))?.comparesBytes == true)
  }
}
