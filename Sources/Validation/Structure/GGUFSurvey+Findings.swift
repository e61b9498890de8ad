internal import GGUF
internal import TensorCore

extension GGUFSurvey {
  /// Adds what the file breaks of the format's rules.
  ///
  /// - Parameter index: Which of the model's files it is.
  func addFindings(file index: Int, to findings: inout FindingList) throws(SourceError) {
    for violation in violations { findings.add(violation, violation.rule, file: index) }
    findings.addUntold(counted: violationCount, kept: violations.count, file: index)
    file.addRemarks(file: index, to: &findings)
    if let tensor = firstTensorOutOfOrder {
      findings.add(
        LayoutRules.order, at: .init(file: index, tensor: tensor),
        "its data lies before that of the tensor whose info stands before its own")
    }
    // Where tensors overlap or lie outside of the file, what is between them is no padding.
    let isLaidOut = isWhole && !violations.contains { LayoutRules.aboutPlaces.contains($0.rule) }
    // There is a stretch between all tensors, each of which would be a request of its own.
    if isLaidOut && !file.files.contains(where: \.isRemote) {
      try file.forEachPadding { violation in
        findings.add(violation, violation.rule, file: index)
        return true
      }
    }
  }
}

extension GGUFFile {
  /// What one of the readers refuses although the file can be read.
  func addRemarks(file index: Int, to findings: inout FindingList) {
    if version == 2 {
      findings.add(HeaderRules.versionTwo, at: .init(file: index, offset: 4), "GGUF version 2, expected 3")
    }
    if byteOrder == .big {
      findings.add(HeaderRules.bigEndian, at: .init(file: index, offset: 4), "the file is big-endian")
    }
    for entry in metadata.entries {
      if case .array(let array) = entry.value, array.elementType == .array {
        findings.add(KeyRules.arrayNested, at: .init(file: index, key: entry.key), "an array of arrays")
      }
    }
    for tensor in tensors {
      let place = ValidationFinding.Place(file: index, tensor: tensor.name)
      if tensor.name.utf8.count == GGUFLimits.tensorNameBytes {
        findings.add(
          TensorInfoRules.name64, at: place,
          "a name of \(GGUFLimits.tensorNameBytes) bytes, expected \(GGUFLimits.portableTensorNameBytes) at most")
      }
      if tensor.elementType == .nf4 {
        findings.add(TensorInfoRules.typePrivate, at: place, "element type NF4, which is none of ggml's")
      }
    }
  }
}
