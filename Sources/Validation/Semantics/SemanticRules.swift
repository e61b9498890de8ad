/// What metadata and tensors of a model say together: architecture, hyper-parameters, vocabulary, quantization.
package enum SemanticRules {
  package static let all: [any ModelRule.Type] = general + hyperParameters + tensors + vocabulary

  private static let general: [any ModelRule.Type] = [
    ArchitectureMissing.self, ArchitectureUnknown.self, NoTensors.self, ValueTypeWrong.self, ValueTypeLong.self,
    ValueTypeDescribed.self, ValueNotFinite.self, QuantizationVersionMissing.self, QuantizationVersionOther.self,
    FileTypeUnknown.self, FileTypeDisagrees.self,
  ]
  private static let hyperParameters: [any ModelRule.Type] = [
    HyperParameterMissing.self, DocumentedKeyMissing.self, SizeOutOfRange.self, TooMuch.self, LayerArrayLength.self,
    HeadsDoNotDivide.self, NoHeads.self, RotaryDimensions.self, ExpertCounts.self,
  ]
  private static let tensors: [any ModelRule.Type] = [
    LayersMissing.self, LayersSuperfluous.self, LayersFewer.self, TensorMissing.self, TensorShape.self,
    TensorUnknown.self, TensorWithoutElements.self, EmbeddingRowsMissing.self, EmbeddingRowsPadded.self,
  ]
  private static let vocabulary: [any ModelRule.Type] = [
    TokenizerMissing.self, TokenizerUnknown.self, PreTokenizerUnknown.self, PreTokenizerMissing.self,
    TokenDuplicates.self, VocabularyTooLarge.self, TokenTooLong.self, TokenArrayCounts.self, TokenScoreNaN.self,
    TokenTypeUnknown.self, ByteTokenMalformed.self, SpecialTokenOutOfRange.self, SpecialTokenType.self,
    MergesMissing.self,
    MergeMalformed.self, MergeNotInVocabulary.self,
  ]
}
