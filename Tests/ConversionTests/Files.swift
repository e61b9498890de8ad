import Checkpoints
import Conversion
import FileAccess
import GGUF
import Quantization
import TensorCore
import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A conversion's file and figures.
struct Converted {
  let bytes: [UInt8]
  let plan: ConversionPlan
  let outcome: Converter.Outcome

  /// The bytes of a tensor of the output, without padding.
  func payload(_ tensor: Int) -> [UInt8] {
    let place = plan.tensors[tensor].place
    return Array(bytes[place.offset..<(place.offset + place.byteCount)])
  }

  /// All that stands behind the header.
  var data: ArraySlice<UInt8> { bytes[plan.layout.parts[0].header.count...] }
}

/// Converts into a file in a folder of its own, commits it and reads it.
func convert(
  _ source: any TensorSource, _ options: ConversionOptions, threads: Int = 2, measures: Bool = true
) throws -> Converted {
  let folder = try TemporaryFolder()
  let plan = try ConversionPlan(source: source, name: "source", options: options)
  let converter = Converter(
    plan: plan, source: source, sourceName: "source", policy: options.nonFinite, threads: threads,
    measures: measures)
  let writer = try AtomicFileWriter(path: folder.file("out.gguf"), size: plan.layout.fileSize, replaces: false)
  let outcome = try converter.run(into: writer)
  try writer.commit()
  let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("out.gguf"))))
  return Converted(bytes: bytes, plan: plan, outcome: outcome)
}
