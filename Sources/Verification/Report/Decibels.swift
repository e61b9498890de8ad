#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Ratios of powers in decibels.
enum Decibels {
  /// The ratio of signal to noise for a noise relative to the signal; infinite for none.
  static func ratio(nmse: Double) -> Double { nmse == 0 ? .infinity : -10 * log10(nmse) }
}
