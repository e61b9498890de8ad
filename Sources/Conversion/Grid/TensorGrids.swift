public import Quantization
public import TensorCore

/// On which types' grids a tensor is: all of its blocks are what blocks of the type decode to, rounded to its dtype.
public struct TensorGrids: Sendable {
  /// A type on whose grid the tensor is.
  public struct Grid: Sendable, Hashable {
    public let type: ElementType
    /// How many blocks the tensor has in the type.
    public let blockCount: Int
    /// Blocks to which the reference's quantizer does not give the scale that they are on: it would change their weights.
    public let missedBlocks: Int
    /// `.identical`, or `.equal` where zeros would change their sign.
    public let match: GridMatch
  }

  public let tensor: TensorDescription
  /// In the order in which the types were asked for; empty where the tensor is on the grid of none.
  public let grids: [Grid]
}
