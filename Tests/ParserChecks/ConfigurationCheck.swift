#if FUZZ_PACKAGE
  import StrictYAML
  @testable import Validation
#else
  import StrictYAML
  import Validation
#endif

/// What holds of every configuration of validation.
public enum ConfigurationCheck {
  /// A name that makes patterns go back and forth.
  private static let names = ["blk.0.attn_q.weight", String(repeating: "a", count: 64), "", "\u{E9}\n"]

  /// - Returns: What does not hold; empty as it should be.
  public static func broken(yaml: [UInt8]) -> [String] {
    var broken = Broken()
    do throws(YAMLError) {
      let file = try ConfigurationFile(parsing: yaml, path: "folder/.gguf-validate.yml")
      let again = try ConfigurationFile(parsing: yaml, path: "folder/.gguf-validate.yml")
      broken.require(file == again, "read twice, another configuration")
      let ids = Set(RuleCatalog.all.map(\.id))
      broken.require(ids.isSuperset(of: file.levels.keys), "levels of rules that are not there")
      for ignore in file.ignores {
        broken.require(ids.isSuperset(of: ignore.rules), "rules that are not there are ignored")
        let isEmpty = ignore.rules.isEmpty && ignore.tensor == nil && ignore.key == nil && ignore.path == nil
        broken.require(!isEmpty, "everything is ignored")
        for name in names { _ = (ignore.tensor?.matches(name), ignore.key?.matches(name)) }
      }
      let demands = file.demands
      for limit in [demands.maximumSize, demands.maximumHeaderBytes, demands.maximumTensors] {
        broken.require(limit ?? 0 >= 0, "a limit of \(limit ?? 0)")
      }
      for hash in demands.hashes {
        broken.require(hash.sha256.utf8.count == 64, "\(hash.sha256) is no SHA-256")
        for name in names { _ = PathGlob(hash.pattern).matches(name) }
      }
      broken.require(demands.types?.isEmpty != true, "no type is allowed")
    } catch {
      let text = "\(error)"
      broken.require(!text.isEmpty && !text.contains("\n"), "the message \(text)")
    }
    return broken.list
  }
}
