import Checkpoints
import Foundation
import GGUF
import Inspection
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("Locks")
struct LockTests {
  static let sample = Repository.path("samples/valid/tiny-model.gguf")

  static func lock(_ path: String = sample) throws -> [String: Any] {
    let checkpoint = try openCheckpoint(at: path)
    let hasher = CheckpointHasher(source: checkpoint, algorithms: [.sha256], hashesAllData: false, threads: 1)
    let lock = ModelLock(
      checkpoint, try hasher.run()[0],
      losses: [checkpoint.tensors[0].name: .init(nmse: 1e-5, rmse: 0.25, maximumError: 1)], source: "source")
    return try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(lock)) as? [String: Any])
  }

  /// What a model drifted by, from a lock that was changed.
  static func drift(_ path: String = sample, change: (inout [String: Any]) throws -> Void) throws -> [String] {
    var json = try lock()
    try change(&json)
    let lock = try ModelLock(parsing: Array(try JSONSerialization.data(withJSONObject: json)))
    let report = try Validator(options: ValidationOptions(checksPayload: false), profile: .spec)
      .validate(path, lock: lock)
    return report.findings.findings.filter { $0.rule.id.hasPrefix("GGUF-D") }.map {
      "\($0.rule.name) \($0.place.tensor ?? $0.place.key ?? "")"
    }
  }

  static func changeFirst(_ list: String, _ json: inout [String: Any], _ change: (inout [String: Any]) -> Void) throws {
    var entries = try #require(json[list] as? [[String: Any]])
    change(&entries[0])
    json[list] = entries
  }

  @Test("a model that is what was locked has not drifted")
  func noDrift() throws {
    #expect(try Self.drift { _ in } == [])
  }

  @Test("each way to drift is found and named")
  func drifts() throws {
    let lock = try Self.lock()
    let tensor = try #require((lock["tensors"] as? [[String: Any]])?.first?["name"] as? String)
    let key = try #require((lock["metadata"] as? [[String: Any]])?.first?["key"] as? String)
    #expect(try Self.drift { $0["format"] = "safetensors" } == ["locked-format "])
    #expect(
      try Self.drift { try Self.changeFirst("tensors", &$0) { $0["name"] = "was.here" } }
        == ["locked-tensor-missing was.here", "locked-tensor-added \(tensor)"])
    #expect(
      try Self.drift { try Self.changeFirst("tensors", &$0) { $0["type"] = "Q2_K" } } == ["locked-type \(tensor)"])
    #expect(
      try Self.drift { try Self.changeFirst("tensors", &$0) { $0["shape"] = [3] } } == ["locked-shape \(tensor)"])
    #expect(
      try Self.drift { try Self.changeFirst("tensors", &$0) { $0["sha256"] = "00" } } == ["locked-data \(tensor)"])
    #expect(
      try Self.drift { try Self.changeFirst("metadata", &$0) { $0["key"] = "was.here" } }
        == ["locked-key-missing was.here", "locked-key-added \(key)"])
    #expect(try Self.drift { try Self.changeFirst("metadata", &$0) { $0["type"] = "i8" } } == ["locked-value \(key)"])
    #expect(try Self.drift { try Self.changeFirst("metadata", &$0) { $0["sha256"] = "" } } == ["locked-value \(key)"])
  }

  @Test("a changed weight drifts, wherever it is")
  func changedWeight() throws {
    let folder = try TemporaryFolder()
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Self.sample)))
    let tensor = try #require(try openCheckpoint(at: Self.sample).tensors.last)
    bytes[tensor.offset] ^= 1
    let path = try folder.write("changed.gguf", bytes)
    #expect(try Self.drift(path) { _ in } == ["locked-data \(tensor.name)"])
  }

  @Test("a metadata value's digest is that of its type and bytes as formats/lock.md says")
  func valueDigests() throws {
    // python3: hashlib.sha256(struct.pack("<II", 4, 32)), and of struct.pack("<IQ", 8, 2) + b"pt"
    #expect(
      ModelLock.Pair("general.alignment", .uint32(32)).sha256
        == "1c2b25b697a05e46e5e596eba82842e51747b0c05c508d3cbd14324b72e48173")
    #expect(
      ModelLock.Pair("format", .string("pt")).sha256
        == "daaeae6d8dadddc4fbc3f23602def256f0e001eba40df76ebe85ab3d324ab020")
  }

  @Test("what is no lock is refused with the reason")
  func refusals() throws {
    func error(_ change: (inout [String: Any]) throws -> Void) throws -> String {
      var json = try Self.lock()
      try change(&json)
      let bytes = Array(try JSONSerialization.data(withJSONObject: json))
      do throws(LockError) {
        _ = try ModelLock(parsing: bytes)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    #expect(try error { _ in } == "accepted")
    #expect(try error { $0["schema"] = "gguf-lock-2" } == "has the schema \"gguf-lock-2\", expected \"gguf-lock-1\"")
    for field in ["schema", "format", "tensors", "metadata"] {
      #expect(try error { $0[field] = nil } == "is no lock file: it has no \"\(field)\"")
    }
    for field in ["name", "type", "shape", "sha256"] {
      #expect(
        try error { try Self.changeFirst("tensors", &$0) { $0[field] = nil } }
          == "is no lock file: it has no \"tensors[].\(field)\"")
    }
    #expect(
      try error {
        var tensors = try #require($0["tensors"] as? [[String: Any]])
        tensors.append(tensors[0])
        $0["tensors"] = tensors
      }.hasSuffix("twice"))
    #expect(throws: LockError.self) { _ = try ModelLock(parsing: Array("[]".utf8)) }
  }
}
