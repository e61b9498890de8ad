import Foundation
import Testing
import TestSupport

/// Types that are chosen by what tensors lose. The golden file `convert-allocation.txt` has what is printed.
@Suite struct AllocationTests {
  private static let model = ["convert", "samples/models/stories-0.9M"]

  private static func document(_ arguments: [String], in folder: TemporaryFolder) throws -> [String: Any] {
    let result = try GGUFProgram.run(model + arguments + ["--json", "--quiet"], in: folder, limit: .seconds(180))
    try #require(result.exit == 0, "\(result.standardError)")
    return try #require(JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
  }

  @Test(arguments: [400_000, 520_000, 700_001])
  func theFileIsNotLargerThanWasAskedFor(_ size: Int) throws {
    let folder = try TemporaryFolder.withSamples()
    let document = try Self.document(["-o", "out.gguf", "--target-size", "\(size)"], in: folder)
    let bytes = try folder.bytes("out.gguf").count
    #expect(document["fileSize"] as? Int == bytes)
    // Fifteen tensors leave steps of a few kilobytes.
    #expect(bytes <= size && bytes > size - 4_000, "\(bytes)")
  }

  /// The survey of one type finds what a conversion to it loses.
  @Test(arguments: ["reference", "search", "entropy"])
  func theSurveyMeasuresWhatAConversionLoses(_ method: String) throws {
    let folder = try TemporaryFolder.withSamples()
    let document = try Self.document(
      ["-o", "out.gguf", "--target-size", "1G", "--candidates", "Q4_0", "--method", method], in: folder)
    let allocation = try #require(document["allocation"] as? [String: Any])
    let tensors = try #require(document["tensors"] as? [[String: Any]])
    var (sum, weights) = (0.0, 0.0)
    for tensor in tensors where tensor["type"] as? String == "Q4_0" {
      let error = try #require(tensor["error"] as? [String: Any])
      let relative = try #require(error["relativeRMSE"] as? Double)
      let count = try #require(tensor["shape"] as? [Int]).reduce(1, *)
      sum += Double(count) * relative * relative
      weights += Double(count)
    }
    let expected = (sum / weights).squareRoot()
    let found = try #require(allocation["relativeRMSE"] as? Double)
    #expect(abs(found - expected) < 1e-9 * expected, "\(found), \(expected)")
    #expect(allocation["isOptimal"] as? Bool == true)
  }

  @Test func threadsAndKernelsChangeNothing() throws {
    let folder = try TemporaryFolder.withSamples()
    let options = ["--target-bpw", "5", "--candidates", "Q4_0,Q5_0,Q8_0", "--dry-run"]
    let one = try Self.document(options + ["--threads", "1"], in: folder)
    let many = try Self.document(options + ["--threads", "7", "--kernels", "scalar"], in: folder)
    #expect(try #require(one["allocation"] as? NSDictionary) == #require(many["allocation"] as? NSDictionary))
    #expect(try #require(one["tensors"] as? NSArray) == #require(many["tensors"] as? NSArray))
  }

  @Test func moreBytesNeverLoseMore() throws {
    let folder = try TemporaryFolder.withSamples()
    let document = try Self.document(["--target-bpw", "5", "--dry-run"], in: folder)
    let curve = try #require((document["allocation"] as? [String: Any])?["curve"] as? [[String: Any]])
    let points = try curve.map { point in
      (try #require(point["bytes"] as? Int), try #require(point["loss"] as? Double))
    }
    #expect(points.count > 20)
    for (left, right) in zip(points, points.dropFirst()) { #expect(left.0 <= right.0 && left.1 >= right.1) }
  }
}
