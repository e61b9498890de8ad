/// What makes a model file a danger to those who load, show or unpack it.
///
/// formats/rules.md has them all. What a template does is found by reading its code (``TemplateScan``), not by running
/// it.
package enum SecurityRules {
  package static let all: [any ModelRule.Type] = [
    TemplateInternals.self, TemplateSystem.self, TemplateLoading.self, TemplateComputedNames.self,
    TemplateUnterminated.self, TemplateHiddenText.self, TemplateWhiteSpace.self, TemplateSize.self,
    TemplateAddress.self, TemplateEncodedText.self, MetadataHiddenText.self, MetadataAddress.self, MetadataPath.self,
    MetadataProgram.self, HeaderProportion.self, StringProportion.self, CountProportion.self, CompressionRatio.self,
    TensorNameHiddenText.self, NameIsPath.self, ConfusableNames.self,
  ]
}
