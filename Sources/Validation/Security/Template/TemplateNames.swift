/// The names that lead out of a template: those by which the known attacks on Jinja reach Python (CVE-2024-34359,
/// CVE-2026-5760, and the lists of attacks on templates that there are).
enum TemplateNames {
  /// Looked for inside of strings too, and in what strings are put together to.
  static let internals: [[UInt8]] = [
    "__class__", "__base__", "__bases__", "__mro__", "__subclasses__", "__init__", "__new__", "__globals__",
    "__builtins__", "__import__", "__dict__", "__getattribute__", "__getattr__", "__getitem__", "__call__", "__code__",
    "__closure__", "__func__", "__self__", "__wrapped__", "__module__", "__loader__", "__spec__", "__reduce__",
    "__reduce_ex__", "__subclasshook__", "__init_subclass__", "__class_getitem__", "__annotations__", "__defaults__",
    "__name__", "__doc__", "__file__", "__del__", "__enter__", "__exit__", "_TemplateReference__context",
  ].map { Array($0.utf8) }

  /// Attributes that have no underscores around them.
  static let internalAttributes: Set<String> = [
    "func_globals", "func_code", "gi_frame", "gi_code", "cr_frame", "cr_code", "ag_frame", "ag_code", "tb_frame",
    "f_globals", "f_locals", "f_builtins", "f_back", "mro", "im_func", "im_self", "im_class",
  ]

  /// Attributes and items that run programs or Python.
  static let systemAttributes: Set<String> = [
    "popen", "subprocess", "check_output", "import_module", "builtins", "importlib", "load_module", "execfile",
  ]

  /// Variables that Python or a web server has and a chat template does not.
  static let systemVariables: Set<String> = [
    "os", "sys", "subprocess", "popen", "eval", "exec", "builtins", "importlib", "lipsum", "getattr", "setattr",
    "globals", "locals", "get_flashed_messages", "url_for",
  ]

  /// Variables that are only suspicious where they are called: they are good names for something else.
  static let systemFunctions: Set<String> = ["open", "compile", "vars", "system", "breakpoint"]

  static let loadingStatements: Set<String> = ["include", "import", "from", "extends"]

  /// `__name__`, or a private name of a class as Python has it: `_Class__name`.
  static func isInternal(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    if bytes.count > 4, name.hasPrefix("__"), name.hasSuffix("__"), bytes.contains(where: { $0 != 0x5F }) {
      return true
    }
    guard bytes.count > 4, bytes[0] == 0x5F, (0x41...0x5A).contains(bytes[1]) else { return false }
    return bytes.indices.dropFirst(2).dropLast().contains { bytes[$0] == 0x5F && bytes[$0 + 1] == 0x5F }
  }

  /// ``internals`` by their third byte: nearly all begin alike.
  private static let byThirdByte: [[[UInt8]]] = {
    var table = [[[UInt8]]](repeating: [], count: 256)
    for name in internals { table[Int(name[2])].append(name) }
    return table
  }()

  /// How long the name of ``internals`` is that begins at a place.
  static func lengthOfInternal(in bytes: [UInt8], at start: Int) -> Int? {
    guard bytes[start] == 0x5F, start + 2 < bytes.count else { return nil }
    return byThirdByte[Int(bytes[start + 2])].first { bytes[start...].starts(with: $0) }?.count
  }

  /// The first name of ``internals`` in some bytes.
  static func firstInternal(in bytes: [UInt8]) -> String? {
    for start in bytes.indices {
      if let length = lengthOfInternal(in: bytes, at: start) {
        return String(decoding: bytes[start..<(start + length)], as: UTF8.self)
      }
    }
    return nil
  }
}
