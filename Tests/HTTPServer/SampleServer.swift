import Foundation
import TestSupport

extension HTTPServer {
  /// A good server that has the repository's samples.
  public static func ofSamples() throws -> HTTPServer {
    try HTTPServer { request, _ in
      let path = String(request.target.prefix { $0 != "?" })
      guard let bytes = try? Repository.bytes("samples" + path) else { return .answer(404) }
      return .part(of: bytes, for: request, [("ETag", "\"1\"")])
    }
  }
}
