/// Texts by their numbers, which are given in order, and the numbers by the texts.
///
/// All bytes are one allocation: a vocabulary of 262,144 tokens is a few megabytes, and no object a token.
struct PieceTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text ends.
  private var ends: [Int] = []
  /// Open addressing: a text's number plus one where its hash leads to, or behind; 0 where nothing is.
  private var slots = [Int32](repeating: 0, count: 64)

  var count: Int { ends.count }

  /// The bytes of a text.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[(number > 0 ? ends[number - 1] : 0)..<ends[number]] }

  func string(_ number: Int) -> String { String(decoding: self[number], as: UTF8.self) }

  /// The number of a text; nil where it is not there.
  func number(of text: ArraySlice<UInt8>) -> Int? {
    let slot = slots[self.slot(of: text)]
    return slot == 0 ? nil : Int(slot) - 1
  }

  func number(of text: String) -> Int? { number(of: Array(text.utf8)[...]) }

  /// Gives a text the next number; that which it has, and false, where it is there.
  mutating func insert(_ text: ArraySlice<UInt8>) -> (number: Int, isNew: Bool) {
    var slot = slot(of: text)
    if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
    if 2 * (ends.count + 1) > slots.count {
      grow()
      slot = self.slot(of: text)
    }
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    slots[slot] = Int32(clamping: ends.count)
    return (ends.count - 1, true)
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: 2 * slots.count)
    for number in ends.indices { slots[slot(of: self[number])] = Int32(clamping: number + 1) }
  }

  /// Where a text is, or would be put.
  private func slot(of text: ArraySlice<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(text) & mask
    while true {
      let number = Int(slots[slot]) - 1
      if number < 0 || self[number] == text { return slot }
      slot = (slot + 1) & mask
    }
  }

  /// Seeded for each process: nobody can make texts that all lead to one slot.
  private static func hash(_ text: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    // Safe: the bytes are only read, within the closure.
    unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
