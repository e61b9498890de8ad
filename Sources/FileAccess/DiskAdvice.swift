#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import SystemPackage

/// Says that a range will be read soon, so that the disk works while the processor does. A system that knows no such
/// advice, or refuses it, reads when it is asked to.
func adviseReading(_ range: Range<Int>, of descriptor: FileDescriptor) {
  #if os(Linux)
    _ = posix_fadvise(descriptor.rawValue, off_t(range.lowerBound), off_t(range.count), POSIX_FADV_WILLNEED)
  #elseif canImport(Darwin)
    var advice = radvisory(ra_offset: off_t(range.lowerBound), ra_count: CInt(clamping: range.count))
    // Safe: the call reads the structure that is handed to it.
    _ = unsafe fcntl(descriptor.rawValue, F_RDADVISE, &advice)
  #endif
}
