internal import GGUF

/// Programs, by what they begin with.
enum ProgramText {
  /// Looked for at the start of a text.
  private static let starts: [(text: String, what: String)] = [
    ("\u{7F}ELF", "an ELF program"), ("#!/", "a script"), ("<?php", "a PHP script"),
    ("cos\nsystem\n", "a pickle that runs a program"), ("cposix\nsystem\n", "a pickle that runs a program"),
    ("cnt\nsystem\n", "a pickle that runs a program"), ("csubprocess\n", "a pickle that runs a program"),
    ("cbuiltins\n", "a pickle that runs Python"), ("c__builtin__\n", "a pickle that runs Python"),
  ]
  /// Looked for anywhere.
  private static let parts: [(text: String, what: String)] = [
    ("<script", "a script of a web page"), ("This program cannot be run in DOS mode", "a Windows program"),
  ]
  /// More of a text is not looked at.
  private static let mostBytes = 1 << 20

  /// What program a text is or holds.
  static func kind(of text: String) -> String? {
    let bytes = Array(text.utf8.prefix(mostBytes))
    if let found = starts.first(where: { bytes.starts(with: $0.text.utf8) }) { return found.what }
    return parts.first { ForeignText.offset(of: $0.text, in: bytes) != nil }?.what
  }

  /// What program an array of bytes is.
  static func kind(of array: GGUFArray) -> String? {
    guard array.elementType == .uint8 || array.elementType == .int8 else { return nil }
    let start = array.prefix(4).map { value in
      switch value {
      case .uint8(let byte): byte
      case .int8(let byte): UInt8(bitPattern: byte)
      default: UInt8(0)
      }
    }
    if start.starts(with: [0x7F, 0x45, 0x4C, 0x46]) { return "an ELF program" }
    if start.starts(with: [0x4D, 0x5A, 0x90]) { return "a Windows program" }
    if start.starts(with: [0xCF, 0xFA, 0xED, 0xFE]) || start.starts(with: [0xCE, 0xFA, 0xED, 0xFE]) {
      return "a Mach-O program"
    }
    if start.count == 4, start[0] == 0x80, (2...5).contains(start[1]) { return "a pickle" }
    if start.starts(with: [0x50, 0x4B, 3, 4]) { return "a zip archive" }
    return nil
  }
}
