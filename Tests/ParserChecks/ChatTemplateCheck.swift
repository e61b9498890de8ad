#if FUZZ_PACKAGE
  @testable import Validation
#else
  import Validation
#endif

/// What holds of every scan of a chat template.
public enum ChatTemplateCheck {
  private static let attack = Array("{{ x.__class__ }}".utf8)

  /// - Returns: What does not hold; empty as it should be.
  public static func broken(template: [UInt8]) -> [String] {
    var broken = Broken()
    let scan = TemplateScan(template)
    broken.require(scan.spots == TemplateScan(template).spots, "scanned twice, other spots")
    var last = 0
    for spot in scan.spots {
      broken.require((0..<template.count).contains(spot.offset), "a spot at byte \(spot.offset)")
      let line = template.prefix(spot.offset).reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
      broken.require(spot.line == line, "a spot in line \(spot.line), which is \(line)")
      broken.require(spot.offset >= last, "spots are out of order")
      last = spot.offset
    }
    for kind in TemplateScan.Spot.Kind.allCases {
      let kept = scan.spots.count { $0.kind == kind }
      broken.require(kept <= scan.counts[kind, default: 0], "\(kind) is miscounted")
    }
    // What stands before it hides nothing, unless it never ends.
    if scan.counts[.unterminated] == nil {
      let after = TemplateScan(template + Array("\n".utf8) + attack)
      broken.require(
        after.counts[.internals, default: 0] > scan.counts[.internals, default: 0], "what follows is not seen")
    }
    let before = TemplateScan(attack + template)
    broken.require(
      before.counts[.internals, default: 0] > scan.counts[.internals, default: 0], "what precedes is not seen")
    return broken.list
  }
}
