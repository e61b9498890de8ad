internal import Digests

/// What a page may do (W3C, Content Security Policy Level 3): run this one script, use this one style sheet, and nothing
/// else. No request to anywhere, no script in markup, no markup out of strings.
enum ContentSecurityPolicy {
  /// The policy for a page.
  ///
  /// - Parameters:
  ///   - script: All that is between `<script>` and `</script>`.
  ///   - style: All that is between `<style>` and `</style>`.
  static func text(script: [UInt8], style: [UInt8]) -> String {
    "default-src 'none'; script-src '\(source(script))'; style-src '\(source(style))'; base-uri 'none'; "
      + "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
  }

  /// A hash as a policy writes it: `sha256-` and the hash in base 64.
  static func source(_ content: [UInt8]) -> String { "sha256-" + base64(SHA256.digest(of: content)) }

  /// RFC 4648, section 4.
  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      bits <<= UInt32(8 * (3 - group.count))
      for digit in 0..<4 {
        result.append(digit <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * digit) & 63)] : "=")
      }
    }
    return result
  }
}
