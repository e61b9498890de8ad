"""Texts that tell tokenizers apart."""

from __future__ import annotations

PLAIN = "\n".join([
    "The quick brown fox isn't lazy; it's 12345 years and 3.14 days old, they'll say. I'D NEVER!",
    "Größe, Übermaß, ÄÖÜ äöü ß, naïve café, Straße, coöperate; ﬁn, ½, x², №7, ＡＢＣ, cafe\u0301.",
    "今天天气很好，我们去公园散步吧。日本語のカタカナとひらがな。한국어 문장입니다.",
    "مرحبا بالعالم، كيف حالك؟ العَرَبِيَّة ١٢٣. שלום עולם.",
    "नमस्ते दुनिया, आप कैसे हैं? १२३४ क्षत्रिय। ไทยไม่มีช่องว่าง. Привет, мир! Ελληνικά.",
    "🙂 👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 🇩🇪 ✅ ™ ∑ ≠ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "def f(x: int) -> str:",
    '\tif x > 10_000:  return f"{x!r}"   # a   comment',
    "    for (int i = 0; i < n; i++) { a[i] += b->c * 2; }   //   end   ",
    "", "",
    "  three spaces,\t\ttwo tabs,      six spaces   ",
    "a line that ends as on Windows\r",
    "\"quotes\" 'single' `ticks` ... ---- ==== (((nested))) <b>html</b> &amp; http://example.com/a?b=c#d",
    "", "   "])
"""Scripts, digits, combined and joined characters, code, runs of whitespace, also at the end."""

SPECIAL = ("<s>special</s> <pad><|endoftext|> <|im_start|>user\nHi <|im_end|>\n [CLS] [SEP] [MASK] [PAD] <bos>Hi<eos>"
           "<start_of_turn>user <end_of_turn>  <unk> <0x0A> </s> \u2581 ")
"""What is special in one tokenizer and text in another."""
