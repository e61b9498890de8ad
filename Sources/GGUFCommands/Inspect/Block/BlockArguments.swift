internal import ArgumentParser
internal import Inspection
internal import TensorCore

/// Which part of a tensor is looked at.
struct BlockArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      One block of the tensor, decoded: its bytes by field, scales, codes and weights. Blocks count from 0 through the \
      whole tensor; of a plain type each element is one.
      """, valueName: "number"), transform: Self.number)
  var block: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Weights of a row of the tensor: all, the first COUNT, or those of columns FIRST to LAST.",
      valueName: "row[:count|:first-last]"), transform: ValuesArgument.init)
  var values: ValuesArgument?

  /// The option that is given, in place of statistics.
  var option: String? { block != nil ? "--block" : values != nil ? "--values" : nil }

  func validate() throws {
    if block != nil && values != nil { throw ValidationError("--block and --values are shown one at a time") }
  }

  private static func number(_ argument: String) throws -> Int {
    guard let number = ValuesArgument.number(argument[...]) else {
      throw ValidationError("expected the number of a block, from 0 up, found \(argument.quoted())")
    }
    return number
  }

  /// - Parameter name: The checkpoint's, as the user gave it.
  func print(_ tensor: String, of source: any TensorSource, name: String, json: Bool) throws {
    do {
      let tensor = try source.tensor(named: tensor)
      if let block {
        let document = BlockDocument(try TensorBlock(block, of: tensor, in: source), of: name, in: source)
        try json ? JSONOutput.print(document) : StandardOutput.write(document.text)
      } else if let values {
        let row = try TensorRow(values.row, columns: values.columns, of: tensor, in: source)
        let document = RowDocument(row, of: name)
        try json ? JSONOutput.print(document) : StandardOutput.write(document.text)
      }
    } catch let error as BlockError {
      throw Failure(error, of: name)
    } catch let error as SourceError {
      throw Failure(error)
    }
  }
}

/// `ROW`, `ROW:COUNT` or `ROW:FIRST-LAST`.
struct ValuesArgument {
  let row: Int
  /// nil for the whole row.
  let columns: Range<Int>?

  init(_ argument: String) throws {
    let refusal = ValidationError("expected ROW, ROW:COUNT or ROW:FIRST-LAST, found \(argument.quoted())")
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let row = Self.number(parts[0]) else { throw refusal }
    self.row = row
    guard parts.count == 2 else {
      columns = nil
      return
    }
    let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
    switch ends.count == 1 ? (0, ends[0].map { $0 - 1 }) : ends.count == 2 ? (ends[0], ends[1]) : (nil, nil) {
    case (let first?, let last?) where first <= last: columns = first..<(last + 1)
    default: throw refusal
    }
  }

  /// Decimal digits; one less than the largest number at most, so that one can be added.
  static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return Int(text).flatMap { $0 < .max ? $0 : nil }
  }
}

extension Failure {
  init(_ error: BlockError, of name: String) {
    let code: FailureCode =
      switch error {
      case .noTensor, .outOfRange, .tooManyWeights: .usage
      case .notDecoded, .beyondEnd: .badData
      }
    self.init("\(name.printable): \(error)", code)
  }
}
