/// What a name is that leads out of the folder where it is used.
enum SuspiciousPath: String {
  case absolute = "an absolute path"
  case parent = "a path with a step upward"
  case drive = "a path with a drive letter"
  case backslash = "a path with backslashes"
  case home = "a path into somebody's home"

  /// nil for an ordinary name.
  init?(_ name: String) {
    let bytes = Array(name.utf8)
    let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
    if bytes.split(omittingEmptySubsequences: false, whereSeparator: isSeparator).contains(where: {
      $0.elementsEqual("..".utf8)
    }),
      bytes.contains(where: isSeparator)
    {
      self = .parent
    } else if bytes.first == UInt8(ascii: "/"), bytes.count > 1 {
      self = .absolute
    } else if bytes.starts(with: "~/".utf8) {
      self = .home
    } else if bytes.count > 2, bytes[1] == UInt8(ascii: ":"), isSeparator(bytes[2]),
      (0x41...0x5A).contains(bytes[0] & 0xDF)
    {
      self = .drive
    } else if bytes.starts(with: #"\\"#.utf8) {
      self = .backslash
    } else {
      return nil
    }
  }
}
