internal import Safetensors

extension SafetensorsError {
  /// The rule that is broken.
  var rule: Rule {
    switch self {
    case .tooShort, .headerTooLong, .headerBeyondEnd: SafetensorsRules.headerLength
    case .headerDoesNotStartWithBrace, .headerEmpty, .headerNotJSON: SafetensorsRules.headerObject
    case .metadataNotStrings: SafetensorsRules.metadata
    case .entryMalformed, .dtypeMissing, .shapeMissing, .offsetsMissing, .offsetsNotAPair: SafetensorsRules.entry
    case .dtypeUnknown: SafetensorsRules.dtype
    case .shapeTooLarge, .shapeHasTooManyDimensions: SafetensorsRules.shape
    case .shapeNotWholeBytes: SafetensorsRules.wholeBytes
    case .offsetsReversed, .offsetsBeyondEnd: SafetensorsRules.beyondEnd
    case .extentDisagrees: SafetensorsRules.extent
    case .overlap: SafetensorsRules.overlap
    case .hole, .dataLeftOver: SafetensorsRules.hole
    }
  }
}

extension ShardIndexError {
  /// The rule that is broken.
  var rule: Rule {
    switch self {
    case .tooLarge, .notJSON, .weightMapMissing, .weightMapEmpty, .shardIsIndex: SetRules.indexUnreadable
    case .shardOutsideDirectory: SetRules.outside
    case .shardMissing, .shardSetIncomplete: SetRules.shardMissing
    case .tensorNotInShard, .tensorNotInIndex: SetRules.indexDisagrees
    case .tensorInTwoShards: SetRules.shardTwice
    }
  }
}
