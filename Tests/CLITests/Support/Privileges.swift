import Foundation
import TestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// File permissions do not bind root. The program is then run without the capabilities that make it so.
enum Privileges {
  private static let withoutOverride = ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"]

  /// Whether ``run(_:in:)`` runs a program that permissions bind.
  static let canBeDropped: Bool = {
    if geteuid() != 0 { return true }
    guard let folder = try? TemporaryFolder(),
      let process = try? ChildProcess(withoutOverride + ["/bin/sh", "-c", ":"], in: folder.path)
    else { return false }
    return (try? process.wait().exit) == 0
  }()

  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ProcessResult {
    let prefix = geteuid() == 0 ? withoutOverride : []
    return try ChildProcess(prefix + [GGUFProgram.path] + arguments, in: folder.path).wait()
  }
}
