/// Hyper-parameters of published models, and the tensors of their first layers as their files have them: written down
/// from the models, not made of the table that they are held against. Dimensions stand in the order of a GGUF file.
struct PublishedModel: Sendable {
  let name: String
  let architecture: String
  let counts: String
  let tensors: String

  static let all: [PublishedModel] = [
    PublishedModel(
      name: "TinyLlama 1.1B", architecture: "llama",
      counts: """
        context_length 2048, embedding_length 2048, block_count 1, feed_forward_length 5632, attention.head_count 32, \
        attention.head_count_kv 4, rope.dimension_count 64, vocab_size 32000
        """,
      tensors: """
        token_embd.weight 2048 32000, output_norm.weight 2048, output.weight 2048 32000, blk.0.attn_norm.weight 2048, \
        blk.0.attn_q.weight 2048 2048, blk.0.attn_k.weight 2048 256, blk.0.attn_v.weight 2048 256, \
        blk.0.attn_output.weight 2048 2048, blk.0.ffn_norm.weight 2048, blk.0.ffn_gate.weight 2048 5632, \
        blk.0.ffn_up.weight 2048 5632, blk.0.ffn_down.weight 5632 2048
        """),
    PublishedModel(
      name: "Mixtral 8x7B", architecture: "llama",
      counts: """
        context_length 32768, embedding_length 4096, block_count 1, feed_forward_length 14336, \
        attention.head_count 32, attention.head_count_kv 8, rope.dimension_count 128, vocab_size 32000, \
        expert_count 8, expert_used_count 2
        """,
      tensors: """
        token_embd.weight 4096 32000, output_norm.weight 4096, output.weight 4096 32000, blk.0.attn_norm.weight 4096, \
        blk.0.attn_q.weight 4096 4096, blk.0.attn_k.weight 4096 1024, blk.0.attn_v.weight 4096 1024, \
        blk.0.attn_output.weight 4096 4096, blk.0.ffn_norm.weight 4096, blk.0.ffn_gate_inp.weight 4096 8, \
        blk.0.ffn_gate_exps.weight 4096 14336 8, blk.0.ffn_up_exps.weight 4096 14336 8, \
        blk.0.ffn_down_exps.weight 14336 4096 8
        """),
    PublishedModel(
      name: "Gemma 3 270M", architecture: "gemma3",
      counts: """
        context_length 32768, embedding_length 640, block_count 1, feed_forward_length 2048, attention.head_count 4, \
        attention.head_count_kv 1, attention.key_length 256, attention.value_length 256, vocab_size 262144
        """,
      tensors: """
        token_embd.weight 640 262144, output_norm.weight 640, blk.0.attn_norm.weight 640, \
        blk.0.attn_q.weight 640 1024, blk.0.attn_k.weight 640 256, blk.0.attn_v.weight 640 256, \
        blk.0.attn_q_norm.weight 256, blk.0.attn_k_norm.weight 256, blk.0.attn_output.weight 1024 640, \
        blk.0.post_attention_norm.weight 640, blk.0.ffn_norm.weight 640, blk.0.ffn_gate.weight 640 2048, \
        blk.0.ffn_up.weight 640 2048, blk.0.ffn_down.weight 2048 640, blk.0.post_ffw_norm.weight 640
        """),
    PublishedModel(
      name: "Qwen3 0.6B", architecture: "qwen3",
      counts: """
        context_length 40960, embedding_length 1024, block_count 1, feed_forward_length 3072, \
        attention.head_count 16, attention.head_count_kv 8, attention.key_length 128, attention.value_length 128, \
        vocab_size 151936
        """,
      tensors: """
        token_embd.weight 1024 151936, output_norm.weight 1024, blk.0.attn_norm.weight 1024, \
        blk.0.attn_q.weight 1024 2048, blk.0.attn_k.weight 1024 1024, blk.0.attn_v.weight 1024 1024, \
        blk.0.attn_q_norm.weight 128, blk.0.attn_k_norm.weight 128, blk.0.attn_output.weight 2048 1024, \
        blk.0.ffn_norm.weight 1024, blk.0.ffn_gate.weight 1024 3072, blk.0.ffn_up.weight 1024 3072, \
        blk.0.ffn_down.weight 3072 1024
        """),
    PublishedModel(
      name: "GPT-2 small", architecture: "gpt2",
      counts: """
        context_length 1024, embedding_length 768, block_count 1, feed_forward_length 3072, attention.head_count 12, \
        vocab_size 50257
        """,
      tensors: """
        token_embd.weight 768 50257, position_embd.weight 768 1024, output_norm.weight 768, output_norm.bias 768, \
        blk.0.attn_norm.weight 768, blk.0.attn_norm.bias 768, blk.0.attn_qkv.weight 768 2304, \
        blk.0.attn_qkv.bias 2304, blk.0.attn_output.weight 768 768, blk.0.attn_output.bias 768, \
        blk.0.ffn_norm.weight 768, blk.0.ffn_norm.bias 768, blk.0.ffn_up.weight 768 3072, blk.0.ffn_up.bias 3072, \
        blk.0.ffn_down.weight 3072 768, blk.0.ffn_down.bias 768
        """),
    PublishedModel(
      name: "Falcon 7B", architecture: "falcon",
      counts: """
        context_length 2048, embedding_length 4544, block_count 1, feed_forward_length 18176, \
        attention.head_count 71, attention.head_count_kv 1, vocab_size 65024
        """,
      tensors: """
        token_embd.weight 4544 65024, output_norm.weight 4544, output_norm.bias 4544, output.weight 4544 65024, \
        blk.0.attn_norm.weight 4544, blk.0.attn_norm.bias 4544, blk.0.attn_qkv.weight 4544 4672, \
        blk.0.attn_output.weight 4544 4544, blk.0.ffn_up.weight 4544 18176, blk.0.ffn_down.weight 18176 4544
        """),
    PublishedModel(
      name: "Phi-3 mini", architecture: "phi3",
      counts: """
        context_length 4096, embedding_length 3072, block_count 1, feed_forward_length 8192, \
        attention.head_count 32, attention.head_count_kv 32, rope.dimension_count 96, vocab_size 32064
        """,
      tensors: """
        token_embd.weight 3072 32064, output_norm.weight 3072, output.weight 3072 32064, blk.0.attn_norm.weight 3072, \
        blk.0.attn_qkv.weight 3072 9216, blk.0.attn_output.weight 3072 3072, blk.0.ffn_norm.weight 3072, \
        blk.0.ffn_up.weight 3072 16384, blk.0.ffn_down.weight 8192 3072
        """),
    PublishedModel(
      name: "all-MiniLM-L6", architecture: "bert",
      counts: """
        context_length 512, embedding_length 384, block_count 1, feed_forward_length 1536, attention.head_count 12, \
        vocab_size 30522
        """,
      tensors: """
        token_embd.weight 384 30522, position_embd.weight 384 512, token_types.weight 384 2, \
        token_embd_norm.weight 384, token_embd_norm.bias 384, blk.0.attn_q.weight 384 384, blk.0.attn_q.bias 384, \
        blk.0.attn_k.weight 384 384, blk.0.attn_k.bias 384, blk.0.attn_v.weight 384 384, blk.0.attn_v.bias 384, \
        blk.0.attn_output.weight 384 384, blk.0.attn_output.bias 384, blk.0.attn_output_norm.weight 384, \
        blk.0.attn_output_norm.bias 384, blk.0.ffn_up.weight 384 1536, blk.0.ffn_up.bias 1536, \
        blk.0.ffn_down.weight 1536 384, blk.0.ffn_down.bias 384, blk.0.layer_output_norm.weight 384, \
        blk.0.layer_output_norm.bias 384
        """),
    PublishedModel(
      name: "Mamba 130M", architecture: "mamba",
      counts: """
        context_length 1048576, embedding_length 768, block_count 1, feed_forward_length 0, attention.head_count 0, \
        ssm.conv_kernel 4, ssm.inner_size 1536, ssm.state_size 16, ssm.time_step_rank 48, vocab_size 50280
        """,
      tensors: """
        token_embd.weight 768 50280, output_norm.weight 768, blk.0.attn_norm.weight 768, \
        blk.0.ssm_in.weight 768 3072, blk.0.ssm_conv1d.weight 4 1536, blk.0.ssm_conv1d.bias 1536, \
        blk.0.ssm_x.weight 1536 80, blk.0.ssm_dt.weight 48 1536, blk.0.ssm_dt.bias 1536, blk.0.ssm_a 16 1536, \
        blk.0.ssm_d 1536, blk.0.ssm_out.weight 1536 768
        """),
    PublishedModel(
      name: "DeepSeek-V2-Lite", architecture: "deepseek2",
      counts: """
        context_length 163840, embedding_length 2048, block_count 2, feed_forward_length 10944, \
        attention.head_count 16, attention.head_count_kv 16, attention.key_length 192, attention.value_length 128, \
        attention.kv_lora_rank 512, rope.dimension_count 64, leading_dense_block_count 1, expert_count 64, \
        expert_used_count 6, expert_shared_count 2, expert_feed_forward_length 1408, vocab_size 102400
        """,
      tensors: """
        token_embd.weight 2048 102400, output_norm.weight 2048, output.weight 2048 102400, \
        blk.0.attn_norm.weight 2048, blk.0.attn_q.weight 2048 3072, blk.0.attn_kv_a_mqa.weight 2048 576, \
        blk.0.attn_kv_a_norm.weight 512, blk.0.attn_kv_b.weight 512 4096, blk.0.attn_output.weight 2048 2048, \
        blk.0.ffn_norm.weight 2048, blk.0.ffn_gate.weight 2048 10944, blk.0.ffn_up.weight 2048 10944, \
        blk.0.ffn_down.weight 10944 2048, blk.1.attn_norm.weight 2048, blk.1.attn_q.weight 2048 3072, \
        blk.1.attn_kv_a_mqa.weight 2048 576, blk.1.attn_kv_a_norm.weight 512, blk.1.attn_kv_b.weight 512 4096, \
        blk.1.attn_output.weight 2048 2048, blk.1.ffn_norm.weight 2048, blk.1.ffn_gate_inp.weight 2048 64, \
        blk.1.ffn_gate_exps.weight 2048 1408 64, blk.1.ffn_up_exps.weight 2048 1408 64, \
        blk.1.ffn_down_exps.weight 1408 2048 64, blk.1.ffn_gate_shexp.weight 2048 2816, \
        blk.1.ffn_up_shexp.weight 2048 2816, blk.1.ffn_down_shexp.weight 2816 2048
        """),
    PublishedModel(
      name: "gpt-oss 20B", architecture: "gpt-oss",
      counts: """
        context_length 131072, embedding_length 2880, block_count 1, feed_forward_length 2880, \
        attention.head_count 64, attention.head_count_kv 8, attention.key_length 64, attention.value_length 64, \
        attention.sliding_window 128, expert_count 32, expert_used_count 4, expert_feed_forward_length 2880, \
        vocab_size 201088
        """,
      tensors: """
        token_embd.weight 2880 201088, output_norm.weight 2880, output.weight 2880 201088, \
        blk.0.attn_norm.weight 2880, blk.0.attn_q.weight 2880 4096, blk.0.attn_q.bias 4096, \
        blk.0.attn_k.weight 2880 512, blk.0.attn_k.bias 512, blk.0.attn_v.weight 2880 512, blk.0.attn_v.bias 512, \
        blk.0.attn_output.weight 4096 2880, blk.0.attn_output.bias 2880, blk.0.attn_sinks.weight 64, \
        blk.0.post_attention_norm.weight 2880, blk.0.ffn_gate_inp.weight 2880 32, blk.0.ffn_gate_inp.bias 32, \
        blk.0.ffn_gate_exps.weight 2880 2880 32, blk.0.ffn_gate_exps.bias 2880 32, \
        blk.0.ffn_up_exps.weight 2880 2880 32, blk.0.ffn_up_exps.bias 2880 32, \
        blk.0.ffn_down_exps.weight 2880 2880 32, blk.0.ffn_down_exps.bias 2880 32
        """),
  ]
}
