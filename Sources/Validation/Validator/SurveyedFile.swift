internal import Checkpoints
internal import FileAccess
internal import GGUF
internal import Safetensors
internal import TensorCore

/// A file of a model, read as far as it can be.
struct SurveyedFile: Sendable {
  enum Content: Sendable {
    case gguf(GGUFSurvey)
    case safetensors(SafetensorsSurvey)
    /// nil where it cannot be read.
    case shardIndex(ShardIndex?, violations: [ShardIndexError])
    /// It is compressed, and cannot be unpacked.
    case damaged(ZstandardError)
    case noModel(UnreadableCheckpoint)
  }

  let file: SourceFile
  let content: Content

  /// Opens a file and reads its header.
  ///
  /// - Throws: ``SourceError/file(_:)`` only.
  init(path: String, files: any FileOpener) throws(SourceError) {
    let input: InputFile
    do throws(SourceError) {
      input = try files.open(path)
      file = input.sourceFile
    } catch .invalid(_, let violation as ZstandardError) {
      file = SourceFile(path: path, size: FileStatus(ofPath: path)?.size ?? 0)
      content = .damaged(violation)
      return
    }
    do throws(SourceError) {
      content = try Self.content(of: input)
    } catch .invalid(_, let violation as ZstandardError) {
      content = .damaged(violation)
    }
  }

  private static func content(of input: InputFile) throws(SourceError) -> Content {
    switch try CheckpointFormat(of: input) {
    case .gguf: return .gguf(try GGUFSurvey(input))
    case .safetensors: return .safetensors(try SafetensorsSurvey(input))
    case .shardIndex:
      do throws(SourceError) {
        let (index, violations) = try ShardIndex.survey(input)
        return .shardIndex(index, violations: violations)
      } catch .invalid(_, let error as ShardIndexError) {
        return .shardIndex(nil, violations: [error])
      }
    case .unreadable(let reason): return .noModel(reason)
    }
  }

  /// Adds what is wrong with this file by itself.
  ///
  /// - Parameter index: Its place among the files of the model.
  func addFindings(file index: Int, to findings: inout FindingList) throws(SourceError) {
    let place = ValidationFinding.Place(file: index)
    switch content {
    case .gguf(let survey):
      do throws(SourceError) {
        try survey.addFindings(file: index, to: &findings)
      } catch .invalid(_, let violation as ZstandardError) {
        findings.add(FileRules.zstandard, at: place, "\(violation)")
      }
    case .safetensors(let survey):
      for violation in survey.violations { findings.add(violation, violation.rule, file: index) }
      findings.addUntold(counted: survey.violationCount, kept: survey.violations.count, file: index)
    case .shardIndex(_, let violations):
      for violation in violations { findings.add(violation, violation.rule, file: index) }
    case .damaged(let violation): findings.add(FileRules.zstandard, at: place, "\(violation)")
    case .noModel(let reason): findings.add(FileRules.model, at: place, "\(reason)")
    }
  }

  /// The tensors that can be described.
  var tensors: [TensorDescription] {
    switch content {
    case .gguf(let survey): survey.file.tensors
    case .safetensors(let survey): survey.file.tensors
    case .shardIndex, .damaged, .noModel: []
    }
  }

  /// Whether every tensor that the header names is described.
  var isWhole: Bool {
    switch content {
    case .gguf(let survey): survey.describesAllTensors
    case .safetensors(let survey): survey.describesAllTensors
    case .shardIndex(let index, let violations): index != nil && violations.isEmpty
    case .damaged, .noModel: false
    }
  }

  /// Bytes in front of the data; 0 where the header is not whole.
  var headerBytes: Int {
    switch content {
    case .gguf(let survey): survey.file.dataStart
    case .safetensors(let survey): survey.file.dataStart
    case .shardIndex, .damaged, .noModel: 0
    }
  }
}
