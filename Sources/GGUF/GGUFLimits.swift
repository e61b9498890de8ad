/// The limits of this reader and writer. Each bounds what a hostile header can make a reader do.
public enum GGUFLimits {
  /// A header of real models stays under 50 MB (a vocabulary of a million tokens with its merges, or a quarter of that with
  /// the file tokenizer.json in a key); a damaged length can make this much of the data a part of the header.
  public static let headerBytes = 64 << 20
  /// A model whose experts are apart has about a hundred thousand, one for llama.cpp a few thousand. An info takes 24 bytes
  /// of a header or more, and ten times that in memory.
  public static let tensors = 1 << 17
  /// Published models have a thousand pairs at most.
  public static let metadataPairs = 1 << 16
  /// The GGUF document: "at most 2^16-1 bytes".
  public static let keyBytes = 65_535
  /// A key or name that is too long is read past up to here; of what is longer still nothing is kept or shown.
  static let nameBytesReadPast: UInt64 = 1 << 20
  /// The GGUF document: a tensor's name "must be at most 64 bytes long".
  public static let tensorNameBytes = 64
  /// llama.cpp keeps a terminator in its 64 bytes, so that a file for everybody stays one below.
  public static let portableTensorNameBytes = 63
  /// ggml's GGML_MAX_DIMS.
  public static let dimensions = 4
  /// Arrays of arrays exist in the document, never in a model; each level is a call on the stack.
  public static let arrayDepth = 4
  /// A page of the largest kind in use is 2^21 bytes; above that an alignment only wastes or overflows.
  public static let alignment: UInt32 = 1 << 21
  /// The alignment where `general.alignment` does not say.
  public static let defaultAlignment = 32
}
