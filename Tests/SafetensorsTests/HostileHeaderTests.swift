import Safetensors
import TensorCore
import TestSupport
import Testing

/// Whatever the bytes, a header is read or refused by a rule, and what is read keeps to the data.
struct HostileHeaderTests {
  /// Reads a header and checks what holds of every header that is accepted.
  private func judge(_ json: [UInt8], dataSize: Int, _ comment: @autoclosure () -> String) -> Outcome<SafetensorsError>
  {
    outcome {
      let header = try SafetensorsHeader(json: json, dataStart: 50, dataSize: dataSize)
      var end = 50
      for tensor in header.tensors {
        #expect(tensor.offset == end, "\(comment())")
        #expect(tensor.byteCount == tensor.elementType.byteCount(elements: tensor.shape.elementCount), "\(comment())")
        end += tensor.byteCount
      }
      #expect(end == 50 + dataSize, "\(comment())")
    }
  }

  @Test func aByteChangedToAnyOtherIsReadOrRefusedByARule() {
    var builder = SafetensorsBuilder()
    builder.metadata = "{\"k\": \"v\"}"
    builder.add("w", "F32", [2, 2], byteCount: 16)
    builder.add("b", "I8", [5], byteCount: 5)
    let json = builder.json
    var refused = 0
    for index in json.indices {
      for byte in UInt8.min...UInt8.max where byte != json[index] {
        var changed = json
        changed[index] = byte
        let found = judge(changed, dataSize: 21, "byte \(index) is \(byte)")
        #expect(found.isForeseen, "byte \(index) is \(byte): \(found)")
        if found != .accepted { refused += 1 }
      }
    }
    // Changes inside names and metadata do no harm; most others do.
    #expect(refused > json.count * 255 / 2)
  }

  @Test(arguments: [201, 202, 203] as [UInt64])
  func randomChangesAreReadOrRefusedByARule(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let json = SafetensorsBuilder.small().json
    for round in 0..<3000 {
      var changed = json
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 0..<changed.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: changed.remove(at: at)
        case 1: changed[at] = generator.pick(Array("{}[],:\"\\0129e.- ".utf8))
        case 2: changed.insert(contentsOf: changed[at..<min(at + 9, changed.count)], at: at)
        default: changed[at] = UInt8(truncatingIfNeeded: generator.next())
        }
      }
      let found = judge(changed, dataSize: 27, "seed \(seed), round \(round)")
      #expect(found.isForeseen, "seed \(seed), round \(round): \(found)")
    }
  }

  @Test func aHeaderCutOffAnywhereIsRefused() {
    let json = SafetensorsBuilder.small().json
    for length in 0..<json.count {
      #expect(judge(Array(json.prefix(length)), dataSize: 27, "\(length) bytes") != .accepted, "\(length) bytes")
    }
  }
}
