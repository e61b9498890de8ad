/// How little can be lost in how many bytes, where the types of tensors were chosen by that. formats/allocation.md.
public struct RateCurve: Sendable, Encodable {
  public struct Point: Sendable, Encodable {
    /// Of the whole file.
    public let bytes: Int
    /// Relative RMSE, each tensor counting by its weights.
    public let loss: Double

    public init(bytes: Int, loss: Double) { (self.bytes, self.loss) = (bytes, loss) }
  }

  /// From the smallest file to the one that loses least.
  public let points: [Point]
  /// The file that was written.
  public let chosen: Point

  public init(points: [Point], chosen: Point) { (self.points, self.chosen) = (points, chosen) }
}
