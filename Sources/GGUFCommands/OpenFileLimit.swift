#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Lets the program open as many files at a time as it ever may: a model may have more parts than a shell's limit of 1,024.
func raiseOpenFileLimit() {
  var limit = rlimit()
  #if canImport(Glibc)
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    let files = RLIMIT_NOFILE
  #endif
  // Safe, here and below: the calls fill and read the structure that is lent to them.
  guard unsafe getrlimit(files, &limit) == 0 else { return }
  // What there is stays where the system says no; macOS has a limit of its own below the hard one.
  #if canImport(Darwin)
    limit.rlim_cur = min(limit.rlim_max, rlim_t(OPEN_MAX))
  #else
    limit.rlim_cur = limit.rlim_max
  #endif
  _ = unsafe setrlimit(files, &limit)
}
