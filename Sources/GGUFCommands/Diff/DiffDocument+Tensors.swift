internal import Inspection
internal import TensorCore
internal import Verification

extension DiffDocument {
  struct Tensors: Encodable {
    let identical: Int
    let ignored: Int
    let isReordered: Bool
    let added: [Header]
    let removed: [Header]
    let reshaped: [Reshape]
    /// Those that both have with the same shape and that are not identical.
    let changed: [Change]
    let whole: Group
    let layers: [Group]
    let kinds: [Group]

    init(_ comparison: CheckpointComparison, _ plan: ComparisonPlan) {
      identical = comparison.counts.identical
      (ignored, isReordered) = (plan.ignored, plan.isReordered)
      (added, removed) = (plan.added.map(Header.init), plan.removed.map(Header.init))
      reshaped = plan.reshaped.map { Reshape(a: Header($0.a), b: Header($0.b)) }
      changed = plan.pairs.indices.filter(comparison.isDifferent).map {
        Change(plan.pairs[$0], comparison.outcomes[$0])
      }
      whole = Group(.whole(of: comparison))
      layers = DifferenceGroup.layers(of: comparison).map(Group.init)
      kinds = DifferenceGroup.kinds(of: comparison).map(Group.init)
    }
  }

  struct Header: Encodable {
    let name: String
    let type: String
    let shape: [Int]

    init(_ tensor: TensorDescription) {
      (name, type, shape) = (tensor.name, tensor.elementType.name, tensor.shape.dimensions)
    }
  }

  struct Reshape: Encodable {
    let a: Header
    let b: Header
  }

  struct Place: Encodable {
    let row: Int
    let column: Int

    init(_ element: Int, _ shape: Shape) { (row, column) = (element / shape.rowLength, element % shape.rowLength) }
  }

  struct Change: Encodable {
    let name: String
    /// Where A has another one.
    let nameInA: String?
    let typeA: String
    let typeB: String
    let shape: [Int]
    /// `weights`, `integers`, `blocks`, or `nothing`.
    let compared: String
    let reason: String?
    let count: Int?
    let differing: Int?
    let first: Place?
    let firstBlock: Int?
    let figures: Figures?

    init(_ pair: ComparisonPlan.Pair, _ outcome: CheckpointComparison.Outcome) {
      let shape = pair.a.shape
      name = pair.b.name
      nameInA = ExactString(pair.a.name) == ExactString(pair.b.name) ? nil : pair.a.name
      (typeA, typeB) = (pair.a.elementType.name, pair.b.elementType.name)
      self.shape = pair.b.shape.dimensions
      reason = if case .notComparable(let reason) = outcome { reason } else { nil }
      guard case .measured(let difference) = outcome else {
        (compared, count, differing, first, firstBlock, figures) = ("nothing", nil, nil, nil, nil, nil)
        return
      }
      let isOfBlocks = pair.measure == .blocks
      compared = isOfBlocks ? "blocks" : pair.measure == .integers ? "integers" : "weights"
      (count, differing) = (difference.count, difference.differing)
      first = isOfBlocks ? nil : difference.first.map { Place($0, shape) }
      firstBlock = isOfBlocks ? difference.first : nil
      figures = difference.loss.map { Figures($0, difference, shape) }
    }
  }

  struct Figures: Encodable {
    let rms: Double
    let rmse: Double
    let relativeRMSE: Double
    let cosine: Double
    let maximum: Double
    let maximumAt: Place?
    let notFiniteInA: Int
    let notFiniteInB: Int

    init(_ loss: TensorLoss, _ difference: TensorDifference, _ shape: Shape) {
      let sums = loss.sums
      (rms, rmse, relativeRMSE, cosine) = (sums.rms, sums.rmse, sums.relativeRMSE, sums.cosine)
      maximum = sums.maximumError
      maximumAt = loss.maximum.map { Place($0.element, shape) }
      (notFiniteInA, notFiniteInB) = (difference.notFiniteInA, difference.notFiniteInB)
    }
  }

  struct Group: Encodable {
    let layer: Int?
    let kind: String?
    let tensors: Int
    let changed: Int
    let weights: Int
    let differing: Int
    let relativeRMSE: Double?
    let cosine: Double?

    init(_ group: DifferenceGroup) {
      (layer, kind, tensors, changed) = (group.layer, group.kind, group.tensors, group.different)
      (weights, differing) = (group.weights, group.differingWeights)
      relativeRMSE = group.weights > 0 ? group.sums.relativeRMSE : nil
      cosine = group.weights > 0 ? group.sums.cosine : nil
    }
  }
}
