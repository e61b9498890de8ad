/// How files are mended whose metadata says something wrong.
enum Remedies {
  static let convertAgain =
    "Convert the original model again with a newer program; where only the value is wrong, mend it with `gguf set`."
  static let set = "Set the right value with `gguf set`."
}
