internal import TensorCore

/// Pieces and their ids, one of each for the other.
struct Vocabulary: Sendable {
  private var table = PieceTable()
  /// The id of each piece of the table.
  private var ids: [Int32] = []
  /// The piece of each id, by its number in the table; -1 where an id has none.
  private var numbers: [Int32] = []

  /// Pieces.
  var count: Int { ids.count }

  /// The highest id, and one more.
  var end: Int { numbers.count }

  /// The id of a piece.
  func id(of piece: ArraySlice<UInt8>) -> Int? { table.number(of: piece).map { Int(ids[$0]) } }

  func id(of piece: String) -> Int? { id(of: Array(piece.utf8)[...]) }

  /// The bytes of the piece that has an id; nil where none has.
  func bytes(of id: Int) -> ArraySlice<UInt8>? {
    guard numbers.indices.contains(id), numbers[id] >= 0 else { return nil }
    return table[Int(numbers[id])]
  }

  /// The piece that has an id; nil where none has.
  func piece(_ id: Int) -> String? { bytes(of: id).map { String(decoding: $0, as: UTF8.self) } }

  /// - Throws: ``TokenizerError`` where the id is beyond ``TokenizerLimits/tokens`` or has a piece, or the piece an id.
  mutating func insert(_ piece: String, id: UInt64) throws(TokenizerError) {
    guard id < UInt64(TokenizerLimits.tokens) else {
      throw .idTooLarge(token: piece, id: id, limit: TokenizerLimits.tokens)
    }
    let place = Int(id)
    if let other = self.piece(place) { throw .idTwice(id: place, tokens: [other, piece]) }
    let (number, isNew) = table.insert(Array(piece.utf8)[...])
    guard isNew else { throw .tokenTwice(piece, ids: [Int(ids[number]), place]) }
    ids.append(Int32(clamping: place))
    if place >= numbers.count {
      numbers.append(contentsOf: repeatElement(-1, count: place + 1 - numbers.count))
    }
    numbers[place] = Int32(clamping: number)
  }
}
