import GGUF
import TensorCore
import TestSupport
import Testing

/// Whatever the bytes, the reader answers, and what it says keeps to the file.
struct HostileBytesTests {
  /// Reads a file and looks at everything that it says; tells what became of it.
  private func judge(_ path: String, _ comment: @autoclosure () -> String) -> Outcome<GGUFError> {
    outcome {
      let file = try GGUFFile(path: path)
      let size = file.files[0].size
      #expect(file.deviations.count <= 100, "\(comment())")
      #expect(file.tensors.count <= size / 24, "\(comment())")
      #expect(file.metadata.entries.count <= size / 13, "\(comment())")
      for entry in file.metadata.entries {
        guard case .array(let array) = entry.value else { continue }
        #expect(array.elements.count == array.count, "\(comment()): \(entry.key)")
      }
      guard file.deviations.isEmpty else { return }
      try file.requireZeroPadding()
      for tensor in file.tensors {
        #expect(tensor.offset % file.alignment == 0, "\(comment())")
        #expect(try file.payload(tensor).count == tensor.byteCount, "\(comment())")
      }
    }
  }

  /// Nested arrays, a bool, and a tensor of blocks with padding behind it, in a header of 138 bytes.
  private static func builder() -> GGUFBuilder {
    var builder = GGUFBuilder()
    builder.add("a", .array(of: 9, [.array(of: 8, [.string("x")]), .array(of: 7, [.bool(1)])]))
    builder.add("b", .bool(0))
    builder.addTensor("w", [32, 1], type: 8, payload: [UInt8](repeating: 5, count: 34))
    return builder
  }

  @Test func aByteChangedToAnyOtherIsReadOrRefusedByARule() throws {
    let folder = try TemporaryFolder()
    let builder = Self.builder()
    let bytes = builder.build()
    let path = try folder.write("a.gguf", bytes)
    var refused = 0
    for index in 0..<builder.parts().header.count {
      for byte in UInt8.min...UInt8.max where byte != bytes[index] {
        try folder.overwrite("a.gguf", at: index, with: byte)
        let found = judge(path, "byte \(index) is \(byte)")
        #expect(found.isForeseen, "byte \(index) is \(byte): \(found)")
        if found != .accepted { refused += 1 }
      }
      try folder.overwrite("a.gguf", at: index, with: bytes[index])
    }
    #expect(refused > 1000)
    #expect(judge(path, "unchanged") == .accepted)
  }

  @Test(arguments: [401, 402, 403] as [UInt64])
  func randomChangesAreReadOrRefusedByARule(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    var builder = Self.builder()
    builder.order = generator.pick([.little, .big])
    let bytes = builder.build()
    for round in 0..<500 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let at = Int.random(in: 4..<changed.count, using: &generator)
        switch Int.random(in: 0...4, using: &generator) {
        case 0: changed.remove(at: at)
        case 1: changed.insert(UInt8(truncatingIfNeeded: generator.next()), at: at)
        case 2: changed[at] = generator.pick([0, 1, 0x7F, 0x80, 0xFF])
        case 3: changed.replaceSubrange(at..<min(at + 8, changed.count), with: Array(repeating: 0xFF, count: 8))
        default: changed.removeSubrange(at...)
        }
        if changed.count <= 4 { changed = bytes }
      }
      let found = judge(try folder.write("a.gguf", changed), "seed \(seed), round \(round)")
      #expect(found.isForeseen, "seed \(seed), round \(round): \(found)")
    }
  }

  @Test(arguments: [411, 412] as [UInt64])
  func randomBytesBehindTheMagicAreRefused(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    for round in 0..<300 {
      var bytes = Array("GGUF".utf8)
      bytes.append(number: UInt32(3))
      // Small counts, so that what follows them is looked at.
      bytes.append(number: UInt64.random(in: 1...3, using: &generator))
      bytes.append(number: UInt64.random(in: 0...3, using: &generator))
      bytes += generator.bytes(Int.random(in: 0...300, using: &generator))
      let found = judge(try folder.write("a.gguf", bytes), "seed \(seed), round \(round)")
      guard case .breaks = found else {
        Issue.record("seed \(seed), round \(round): \(found)")
        continue
      }
    }
  }

  /// What a changed length declares to be a key or a name is not read into memory.
  @Test func keysAndNamesOfMegabytesEndTheReading() throws {
    let long = [UInt8](repeating: 0x61, count: 2 << 20)
    var key = GGUFBuilder()
    key.pairs.append(GGUFBuilder.Pair(key: long, value: .u8(0)))
    #expect(try Verdict(reading: key) == .refused(.keyTooLong(bytes: 2 << 20, at: 24)))
    var name = GGUFBuilder()
    name.addTensor(String(decoding: long, as: UTF8.self), [1], type: 0, payload: [0, 0, 0, 0])
    #expect(try Verdict(reading: name) == .refused(.tensorNameTooLong("number 0", bytes: 2 << 20)))
  }

  @Test func whatIsWrongIsNotListedWithoutEnd() throws {
    var builder = GGUFBuilder()
    for _ in 0..<500 { builder.add("K", .bool(7)) }
    let file = try GGUFFile(reading: builder.build())
    #expect(file.deviations.count == 100)
    #expect(file.metadata.entries.count == 500)
  }
}
