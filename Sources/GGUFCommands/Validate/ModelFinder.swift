internal import Checkpoints
internal import FileAccess
internal import RemoteAccess
internal import SystemPackage
internal import TensorCore
internal import Validation

/// The models that the arguments of `gguf validate` name: files, folders, URLs, and patterns that no shell has expanded.
struct ModelFinder {
  /// Paths in the order of the arguments, in folders of their names, each once; and arguments that lead to nothing, each
  /// with what is wrong.
  private(set) var found: [(path: String, failure: Failure?)] = []
  /// Links in folders that lead out of them, which were not followed.
  private(set) var skippedLinks: [String] = []

  private var seen: Set<String> = []
  /// Folders of the argument at hand that cannot be listed.
  private var unreadable: [(path: String, failure: Failure?)] = []

  init(_ arguments: [String]) {
    for argument in arguments {
      do throws(Failure) {
        try add(argument)
      } catch {
        found.append((argument, error))
      }
      found += unreadable
      unreadable = []
    }
  }

  private mutating func add(_ argument: String) throws(Failure) {
    if RemoteURL.isURL(argument) {
      if seen.insert(argument).inserted { found.append((argument, nil)) }
      return
    }
    switch FileStatus(ofPath: argument)?.kind {
    case .directory:
      let found = walk(argument) { Self.isModel($0) }
      if found.isEmpty && unreadable.isEmpty {
        throw Failure("\(argument.printable): holds no .gguf, .safetensors or .index.json", .noInput)
      }
      found.forEach { append($0) }
    case nil where PathGlob.isPattern(argument):
      let found = expand(argument)
      if found.isEmpty && unreadable.isEmpty { throw Failure("\(argument.printable): no file matches it", .noInput) }
      found.forEach { append($0) }
    default:
      // What is not there is said by whoever opens it.
      append(argument)
    }
  }

  private mutating func append(_ path: String) {
    let file = FilePath(path)
    let name = file.lastComponent?.string ?? path
    let folder = file.removingLastComponent().string
    let canonical = (resolvedPath(folder.isEmpty ? "." : folder) ?? folder) + "/" + name
    if seen.insert(canonical).inserted { found.append((path, nil)) }
  }

  /// Whether a file in a folder is one that is looked at.
  static func isModel(_ name: String) -> Bool {
    let name = withoutZst(name)
    // An index of pickles is none of ours.
    if name.hasSuffix(".bin.index.json") { return false }
    return [".gguf", ".safetensors", ".index.json"].contains { name.hasSuffix($0) }
  }

  /// The files below a pattern's fixed beginning that match it. As in a shell, what begins with a dot is not meant by a
  /// pattern that does not say so.
  private mutating func expand(_ pattern: String) -> [String] {
    let components = PathGlob.components(of: pattern)
    let fixed = components.prefix { !PathGlob.isPattern(String($0)) }
    let start = (pattern.hasPrefix("/") ? "/" : "") + fixed.joined(separator: "/")
    let rest = components.dropFirst(fixed.count).joined(separator: "/")
    let glob = PathGlob(rest)
    let wantsHidden = rest.hasPrefix(".") || rest.contains("/.")
    guard FileStatus(ofPath: start.isEmpty ? "." : start)?.kind == .directory else { return [] }
    return walk(start.isEmpty ? "." : start, named: start) { path in
      let components = PathGlob.components(of: path)
      let isHidden = components.contains { $0.hasPrefix(".") }
      return glob.matches(components: components) && (wantsHidden || !isHidden)
    } enters: { path in
      let components = PathGlob.components(of: path)
      return glob.canMatch(below: components) && (wantsHidden || !components.contains { $0.hasPrefix(".") })
    }
  }

  /// The files below a folder, those of a folder in the order of their names. Links to folders are not followed, links
  /// to files only where they stay inside.
  ///
  /// - Parameters:
  ///   - named: What the paths begin with; the folder's own by default.
  ///   - accepts: Asked for each file, by its path from the folder on.
  ///   - enters: Asked for each folder, by its path from the folder on.
  private mutating func walk(
    _ folder: String, named: String? = nil, accepts: (String) -> Bool, enters: (String) -> Bool = { _ in true }
  ) -> [String] {
    let root = (resolvedPath(folder) ?? folder) + "/"
    var found: [String] = []
    // Folders that are still to be looked at, by their paths from the first on; the next one last.
    var waiting = [""]
    while let current = waiting.popLast() {
      let path = current.isEmpty ? folder : Self.join(folder, current)
      let names: [String]
      do {
        names = try directoryEntries(path)
      } catch {
        // What is in other folders can be looked at all the same.
        unreadable.append((path, Failure("\(path.printable): \(error)", .noInput)))
        continue
      }
      var folders: [String] = []
      for name in names {
        let relative = current.isEmpty ? name : current + "/" + name
        let full = Self.join(folder, relative)
        guard let status = FileStatus(ofPath: full), let target = resolvedPath(full) else {
          // A link that leads nowhere: whoever opens it says so.
          if accepts(relative) { found.append(Self.join(named ?? folder, relative)) }
          continue
        }
        let parent = (resolvedPath(path) ?? path)
        let isLink = target != (parent.hasSuffix("/") ? parent + name : parent + "/" + name)
        if status.kind == .directory {
          if !isLink && enters(relative) { folders.append(relative) }
        } else if accepts(relative) {
          if isLink && !target.hasPrefix(root == "//" ? "/" : root) {
            skippedLinks.append(full)
          } else {
            found.append(Self.join(named ?? folder, relative))
          }
        }
      }
      waiting += folders.reversed()
    }
    return found
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
