internal import TensorCore

/// The elements of one tensor in another order: an array of any shape, of which a step along each dimension is a step of
/// so many elements in the tensor. Nothing is copied: rearranging changes the shape and the steps alone.
struct ArrayView: Sendable {
  let tensor: TensorDescription
  /// What the array is to those who read it.
  private(set) var shape: [Int]
  /// The dimensions through which its elements are gone: of the same count as those of ``shape``, and the same but for
  /// an array that was ``flattened(to:)``.
  private var loops: [Int]
  /// For each of ``loops``, the elements from one index to the next.
  private var strides: [Int]
  /// The tensor's element at which the array begins.
  private(set) var start = 0
  var operation = ElementOperation.none

  /// A tensor as it is.
  init(_ tensor: TensorDescription) {
    self.tensor = tensor
    shape = tensor.shape.dimensions
    loops = shape
    strides = Self.strides(shape)
  }

  /// Those of an array without gaps.
  private static func strides(_ shape: [Int]) -> [Int] {
    var strides = shape
    var step = 1
    for index in shape.indices.reversed() {
      strides[index] = step
      step *= shape[index]
    }
    return strides
  }

  var elementCount: Int { shape.reduce(1, *) }

  /// The type of what is read.
  var elementType: ElementType { operation.result(of: tensor.elementType) }

  /// The same elements with other dimensions, of an array without gaps.
  ///
  /// - Throws: ``ArchitectureError/cannotRearrange(tensor:shape:)`` where the dimensions do not multiply to the same count.
  func reshaped(_ shape: [Int]) throws(ArchitectureError) -> ArrayView {
    let refusal = ArchitectureError.cannotRearrange(tensor: tensor.name, shape: shape)
    guard strides == Self.strides(loops), shape.allSatisfy({ $0 >= 0 }),
      Shape(checking: shape.map { UInt64($0) })?.elementCount == elementCount
    else { throw refusal }
    var view = self
    (view.shape, view.loops, view.strides) = (shape, shape, Self.strides(shape))
    return view
  }

  /// The elements in their present order, under other dimensions of the same count.
  func flattened(to shape: [Int]) -> ArrayView {
    var view = self
    view.shape = shape
    return view
  }

  /// Two dimensions exchanged.
  func swapping(_ a: Int, _ b: Int) -> ArrayView {
    var view = self
    view.loops.swapAt(a, b)
    view.strides.swapAt(a, b)
    view.shape = view.loops
    return view
  }

  /// A part of the outermost dimension.
  func rows(_ range: Range<Int>) throws(ArchitectureError) -> ArrayView {
    guard let count = loops.first, range.lowerBound >= 0, range.upperBound <= count else {
      throw .cannotRearrange(tensor: tensor.name, shape: shape)
    }
    var view = self
    view.start += range.lowerBound * strides[0]
    view.loops[0] = range.count
    view.shape = view.loops
    return view
  }

  /// The same elements under an operation.
  func applying(_ operation: ElementOperation) -> ArrayView {
    var view = self
    view.operation = operation
    return view
  }

  /// Dimensions that lie behind one another as one, outermost first; none of a single index.
  var merged: [(count: Int, stride: Int)] {
    var result: [(count: Int, stride: Int)] = []
    for (count, stride) in zip(loops, strides) where count != 1 {
      if let last = result.last, last.stride == count * stride {
        result[result.count - 1] = (last.count * count, stride)
      } else {
        result.append((count, stride))
      }
    }
    return result
  }
}
