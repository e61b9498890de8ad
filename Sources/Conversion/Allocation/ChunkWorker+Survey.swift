internal import Checkpoints
internal import Importance
internal import Kernels
internal import Quantization
internal import TensorCore

extension ChunkWorker {
  /// Encodes a chunk as each of several types, and writes nothing.
  ///
  /// - Returns: The sum of the squared weights, and for each type the sum of the squared errors, infinite where a scale
  ///   overflows; each times the importance of its column, where the tensor has an entry.
  mutating func survey(_ chunk: ChunkList.Chunk, as types: [ElementType]) throws(StreamFailure) -> [Double] {
    let tensor = transfers[chunk.tensor]
    try readWeights(chunk, of: tensor.source)
    let limit = types.compactMap { $0.codec.map(method.largestMagnitude) }.min() ?? .greatestFiniteMagnitude
    _ = try applyPolicy(limit, chunk, tensor)
    guard let entry = tensor.importance, let matrix = importance else {
      var sums = [Self.weighed(buffers.weights, nil, 0..<chunk.elements.count, columns: 1)]
      for type in types { sums.append(encode(as: type, tensor, 0..<chunk.elements.count, columns: nil)) }
      return sums
    }
    let columns = tensor.shape.rowLength
    let rowsOfMatrix = max(1, tensor.shape.dimensions.dropLast().last ?? 1)
    let firstRow = chunk.elements.lowerBound / columns
    let rows = chunk.elements.count / columns
    var sums = [Double](repeating: 0, count: types.count + 1)
    var row = 0
    buffers.importance.resize(to: columns)
    // Rows of one matrix (expert) at a time.
    while row < rows {
      let matrixNumber = (firstRow + row) / rowsOfMatrix
      let end = min(rows, (matrixNumber + 1) * rowsOfMatrix - firstRow)
      do throws(SourceError) {
        try matrix.read(entry, from: matrixNumber * columns, into: &buffers.importance)
      } catch {
        throw .source(error)
      }
      let elements = (row * columns)..<(end * columns)
      sums[0] += Self.weighed(buffers.weights, buffers.importance, elements, columns: columns)
      for (index, type) in types.enumerated() {
        sums[index + 1] += encode(as: type, tensor, elements, columns: columns)
      }
      row = end
    }
    return sums
  }

  /// The sum of the squared errors of some elements of the chunk, whole rows where `columns` is not nil: they are then
  /// weighed by the importance in the buffers.
  private mutating func encode(
    as type: ElementType, _ tensor: TensorTransfer, _ elements: Range<Int>, columns: Int?
  ) -> Double {
    guard let codec = type.codec else { return .infinity }
    let transfer = BlockTransfer(
      codec, kernels, method, from: tensor.source.elementType, columns: tensor.shape.rowLength)
    buffers.blocks.resize(to: ChunkList.bytes(buffers.weights.count, type))
    if let columns, method.weighsImportance(type) {
      for row in (elements.lowerBound / columns)..<(elements.upperBound / columns) {
        transfer.encodeRow(row, columns: columns, &buffers)
      }
    } else {
      transfer.encode(elements, &buffers)
    }
    var sum = 0.0
    for tile in ChunkList.tiles(of: elements.count) {
      let tile = (elements.lowerBound + tile.lowerBound)..<(elements.lowerBound + tile.upperBound)
      ChunkList.decode(tile, of: buffers.blocks, type, with: kernels, into: &buffers.decoded)
      guard kernels.allFinite(buffers.decoded.span) else { return .infinity }
      sum += Self.squaredErrors(buffers, tile, columns: columns)
    }
    return sum
  }

  private static func weighed(
    _ weights: [Float], _ importance: [Float]?, _ elements: Range<Int>, columns: Int
  ) -> Double {
    var sum = 0.0
    for index in elements {
      let weight = Double(weights[index])
      sum += weight * weight * Double(importance?[index % columns] ?? 1)
    }
    return sum
  }

  private static func squaredErrors(_ buffers: ChunkBuffers, _ tile: Range<Int>, columns: Int?) -> Double {
    var sum = 0.0
    let (weights, decoded, importance) = (buffers.weights.span, buffers.decoded.span, buffers.importance.span)
    for index in tile {
      let error = Double(decoded[index - tile.lowerBound]) - Double(weights[index])
      sum += error * error * (columns.map { Double(importance[index % $0]) } ?? 1)
    }
    return sum
  }
}
