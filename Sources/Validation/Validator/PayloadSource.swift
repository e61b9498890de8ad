internal import GGUF
internal import Safetensors
internal import TensorCore

/// The tensors of a surveyed model whose data can be looked at: each byte of a file is read once at most, whatever the
/// headers say.
struct PayloadSource: TensorSource {
  let tensors: [TensorDescription]
  let files: [SourceFile]
  let formatName: String
  private let surveyed: [SurveyedFile]

  init(_ survey: ModelSurvey) {
    surveyed = survey.files
    files = survey.files.map(\.file)
    formatName = survey.format?.rawValue ?? ""
    var ends = [Int](repeating: 0, count: files.count)
    var tensors: [TensorDescription] = []
    // In the order of their data: what overlaps another tensor, or lies outside of its file, has its finding already.
    for tensor in survey.tensors where tensor.offset >= ends[tensor.file] {
      let (end, overflow) = tensor.offset.addingReportingOverflow(tensor.byteCount)
      guard !overflow, end <= files[tensor.file].contentSize else { continue }
      ends[tensor.file] = end
      tensors.append(tensor)
    }
    self.tensors = tensors
  }

  func read(_ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    switch surveyed[tensor.file].content {
    case .gguf(let survey): try survey.file.read(tensor, from: start, into: &buffer)
    case .safetensors(let survey): try survey.file.read(tensor, from: start, into: &buffer)
    case .shardIndex, .damaged, .noModel: preconditionFailure("no tensor is in such a file")
    }
  }

  func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    switch surveyed[tensor.file].content {
    case .gguf(let survey): survey.file.prefetch(tensor, bytes)
    case .safetensors(let survey): survey.file.prefetch(tensor, bytes)
    case .shardIndex, .damaged, .noModel: break
    }
  }
}
