internal import ArgumentParser
internal import TensorCore

/// What the table of tensors can be ordered by.
enum TensorOrder: String, CaseIterable, ExpressibleByArgument {
  case name, type, shape, parameters, offset, bytes, bpw

  /// Tensors that are equal in this keep the order of the file.
  func sorted(_ tensors: [TensorDescription], isReversed: Bool) -> [TensorDescription] {
    let sorted = tensors.enumerated().sorted { left, right in
      let (first, second) = isReversed ? (right.element, left.element) : (left.element, right.element)
      if precedes(first, second) { return true }
      return precedes(second, first) ? false : left.offset < right.offset
    }
    return sorted.map(\.element)
  }

  private func precedes(_ a: TensorDescription, _ b: TensorDescription) -> Bool {
    switch self {
    case .name: NaturalOrder.precedes(a.name, b.name)
    case .type: a.elementType.name < b.elementType.name
    case .shape: a.shape.dimensions.lexicographicallyPrecedes(b.shape.dimensions)
    case .parameters: a.shape.elementCount > b.shape.elementCount
    case .offset: (a.file, a.offset) < (b.file, b.offset)
    case .bytes: a.byteCount > b.byteCount
    case .bpw: a.elementType.bitsPerWeight > b.elementType.bitsPerWeight
    }
  }
}

/// Names in the order in which people count: `blk.2` before `blk.10`.
enum NaturalOrder {
  static func precedes(_ a: String, _ b: String) -> Bool {
    var (a, b) = (Array(a.utf8)[...], Array(b.utf8)[...])
    while let first = a.first, let second = b.first {
      if isDigit(first) && isDigit(second) {
        let (left, right) = (number(&a), number(&b))
        if left.count != right.count { return left.count < right.count }
        if left != right { return left.lexicographicallyPrecedes(right) }
      } else {
        if first != second { return first < second }
        a.removeFirst()
        b.removeFirst()
      }
    }
    return a.isEmpty && !b.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Takes the digits of a number away, without the zeros in front of it.
  private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix(while: isDigit)
    text = text.dropFirst(digits.count)
    return digits.drop { $0 == 0x30 }
  }
}
