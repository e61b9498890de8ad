"""GGUF files that every reader must accept, or that the specification at least allows."""

from .gguf_builder import (ARRAY, BOOL, ELEMENT_TYPES, F32, F64, I8, I16, I32, I64, STRING, U8, U16, U32, U64, Array,
                           GGUFBuilder)
from .numbers import SplitMix64, bf16, f16, f32, f64, gaussians, integers, weights


def general(name, **options):
    builder = GGUFBuilder(**options)
    builder.add("general.architecture", STRING, "llama")
    builder.add("general.quantization_version", U32, 2)
    builder.add("general.name", STRING, name)
    return builder


def add_every_value_type(builder):
    scalars = [("u8", U8, 200), ("i8", I8, -100), ("u16", U16, 60000), ("i16", I16, -30000), ("u32", U32, 4000000000),
               ("i32", I32, -2000000000), ("f32", F32, 0.15625), ("bool", BOOL, 1), ("string", STRING, "größe: 重み"),
               ("u64", U64, 2**63 + 1), ("i64", I64, -2**62), ("f64", F64, 0.1)]
    for name, value_type, value in scalars:
        builder.add(f"test.{name}", value_type, value)
    arrays = [("u8", U8, [0, 1, 255]), ("i8", I8, [-128, 0, 127]), ("u16", U16, [0, 1, 65535]),
              ("i16", I16, [-32768, 0, 32767]), ("u32", U32, [0, 1, 2**32 - 1]), ("i32", I32, [-2**31, 0, 2**31 - 1]),
              ("f32", F32, [-1.5, 0.0, 0.25]), ("bool", BOOL, [1, 0, 1]), ("string", STRING, ["", "a", "zwölf"]),
              ("u64", U64, [0, 1, 2**64 - 1]), ("i64", I64, [-2**63, 0, 2**63 - 1]), ("f64", F64, [-1.5, 0.0, 0.1])]
    for name, value_type, values in arrays:
        builder.add(f"test.array.{name}", ARRAY, Array(value_type, values))
    builder.add("test.array.empty", ARRAY, Array(U32, []))
    builder.add("test.array.nested", ARRAY, Array(ARRAY, [Array(U32, [1, 2]), Array(STRING, ["three"])]))


def scale(generator, order):
    """A positive f16 between 2^-7 and 2^-6, of any mantissa."""
    return integers("H", [8 << 10 | generator.below(1 << 10)], order)


def ternary_byte(number):
    """The byte in which TQ1_0 keeps a number below 243: five base-3 digits as a fraction of 256, rounded up."""
    return (number * 256 + 242) // 243


def block(element_type, generator, order):
    """One block that a quantizer could have written: random codes, a sane scale."""
    if element_type == "Q8_0":
        return scale(generator, order) + integers("b", [generator.below(255) - 127 for _ in range(32)])
    if element_type in ("Q4_0", "IQ4_NL"):
        return scale(generator, order) + generator.bytes(16)
    if element_type == "Q4_K":
        return scale(generator, order) + scale(generator, order) + generator.bytes(140)
    if element_type == "TQ1_0":
        fives = bytes(ternary_byte(generator.below(243)) for _ in range(48))
        fours = bytes(ternary_byte(3 * generator.below(81)) for _ in range(4))
        return fives + fours + scale(generator, order)
    assert element_type == "TQ2_0"
    codes = bytes(sum(generator.below(3) << shift for shift in (0, 2, 4, 6)) for _ in range(64))
    return codes + scale(generator, order)


def blocks(element_type, seed, weight_count, order):
    generator = SplitMix64(seed)
    count = weight_count // ELEMENT_TYPES[element_type][1]
    return b"".join(block(element_type, generator, order) for _ in range(count))


def add_every_element_type(builder):
    order = builder.order
    tensors = [
        ("f32.weight", [64, 2, 3], "F32", f32(weights(401, 384), order)),
        ("f32.bias", [5], "F32", f32(weights(402, 5), order)),
        ("f16.weight", [32, 4], "F16", f16(weights(403, 128), order)),
        ("bf16.weight", [32, 4], "BF16", bf16(weights(404, 128), order)),
        ("f64.weight", [8, 2], "F64", f64(gaussians(405, 16), order)),
        ("q8_0.weight", [64, 3], "Q8_0", blocks("Q8_0", 406, 192, order)),
        ("q4_0.weight", [64, 3], "Q4_0", blocks("Q4_0", 407, 192, order)),
        ("q4_k.weight", [512, 2], "Q4_K", blocks("Q4_K", 408, 1024, order)),
        ("tq1_0.weight", [256, 2], "TQ1_0", blocks("TQ1_0", 409, 512, order)),
        ("tq2_0.weight", [256, 2], "TQ2_0", blocks("TQ2_0", 410, 512, order)),
        ("iq4_nl.weight", [32, 3], "IQ4_NL", blocks("IQ4_NL", 411, 96, order)),
        ("i8.table", [4], "I8", integers("b", [-128, -1, 0, 127], order)),
        ("i16.table", [4], "I16", integers("h", [-2**15, -1, 0, 2**15 - 1], order)),
        ("i32.table", [4], "I32", integers("i", [-2**31, -1, 0, 2**31 - 1], order)),
        ("i64.table", [4], "I64", integers("q", [-2**63, -1, 0, 2**63 - 1], order)),
    ]
    for tensor in tensors:
        builder.add_tensor(*tensor)


