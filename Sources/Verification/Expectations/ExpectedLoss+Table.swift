internal import TensorCore

// Written by `make expected-losses`; do not edit.

extension ExpectedLoss {
  /// Relative RMSE on Gaussian, Laplace and Student-t weights, to four digits.
  static let table: [ElementType: ExpectedLoss] = [
    .f16: ExpectedLoss(gaussian: 0.0002074, laplace: 0.0002074, studentT: 0.0002074),
    .bf16: ExpectedLoss(gaussian: 0.001659, laplace: 0.001658, studentT: 0.001659),
    .q4_0: ExpectedLoss(gaussian: 0.08587, laplace: 0.1068, studentT: 0.1156),
    .q4_1: ExpectedLoss(gaussian: 0.07819, laplace: 0.09176, studentT: 0.09367),
    .q5_0: ExpectedLoss(gaussian: 0.04267, laplace: 0.05350, studentT: 0.05806),
    .q5_1: ExpectedLoss(gaussian: 0.03784, laplace: 0.04440, studentT: 0.04532),
    .q8_0: ExpectedLoss(gaussian: 0.005349, laplace: 0.006732, studentT: 0.007310),
    .q2_K: ExpectedLoss(gaussian: 0.2964, laplace: 0.3440, studentT: 0.3430),
    .q3_K: ExpectedLoss(gaussian: 0.1508, laplace: 0.1761, studentT: 0.1835),
    .q4_K: ExpectedLoss(gaussian: 0.07132, laplace: 0.08457, studentT: 0.08667),
    .q5_K: ExpectedLoss(gaussian: 0.03611, laplace: 0.04278, studentT: 0.04387),
    .q6_K: ExpectedLoss(gaussian: 0.01775, laplace: 0.02167, studentT: 0.02287),
    .iq4_nl: ExpectedLoss(gaussian: 0.07613, laplace: 0.08792, studentT: 0.09338),
    .iq4_xs: ExpectedLoss(gaussian: 0.07673, laplace: 0.08863, studentT: 0.09433),
    .tq1_0: ExpectedLoss(gaussian: 0.8068, laplace: 0.8311, studentT: 0.8432),
    .tq2_0: ExpectedLoss(gaussian: 0.8068, laplace: 0.8311, studentT: 0.8432),
    .mxfp4: ExpectedLoss(gaussian: 0.1141, laplace: 0.1266, studentT: 0.1312),
    .nvfp4: ExpectedLoss(gaussian: 0.1031, laplace: 0.1009, studentT: 0.1002),
    .q1_0: ExpectedLoss(gaussian: 0.6005, laplace: 0.7043, studentT: 0.7042),
    .q2_0: ExpectedLoss(gaussian: 0.7174, laplace: 0.7260, studentT: 0.7306),
    .nf4: ExpectedLoss(gaussian: 0.09199, laplace: 0.1037, studentT: 0.1112),
  ]
}
