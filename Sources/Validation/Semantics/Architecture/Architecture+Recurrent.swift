extension Architecture {
  private static let inner = Extent.parameter("ssm.inner_size")
  private static let state = Extent.parameter("ssm.state_size")
  private static let rank = Extent.parameter("ssm.time_step_rank")
  private static let kernel = Extent.parameter("ssm.conv_kernel")
  private static let groups = Extent.parameter("ssm.group_count")
  private static let two = Extent.constant(2)
  private static let ssmKeys = [
    rms, "ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "ssm.time_step_rank",
  ]

  private static let mamba: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("ssm_in.weight", .embedding, .product([two, inner])),
    .needs("ssm_conv1d.weight", kernel, inner), .needs("ssm_conv1d.bias", inner),
    .needs("ssm_x.weight", inner, .sum([rank, .product([two, state])])),
    .needs("ssm_dt.weight", rank, inner), .needs("ssm_dt.bias", inner), .needs("ssm_a", state, inner),
    .needs("ssm_d", inner), .needs("ssm_out.weight", inner, .embedding),
  ]

  private static let convolved = Extent.sum([inner, .product([two, groups, state])])
  private static let mamba2: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("ssm_in.weight", .embedding, .sum([inner, convolved, rank])),
    .needs("ssm_conv1d.weight", kernel, convolved), .needs("ssm_conv1d.bias", convolved),
    .needs("ssm_dt.bias", rank), .needs("ssm_a", .constant(1), rank), .needs("ssm_d", .constant(1), rank),
    .needs("ssm_norm.weight", .quotient(inner, groups), groups), .needs("ssm_out.weight", inner, .embedding),
  ]

  private static let mix = Extent.parameter("time_mix_extra_dim")
  private static let decay = Extent.parameter("time_decay_extra_dim")
  private static let headSize = Extent.parameter("wkv.head_size")
  private static let five = Extent.constant(5)
  private static func square(_ name: String) -> ExpectedTensor { .needs(name, .embedding, .embedding) }
  private static func vector(_ name: String) -> ExpectedTensor { .needs(name, .embedding) }

  private static let rwkv6Norms: [ExpectedTensor] =
    .norms("attn_norm", "attn_norm_2", "time_mix_ln")
  private static let rwkv6: [ExpectedTensor] = [
    .needs("time_mix_w1.weight", .embedding, .product([mix, five])),
    .needs("time_mix_w2.weight", mix, .embedding, five), vector("time_mix_lerp_x.weight"),
    .may("time_mix_lerp_fused.weight", .embedding, .constant(1), .constant(1), five),
    .needs("time_mix_first.weight", headSize, .quotient(.embedding, headSize)), vector("time_mix_decay.weight"),
    .needs("time_mix_decay_w1.weight", .embedding, decay), .needs("time_mix_decay_w2.weight", decay, .embedding),
    square("time_mix_key.weight"), square("time_mix_value.weight"), square("time_mix_receptance.weight"),
    square("time_mix_gate.weight"), square("time_mix_output.weight"), vector("channel_mix_lerp_k.weight"),
    vector("channel_mix_lerp_r.weight"), .needs("channel_mix_key.weight", .embedding, .feedForward),
    .needs("channel_mix_value.weight", .feedForward, .embedding), square("channel_mix_receptance.weight"),
  ]

  static let recurrent: [String: Architecture] = [
    "mamba": Architecture(keys: ssmKeys, tensors: [.tiedHead], layer: [mamba]),
    "mamba2": Architecture(keys: ssmKeys + ["ssm.group_count"], tensors: [.tiedHead], layer: [mamba2]),
    "rwkv6": Architecture(
      keys: ["wkv.head_size", "time_mix_extra_dim", "time_decay_extra_dim", "feed_forward_length"],
      tensors: [.ownHead, .norms("token_embd_norm"), [.needs("output_norm.bias", .embedding)]],
      layer: [rwkv6Norms, rwkv6]),
  ]
}