def complete(**options):
    """The same values in each of the three files made with it."""
    builder = general("every type of value and tensor", **options)
    add_every_value_type(builder)
    add_every_element_type(builder)
    return builder.build()


def small(name, **options):
    """Two F32 tensors of 256 and 128 bytes, whose values do not matter."""
    builder = general(name, **options)
    builder.add_tensor("blk.0.attn_q.weight", [32, 2], "F32", f32(weights(421, 64)))
    builder.add_tensor("blk.0.attn_q.bias", [32], "F32", f32(weights(422, 32)))
    return builder


def alignment_64():
    builder = small("alignment of 64", alignment=64).add("general.alignment", U32, 64)
    builder.add_tensor("output.weight", [8, 3], "F32", f32(weights(423, 24)))
    return builder.build()


def name_64_bytes():
    builder = small("a tensor name of 64 bytes")
    builder.tensors[0].name = "blk.0." + "n" * 51 + ".weight"
    return builder.build()


def no_final_padding():
    builder = small("the last tensor ends the file")
    builder.pads_last_tensor = False
    builder.add_tensor("output.bias", [5], "F32", f32(weights(424, 5)))
    return builder.build()


def tensors_out_of_order():
    builder = small("data in another order than the header")
    first, second = builder.tensors
    first.offset, second.offset = len(second.payload), 0
    builder.data = second.payload + first.payload
    return builder.build()


def tiny_model():
    """What a language model's file has: hyper-parameters, a tokenizer, a template, layers of several types."""
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(37)]
    builder = general("Tiny 40K")
    for key, value_type, value in [
            ("general.size_label", STRING, "40K"), ("general.license", STRING, "mit"), ("general.file_type", U32, 7),
            ("llama.context_length", U32, 128), ("llama.embedding_length", U32, 256), ("llama.block_count", U32, 2),
            ("llama.feed_forward_length", U32, 32), ("llama.attention.head_count", U32, 4),
            ("llama.attention.head_count_kv", U32, 2), ("tokenizer.ggml.model", STRING, "llama"),
            ("tokenizer.ggml.pre", STRING, "default"), ("tokenizer.ggml.tokens", ARRAY, Array(STRING, tokens)),
            ("tokenizer.ggml.scores", ARRAY, Array(F32, [-float(index) for index in range(40)])),
            ("tokenizer.ggml.token_type", ARRAY, Array(I32, [2, 3, 3] + [6] * 37)),
            ("tokenizer.ggml.bos_token_id", U32, 1), ("tokenizer.ggml.eos_token_id", U32, 2),
            ("tokenizer.ggml.unknown_token_id", U32, 0),
            ("tokenizer.chat_template", STRING, "{% for m in messages %}{{ m['content'] }}\n{% endfor %}")]:
        builder.add(key, value_type, value)
    builder.add_tensor("token_embd.weight", [256, 40], "Q8_0", blocks("Q8_0", 431, 256 * 40, "<"))
    for layer in range(2):
        builder.add_tensor(f"blk.{layer}.attn_norm.weight", [256], "F32", f32(weights(432 + layer, 256)))
        for index, name in enumerate(["attn_q", "ffn_up"]):
            element_type = "Q4_K" if layer else "Q8_0"
            builder.add_tensor(f"blk.{layer}.{name}.weight", [256, 32], element_type,
                               blocks(element_type, 440 + 2 * layer + index, 256 * 32, "<"))
    builder.add_tensor("output_norm.weight", [256], "F32", f32(weights(450, 256)))
    return builder.build()


def files():
    return {
        "tiny-model.gguf": tiny_model(),
        "v3-little.gguf": complete(version=3, order="<"),
        "v3-big.gguf": complete(version=3, order=">"),
        "v2-little.gguf": complete(version=2, order="<"),
        "alignment-64.gguf": alignment_64(),
        "no-tensors.gguf": general("metadata only").build(),
        "no-tensors-no-metadata.gguf": GGUFBuilder().build(),
        "missing-architecture.gguf": small("no architecture").remove("general.architecture").build(),
        "missing-quantization-version.gguf": small("no version").remove("general.quantization_version").build(),
        "name-64-bytes.gguf": name_64_bytes(),
        "no-final-padding.gguf": no_final_padding(),
        "tensors-out-of-order.gguf": tensors_out_of_order(),
    }
