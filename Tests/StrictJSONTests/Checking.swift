import StrictJSON

/// What the scanner says of a text that is to be one value: nil where it is.
func check(_ bytes: [UInt8]) -> JSONError? {
  var scanner = JSONScanner(bytes)
  do throws(JSONError) {
    try scanner.skipValue()
    try scanner.end()
    return nil
  } catch {
    return error
  }
}

func check(_ text: String) -> JSONError? { check(Array(text.utf8)) }

/// The string that a text is, with the error where it is none.
func string(_ bytes: [UInt8]) -> Result<String, JSONError> {
  var scanner = JSONScanner(bytes)
  do throws(JSONError) {
    let string = try scanner.string()
    try scanner.end()
    return .success(string)
  } catch {
    return .failure(error)
  }
}

func string(_ text: String) -> Result<String, JSONError> { string(Array(text.utf8)) }
