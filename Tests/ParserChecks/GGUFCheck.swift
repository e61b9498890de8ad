#if FUZZ_PACKAGE
  @testable import FileAccess
  @testable import GGUF
  @testable import TensorCore
#else
  import FileAccess
  import GGUF
  import TensorCore
#endif
import Kernels
import Validation

/// What holds of every file that is read as GGUF, whatever its bytes.
public enum GGUFCheck {
  /// Reads a file in every way.
  ///
  /// - Parameter isQuick: To read no data, and the header once less.
  /// - Returns: What does not hold; empty as it should be.
  public static func broken(path: String, isQuick: Bool = false) -> [String] {
    var broken = Broken()
    do {
      let file = try InputFile(path: path)
      let survey = try GGUFSurvey(file)
      check(survey, size: file.size, &broken)
      if !isQuick {
        checkAgain(survey, try GGUFSurvey(file), &broken)
        checkData(survey.file, size: file.size, &broken)
      }
      checkReader(survey, file, &broken)
    } catch {
      broken.require(isAnswer(error), "\(error)")
    }
    return broken.list
  }

  private static func check(_ survey: GGUFSurvey, size: Int, _ broken: inout Broken) {
    let file = survey.file
    broken.require(survey.violationCount >= survey.violations.count, "violations are miscounted")
    broken.require(survey.isWhole || !survey.violations.isEmpty, "the header is not whole, and nothing says why")
    broken.require(survey.isWhole || file.tensors.isEmpty, "a header that is not whole has tensors")
    broken.require(file.tensors.count <= size / 24, "more tensors than bytes for their infos")
    broken.require(file.metadata.entries.count <= size / 13, "more pairs than bytes for them")
    broken.require(file.alignment > 0 && file.alignment & (file.alignment - 1) == 0, "alignment \(file.alignment)")
    for entry in file.metadata.entries {
      guard case .array(let array) = entry.value, array.count <= 1 << 20 else { continue }
      broken.require(array.reduce(0) { count, _ in count + 1 } == array.count, "elements of \(entry.key.quoted())")
    }
    var end = 0
    for tensor in file.tensors {
      let name = tensor.name.quoted()
      let (tensorEnd, overflow) = tensor.offset.addingReportingOverflow(tensor.byteCount)
      broken.require(!overflow && tensor.offset >= file.dataStart && tensor.byteCount > 0, "the place of \(name)")
      if survey.violations.isEmpty {
        broken.require(tensor.offset >= end && tensorEnd <= size, "\(name) lies outside of its place")
        broken.require(tensor.offset % file.alignment == 0, "\(name) is not aligned")
      }
      end = tensorEnd
    }
  }

  private static func checkData(_ file: GGUFFile, size: Int, _ broken: inout Broken) {
    for tensor in file.tensors.prefix(16) where tensor.offset <= size - min(tensor.byteCount, 1 << 16) {
      let first = file.start(of: tensor, &broken)
      broken.require(first == file.start(of: tensor, &broken), "\(tensor.name.quoted()) is read as other bytes")
    }
  }

  private static func checkAgain(_ survey: GGUFSurvey, _ other: GGUFSurvey, _ broken: inout Broken) {
    broken.require("\(survey.violations)" == "\(other.violations)", "read twice, another violation")
    broken.require(survey.file.tensors == other.file.tensors, "read twice, other tensors")
    broken.require(
      survey.file.metadata.entries.map(\.key) == other.file.metadata.entries.map(\.key), "read twice, other keys")
  }

  /// How many bytes a file declares to be its header: those of strings and arrays that were read, or the place where
  /// the reading ended. 0 for what is no GGUF.
  static func claimedBytes(path: String) -> Int {
    guard let survey = try? GGUFSurvey(InputFile(path: path)) else { return 0 }
    let end = survey.isWhole ? survey.file.dataStart : survey.violations.last?.offset ?? 0
    let values = survey.file.metadata.entries.reduce(0) { sum, entry in
      if case .string(let text) = entry.value { return sum + text.utf8.count }
      guard case .array(let array) = entry.value else { return sum }
      let size =
        switch array.elementType {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string, .array: 8
        }
      return sum + array.count * size
    }
    return max(end, values)
  }

  /// What a file is answered with.
  static func answer(path: String) -> String {
    do {
      let survey = try GGUFSurvey(InputFile(path: path))
      let last = survey.violations.last.map { "\($0)" } ?? "nothing"
      return "\(survey.violationCount) violations, the last: \(last.prefix(200))"
    } catch {
      return "\(error)"
    }
  }

  /// Who uses a file reads it if and only if everything in it can be described.
  private static func checkReader(_ survey: GGUFSurvey, _ input: InputFile, _ broken: inout Broken) {
    do throws(SourceError) {
      let file = try GGUFFile(input)
      broken.require(survey.describesAllTensors, "read, and not described: \(survey.violations)")
      broken.require(file.tensors == survey.file.tensors, "other tensors")
      broken.require(file.deviations == Array(survey.violations.prefix(100)), "other violations")
      broken.require((try? file.requireSound()) != nil || !survey.violations.isEmpty, "not sound, for no reason")
    } catch .invalid(_, let violation) {
      broken.require(!survey.describesAllTensors, "described, and not read: \(violation)")
      // The survey keeps so many and no more.
      broken.require(
        survey.violations.contains { "\($0)" == "\(violation)" } || survey.violationCount > survey.violations.count,
        "refused for what the survey does not have: \(violation)")
    } catch {
      broken.add("\(error)")
    }
  }
}

/// What holds of every validation.
public enum ValidatorCheck {
  /// Validates a file with all rules.
  ///
  /// - Returns: What does not hold; empty as it should be.
  public static func broken(path: String, checksPayload: Bool = true) -> [String] {
    var broken = Broken()
    let options = ValidationOptions(checksPayload: checksPayload, threads: 1)
    do {
      let report = try Validator(options: options, profile: .strict).validate(path)
      let findings = report.findings.findings
      broken.require(findings.count <= report.findings.counts.values.reduce(0, +), "findings are miscounted")
      broken.require(report.findings.hasErrors == findings.contains { $0.severity == .error }, "errors are miscounted")
      for finding in findings {
        broken.require(report.files.indices.contains(finding.place.file), "\(finding.rule.id) is of no file")
        broken.require(!finding.message.isEmpty, "\(finding.rule.id) says nothing")
      }
      broken.require(!accepts(path) || report.format != nil, "read, and no model")
      broken.require(
        report.findings.bySeverity.values.reduce(0, +) > 0 || accepts(path), "not a word about what is refused")
    } catch {
      broken.add("\(error)")
    }
    return broken.list
  }

  /// How much of a processor a validation takes.
  static func duration(path: String) -> Duration {
    let validator = Validator(options: ValidationOptions(checksPayload: false, threads: 1), profile: .strict)
    let start = ProcessorTime.now
    _ = try? validator.validate(path)
    return ProcessorTime.now - start
  }

  private static func accepts(_ path: String) -> Bool {
    (try? GGUFFile(path: path)) != nil || (try? SafetensorsCheck.open(path)) != nil
      || path.hasSuffix(".index.json") && (try? ShardIndexCheck.open(path)) != nil
  }
}
