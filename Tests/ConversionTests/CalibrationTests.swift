import Checkpoints
import Conversion
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

/// Which activations belong to which weights, and what is refused.
@Suite("Activations for a verification")
struct CalibrationTests {
  private typealias Entry = MemorySource.Entry

  @Test("They have the tensor's name in the file, or that in the source")
  func names() throws {
    var options = VerificationOptions()
    options.name = { $0 == "old" ? "new" : $0 }
    let plan = plan(
      [Entry("same", .q8_0, [4, 32]), Entry("new", .f16, [2, 64])], [("same", [4, 32]), ("old", [2, 64])], options)
    let found = try activations([vectors("old", 3, 64), vectors("same", 2, 32)], plan)
    #expect(found.tensors.map { $0?.name } == ["same", "old"])
    #expect(found.unmatched.isEmpty && found.notMeasured.isEmpty)
    let others = try activations([vectors("new", 1, 64), vectors("nothing", 1, 5)], plan)
    #expect(others.tensors.map { $0?.name } == [nil, "new"])
    #expect(others.unmatched == ["nothing"])
    #expect(
      refusal(plan) { [vectors("new", 1, 64), vectors("old", 1, 64)] }
        == .breaks(.namedTwice(tensor: "new", source: "old")))
  }

  @Test("One vector may have no dimension for samples")
  func oneVector() throws {
    let plan = plan([Entry("w", .f32, [3, 5])], [("w", [3, 5])])
    let entry = Entry(name: "w", type: .bf16, dimensions: [5], payload: payload(of: [1, 2, 3, 4, 5], as: .bf16))
    #expect(try activations([entry], plan).tensors[0]?.name == "w")
  }

  @Test("What cannot be measured is said, and is no error")
  func notMeasured() throws {
    let plan = plan(
      [Entry("ints", .i32, [2, 4]), Entry("wide", .f16, [1, 1 << 19]), Entry("good", .f32, [2, 4])],
      [("ints", [2, 4]), ("wide", [1, 1 << 19]), ("good", [2, 4])], integers: ["ints"])
    let found = try activations([vectors("ints", 1, 4), vectors("good", 1, 4), vectors("wide", 1, 4)], plan)
    #expect(found.tensors.map { $0?.name } == [nil, nil, "good"])
    #expect(found.notMeasured.map(\.tensor) == ["ints", "wide"])
    #expect(
      found.notMeasured.map(\.reason) == [
        "holds integers", "has rows of 524288 weights, 262144 at most are multiplied",
      ])
    #expect(found.unmatched.isEmpty)
  }

  @Test("A file whose names fit nothing is refused")
  func noMatch() {
    let plan = plan([Entry("w", .f32, [2, 4])], [("w", [2, 4])])
    #expect(refusal(plan) { [vectors("v", 1, 4), vectors("u", 1, 4)] } == .breaks(.noTensorMatches(count: 2)))
  }

  @Test("Types and shapes that are no vectors of the tensor's columns are refused")
  func shapes() {
    let plan = plan([Entry("w", .f32, [2, 4])], [("w", [2, 4])])
    func refused(_ type: ElementType, _ dimensions: [Int]) -> Outcome<CalibrationError> {
      let bytes = [UInt8](repeating: 0, count: type.byteCount(elements: dimensions.reduce(1, *)) ?? 0)
      return refusal(plan) { [Entry(name: "w", type: type, dimensions: dimensions, payload: bytes)] }
    }
    #expect(refused(.i8, [2, 4]) == .breaks(.typeNotSupported(tensor: "w", type: .i8)))
    #expect(refused(.f64, [2, 4]) == .breaks(.typeNotSupported(tensor: "w", type: .f64)))
    #expect(refused(.f32, [2, 2, 4]) == .breaks(.shapeNotVectors(tensor: "w", shape: shape([2, 2, 4]))))
    #expect(refused(.f32, []) == .breaks(.shapeNotVectors(tensor: "w", shape: shape([]))))
    #expect(refused(.f16, [4, 2]) == .breaks(.columnsDisagree(tensor: "w", expected: 4, found: 2)))
    #expect(refused(.f16, [8]) == .breaks(.columnsDisagree(tensor: "w", expected: 4, found: 8)))
    #expect(refused(.f32, [4, 0]) == .breaks(.columnsDisagree(tensor: "w", expected: 4, found: 0)))
    #expect(refused(.f32, [0, 4]) == .breaks(.noSamples(tensor: "w")))
    #expect(refused(.f32, [256, 4]) == .accepted)
    #expect(refused(.f32, [257, 4]) == .breaks(.tooManySamples(tensor: "w", count: 257, limit: 256)))
  }

  @Test("The values of a tensor are limited, so that memory is")
  func values() throws {
    let columns = 1 << 17
    let plan = plan([Entry("w", .f16, [1, columns])], [("w", [1, columns])])
    func refused(_ samples: Int) -> Outcome<CalibrationError> {
      refusal(plan) {
        [
          Entry(
            name: "w", type: .f16, dimensions: [samples, columns],
            payload: Array(repeating: 0, count: samples * columns * 2))
        ]
      }
    }
    #expect(refused(8) == .accepted)
    #expect(
      refused(9) == .breaks(.tooManyValues(tensor: "w", count: 9 * columns, limit: CalibrationActivations.valueLimit)))
  }

  @Test("What is no checkpoint is refused as it is elsewhere")
  func noCheckpoint() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x.safetensors", [])
    let plan = plan([Entry("w", .f32, [2, 4])], [("w", [2, 4])])
    let empty: Outcome<UnreadableCheckpoint> = outcome { _ = try CalibrationActivations(at: path, for: plan) }
    #expect(empty == .breaks(.empty))
  }

  // MARK: Builders

  private func vectors(_ name: String, _ samples: Int, _ columns: Int) -> Entry {
    Entry(
      name: name, type: .f32, dimensions: [samples, columns],
      payload: payload(of: [Float](repeating: 1, count: samples * columns), as: .f32))
  }

  private func plan(
    _ file: [Entry], _ source: [(String, [Int])], _ options: VerificationOptions = VerificationOptions(),
    integers: Set<String> = []
  ) -> VerificationPlan {
    let origins = source.map { Entry($0.0, integers.contains($0.0) ? .i32 : .f32, $0.1) }
    let plan = VerificationPlan(file: MemorySource(file), source: MemorySource(origins), options: options)
    #expect(plan.findings.isEmpty && plan.pairs.count == file.count)
    return plan
  }

  private func activations(_ entries: [Entry], _ plan: VerificationPlan) throws -> CalibrationActivations {
    let folder = try TemporaryFolder()
    return try CalibrationActivations(at: try folder.write("x.safetensors", safetensors(entries)), for: plan)
  }

  private func refusal(_ plan: VerificationPlan, _ entries: () -> [Entry]) -> Outcome<CalibrationError> {
    outcome { _ = try activations(entries(), plan) }
  }
}

extension MemorySource.Entry {
  /// A tensor of which only the plan is looked at.
  fileprivate init(_ name: String, _ type: ElementType, _ dimensions: [Int]) {
    self.init(name: name, type: type, dimensions: dimensions)
  }
}
