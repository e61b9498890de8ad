/// What is wrong in the data of tensors.
package enum PayloadRules {
  package static let all: [Rule] = []
}
