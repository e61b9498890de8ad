internal import Conversion

/// How types were chosen by what tensors lose, for JSON. formats/json.md.
struct AllocationJSON: Encodable {
  let targetSize: Int?
  let targetBitsPerWeight: Double?
  let maxLoss: Double?
  let relativeRMSE: Double
  let isOptimal: Bool
  let gap: Double
  let curve: [AllocatedTypes.Point]

  init(_ types: AllocatedTypes) {
    targetSize = if case .fileSize(let bytes) = types.goal { bytes } else { nil }
    targetBitsPerWeight = if case .bitsPerWeight(let bits) = types.goal { bits } else { nil }
    maxLoss = if case .loss(let loss) = types.goal { loss } else { nil }
    (relativeRMSE, isOptimal, gap, curve) = (types.loss, types.isOptimal, types.gap, types.curve)
  }
}
