#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where in its pages a buffer stands: from the first byte behind the guard in front, or up to the last before the one
/// behind.
enum GuardedPlace: CaseIterable { case atFront, atEnd }

/// Memory with a page on each side that ends the process when it is touched.
struct GuardedPages<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>

  /// Never unmapped: the process that tests end soon.
  init(_ contents: [Element], _ place: GuardedPlace) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let bytes = contents.count * MemoryLayout<Element>.stride
    let inner = max(1, (bytes + page - 1) / page) * page
    let flags = MAP_PRIVATE | MAP_ANON
    guard let memory = mmap(nil, inner + 2 * page, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED,
      mprotect(memory, page, PROT_NONE) == 0, mprotect(memory + page + inner, page, PROT_NONE) == 0
    else { exit(99) }
    let start = memory + page + (place == .atEnd ? inner - bytes : 0)
    let typed = start.bindMemory(to: Element.self, capacity: contents.count)
    elements = UnsafeMutableBufferPointer(start: typed, count: contents.count)
    _ = elements.initialize(fromContentsOf: contents)
  }
}
