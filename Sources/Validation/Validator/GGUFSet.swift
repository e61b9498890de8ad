internal import Checkpoints
internal import FileAccess
internal import GGUF
internal import SystemPackage
internal import TensorCore

/// The parts of a split GGUF model, as one of them says which there are.
struct GGUFSet {
  /// How many files the model should have: 1 where it is not split.
  let count: Int

  /// The parts that are there, by their numbers from 1 on; empty where they cannot be found.
  private let found: [(number: Int, path: String)]
  private let missing: [(number: Int, name: String)]
  /// Why they cannot be found.
  private let failure: SplitError?

  init(around survey: GGUFSurvey, path: String, files: any FileOpener) {
    var found: [(number: Int, path: String)] = []
    var missing: [(number: Int, name: String)] = []
    do throws(SplitError) {
      guard let (number, count) = try survey.file.splitPlace() else {
        (self.count, self.found, self.missing, failure) = (1, [], [], nil)
        return
      }
      guard let part = ShardName(withoutZst(files.name(of: path)), ending: ".gguf"),
        part.number == number, part.total == count
      else { throw .notNamedAsPart(number: number, count: count) }
      for other in 1...count {
        let name = part.name(of: other)
        if other == number {
          found.append((other, path))
        } else if let present = files.neighbour(name, of: path) {
          found.append((other, present))
        } else {
          missing.append((other, name))
        }
      }
      (self.count, self.found, self.missing, failure) = (count, found, missing, nil)
    } catch {
      // It is no model by itself, and how many others there are is not known.
      (count, self.found, self.missing, failure) = (2, [], [], error)
    }
  }

  /// - Parameter path: That of the file that was named, which is always among them.
  func paths(_ path: String) -> [String] { found.isEmpty ? [path] : found.map(\.path) }

  /// Adds what the parts say of each other.
  ///
  /// - Parameter files: Those of ``paths(_:)``.
  func addFindings(_ files: [SurveyedFile], _ findings: inout FindingList) {
    if let failure { findings.add(failure, failure.rule, file: 0) }
    for part in missing {
      let error = SplitError.partMissing(number: found.first?.number ?? 1, count: count, missing: part.name)
      findings.add(error, error.rule, file: 0)
    }
    guard count > 1, failure == nil else { return }
    var first: [ExactString: Int] = [:]
    var tensorCount = 0
    for (index, (part, file)) in zip(found, files).enumerated() {
      guard case .gguf(let survey) = file.content, survey.isWhole else { continue }
      let metadata = survey.file.metadata
      func add(_ error: SplitError, key: String? = nil) { findings.add(error, error.rule, file: index, key: key) }
      let said = metadata["split.count"]?.integer
      if said != count { add(.countDiffers(count: said, expected: count), key: "split.count") }
      if let number = metadata["split.no"]?.integer {
        if number != part.number - 1 { add(.numberDiffers(number: number, expected: part.number), key: "split.no") }
      } else {
        add(.numberOutOfRange(count: count), key: "split.no")
      }
      for tensor in survey.file.tensors {
        tensorCount += 1
        if let other = first.updateValue(index, forKey: ExactString(tensor.name)), other != index {
          add(
            .tensorInTwoParts(
              tensor: tensor.name, first: Self.fileName(found[other].path), second: Self.fileName(part.path)))
        }
      }
    }
    guard missing.isEmpty, files.allSatisfy(\.isWhole) else { return }
    for (index, file) in files.enumerated() {
      guard case .gguf(let survey) = file.content,
        let expected = survey.file.metadata["split.tensors.count"]?.integer, expected != tensorCount
      else { continue }
      let error = SplitError.tensorCountDiffers(found: tensorCount, expected: expected)
      findings.add(error, error.rule, file: index, key: "split.tensors.count")
    }
  }

  private static func fileName(_ path: String) -> String { FilePath(path).lastComponent?.string ?? path }
}
