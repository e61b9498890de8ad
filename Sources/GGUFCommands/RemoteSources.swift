internal import FileAccess
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import RemoteAccess
internal import TensorCore

/// URLs in place of files, and what the environment says of them.
enum RemoteSources {
  /// The value of an `Authorization` header, for the host of the URL that is named.
  static let authorizationVariable = "GGUF_HTTP_AUTHORIZATION"
  /// A token for Hugging Face, as its own programs take it; for no other host.
  static let tokenVariable = "HF_TOKEN"
  static let tokenHost = "https://huggingface.co"
  /// A file of certificates that are trusted in place of the system's, as OpenSSL takes it.
  static let certificatesVariable = "SSL_CERT_FILE"

  /// What an argument is called in what is printed: of a URL all but the query, which may be a secret, and the password of
  /// one that has one.
  static func name(of argument: String) -> String {
    guard RemoteURL.isURL(argument), let slashes = argument.firstRange(of: "://") else { return argument }
    if let url = try? RemoteURL(argument) { return url.description }
    let shown = argument[slashes.upperBound...].prefix { $0 != "?" && $0 != "#" }
    return String(argument[..<slashes.upperBound] + (shown.split(separator: "@").last ?? ""))
  }

  /// What is said of a URL where it cannot be read; nil for what is none.
  static func refusal(of argument: String) -> String? {
    guard RemoteURL.isURL(argument) else { return nil }
    return
      "\(name(of: argument).printable): URLs are read by inspect, validate and hash --header, and of these headers "
      + "only; download the file"
  }

  /// What opens URLs, and what stands for each in place of a path.
  ///
  /// - Throws: ``Failure`` `.usage` for what is no such URL or no such environment.
  static func open(_ arguments: [String]) throws(Failure) -> (files: RemoteFiles, names: [String]) {
    var urls: [RemoteURL] = []
    for argument in arguments {
      do throws(RemoteURLError) {
        urls.append(try RemoteURL(argument))
      } catch {
        throw Failure("\(name(of: argument).printable): \(error)", .usage)
      }
    }
    var options = RemoteOptions()
    options.authorizations = try authorizations(for: urls)
    options.certificates = variable(certificatesVariable)
    options.willRetry = { url, reason, seconds in
      StandardError.write(
        "gguf: \(url.description.printable): \(reason.printable); trying again in \(Numbers.fixed(seconds, 1)) s\n")
    }
    do throws(RemoteSetupError) {
      let files = try RemoteFiles(options)
      var names: [String] = []
      for url in urls { names.append(try files.add(url)) }
      return (files, names)
    } catch {
      throw Failure("\(error)", .usage)
    }
  }

  private static func authorizations(for urls: [RemoteURL]) throws(Failure) -> [Authorization] {
    var found: [Authorization] = []
    if let value = variable(authorizationVariable), let url = urls.first {
      if let other = urls.first(where: { $0.origin != url.origin }) {
        throw Failure(
          "\(authorizationVariable) is for one host, and the URLs are of \(url.origin) and \(other.origin)", .usage)
      }
      found.append(try authorization(value, for: url, authorizationVariable))
    }
    // What is meant for this very URL comes first.
    if let token = variable(tokenVariable), let url = urls.first(where: { $0.origin == tokenHost }) {
      found.append(try authorization("Bearer " + token, for: url, tokenVariable))
    }
    return found
  }

  private static func authorization(
    _ value: String, for url: RemoteURL, _ variable: String
  ) throws(Failure) -> Authorization {
    guard let authorization = Authorization(value, for: url) else {
      throw Failure("\(variable) is no value of a header: expected one line of visible ASCII", .usage)
    }
    return authorization
  }

  /// nil for one that is empty, too.
  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
