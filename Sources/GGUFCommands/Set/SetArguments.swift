internal import ArgumentParser
internal import GGUF
internal import TensorCore

/// `KEY=VALUE`, `KEY:TYPE=VALUE`, or with `@FILE` for the value.
struct AssignmentArgument {
  let key: String
  let kind: GGUFValueKind?
  /// What stands behind the sign of equality.
  let value: String

  init(_ argument: String) throws {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
      throw ValidationError("expected KEY=VALUE or KEY:TYPE=VALUE, found \(argument.quoted(limit: 60))")
    }
    value = String(argument[argument.index(after: equals)...])
    let name = argument[..<equals]
    guard let colon = name.lastIndex(of: ":") else {
      (key, kind) = (String(name), nil)
      return
    }
    let type = name[name.index(after: colon)...]
    guard let kind = GGUFValueKind(name: type) else {
      let types = GGUFValueType.allCases.filter { $0 != .array }.map(\.name).joined(separator: ", ")
      throw ValidationError(
        "there is no type \(String(type).quoted(limit: 40)); the types are \(types); [str] is an array of str")
    }
    (key, self.kind) = (String(name[..<colon]), kind)
  }

  /// The value, or what is in the file that it names. A value that begins with two `@` has one.
  func assignment() throws(Failure) -> MetadataEdit.Assignment {
    guard value.hasPrefix("@") else { return .init(key: key, kind: kind, text: value) }
    let rest = String(value.dropFirst())
    return .init(key: key, kind: kind, text: rest.hasPrefix("@") ? rest : try Self.text(ofFile: rest))
  }

  private static func text(ofFile path: String) throws(Failure) -> String {
    let bytes = try SmallFile.read(path, limit: GGUFLimits.headerBytes)
    guard bytes.count <= GGUFLimits.headerBytes else {
      throw Failure("\(path.printable): more than \(GGUFLimits.headerBytes) bytes do not fit a header", .badData)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure("\(path.printable): is not UTF-8", .badData)
    }
    return text
  }
}

/// `OLD=NEW`.
struct KeyRenameArgument {
  let renaming: MetadataEdit.Renaming

  init(_ argument: String) throws {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ValidationError("expected OLD=NEW, found \(argument.quoted(limit: 60))")
    }
    renaming = .init(old: parts[0], new: parts[1])
  }
}
