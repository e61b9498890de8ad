#if FUZZ_PACKAGE
  @testable import FileAccess
  @testable import Safetensors
  @testable import TensorCore
#else
  import FileAccess
  import Safetensors
  import TensorCore
#endif

/// What holds of every file that is read as safetensors, whatever its bytes.
public enum SafetensorsCheck {
  static func open(_ path: String) throws -> SafetensorsFile { try SafetensorsFile(path: path) }

  /// How long the header is by the file's first eight bytes, where the file is that long; 0 where it is not.
  static func claimedBytes(path: String) -> Int {
    var bytes = [UInt8](repeating: 0, count: 8)
    var span = bytes.mutableSpan
    guard let file = try? InputFile(path: path), file.size >= 8, (try? file.read(at: 0, into: &span)) != nil else {
      return 0
    }
    let length = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length <= UInt64(file.size) ? Int(length) : 0
  }

  /// Reads a file in every way.
  ///
  /// - Parameter isQuick: To read no data, and the header once less.
  /// - Returns: What does not hold; empty as it should be.
  public static func broken(path: String, isQuick: Bool = false) -> [String] {
    var broken = Broken()
    do {
      let file = try InputFile(path: path)
      let survey = try SafetensorsSurvey(file)
      check(survey, size: file.size, &broken)
      if !isQuick {
        let again = try SafetensorsSurvey(file)
        broken.require("\(survey.violations)" == "\(again.violations)", "read twice, another violation")
        broken.require(survey.file.tensors == again.file.tensors, "read twice, other tensors")
        for tensor in again.file.tensors.prefix(16) { _ = again.file.start(of: tensor, &broken) }
      }
      checkReader(survey, file, &broken)
    } catch {
      broken.require(isAnswer(error), "\(error)")
    }
    return broken.list
  }

  private static func check(_ survey: SafetensorsSurvey, size: Int, _ broken: inout Broken) {
    let file = survey.file
    broken.require(survey.violationCount >= survey.violations.count, "violations are miscounted")
    broken.require(survey.isWhole || !survey.violations.isEmpty, "the header is not whole, and nothing says why")
    broken.require(file.dataStart <= size, "the data starts at \(file.dataStart)")
    // {"":{"dtype":"U8","shape":[],"data_offsets":[0,1]}} is about the shortest entry.
    broken.require(file.tensors.count <= size / 40, "more tensors than bytes for their entries")
    var end = file.dataStart
    for tensor in file.tensors {
      let name = tensor.name.quoted()
      broken.require(
        tensor.offset >= file.dataStart && tensor.offset + tensor.byteCount <= size, "\(name) lies outside")
      broken.require(
        tensor.byteCount == tensor.elementType.byteCount(elements: tensor.shape.elementCount), "the size of \(name)")
      if survey.violations.isEmpty { broken.require(tensor.offset == end, "\(name) does not follow the one before") }
      end = tensor.offset + tensor.byteCount
    }
    if survey.violations.isEmpty { broken.require(end == size, "bytes without a tensor") }
  }

  /// Who uses a file reads it if and only if it breaks no rule.
  private static func checkReader(_ survey: SafetensorsSurvey, _ input: InputFile, _ broken: inout Broken) {
    do throws(SourceError) {
      let file = try SafetensorsFile(input)
      broken.require(survey.violations.isEmpty, "read, and it breaks rules: \(survey.violations)")
      broken.require(survey.describesAllTensors, "read, and not described")
      broken.require(file.tensors == survey.file.tensors, "other tensors")
    } catch .invalid(_, let violation) {
      broken.require(
        survey.violations.contains { "\($0)" == "\(violation)" } || survey.violationCount > survey.violations.count,
        "refused for what the survey does not have: \(violation)")
    } catch {
      broken.add("\(error)")
    }
  }
}
