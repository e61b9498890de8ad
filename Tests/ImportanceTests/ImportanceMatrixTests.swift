import GGUF
import Importance
import TensorCore
import TestSupport
import Testing

@Suite("Importance matrices")
struct ImportanceMatrixTests {
  @Test("Sums of a GGUF file are divided by the counts of their matrix; what was never used counts 1")
  func means() throws {
    var file = MatrixFile()
    file.add("blk.0.attn_q.weight", [2, 4, 0, 8], counts: [2])
    file.add("blk.0.ffn_up_exps.weight", [3, 6, 5, 5, 1, 1], counts: [3, 0, 2.4])
    let matrix = try file.open()
    #expect(try values(matrix, "blk.0.attn_q.weight") == [1, 2, 0, 4])
    #expect(try values(matrix, "blk.0.ffn_up_exps.weight") == [1, 2, 1, 1, 0.5, 0.5])
    #expect(try values(matrix, "blk.1.attn_q.weight") == nil)
    #expect(matrix.entry("blk.0.ffn_up_exps.weight")?.unusedCounts == 1)
    #expect(matrix.datasets == ["wiki.txt", "code.txt"] && matrix.chunkCount == 7 && matrix.formatName == "GGUF")
  }

  @Test("A part of the values is what stands there in the whole")
  func parts() throws {
    var file = MatrixFile()
    file.add("w", (0..<12).map(Float.init), counts: [1, 2, 4])
    let matrix = try file.open()
    let (entry, whole) = (try #require(matrix.entry("w")), try #require(try values(matrix, "w")))
    for start in 0..<12 {
      for end in start...12 {
        var part = [Float](repeating: 0, count: end - start)
        try matrix.read(entry, from: start, into: &part)
        #expect(part == Array(whole[start..<end]))
      }
    }
  }

  @Test("The older format has sums over calls, and may have chunks and a data set behind")
  func legacy() throws {
    var file = LegacyFile(entries: 2)
    file.add(Array("a".utf8), calls: 4, [4, 8])
    file.add(Array("größe".utf8), calls: 0, [3])
    let bare = try open(file.bytes)
    #expect(try values(bare, "a") == [1, 2] && values(bare, "größe") == [3])
    #expect(bare.chunkCount == nil && bare.datasets.isEmpty && bare.formatName == "legacy")
    file.add(9)
    #expect(try open(file.bytes).chunkCount == 9)
    file.add(4)
    file.bytes += Array("text".utf8)
    #expect(try open(file.bytes).datasets == ["text"])
  }

  @Test("A sum that is not finite, or negative, is named with its column")
  func sums() {
    for (value, isNegative) in [(Float.nan, false), (.infinity, false), (-1, true)] {
      let found = violation {
        var file = MatrixFile()
        file.add("w", [1, 2, value, 4], counts: [2])
        _ = try file.open()
      }
      switch found {
      case .notFinite("w", _, 2): #expect(!isNegative)
      case .negative("w", -0.5, 2): #expect(isNegative)
      default: Issue.record("\(value): \(String(describing: found))")
      }
    }
    let old = violation {
      var file = LegacyFile(entries: 1)
      file.add([97], calls: 1, [.nan])
      _ = try open(file.bytes)
    }
    if case .notFinite("a", _, 0) = old {} else { Issue.record("\(String(describing: old))") }
  }

  @Test("Counts are numbers, as many as divide the sums")
  func counts() {
    for count in [Float.nan, -1, .infinity, 0x1p40] {
      let found = violation {
        var file = MatrixFile()
        file.add("w", [1], counts: [count])
        _ = try file.open()
      }
      if case .count("w", _) = found {} else { Issue.record("\(count): \(String(describing: found))") }
    }
    let found = violation {
      var file = MatrixFile()
      file.tensors = [("w.in_sum2", [1, 2, 3], [3]), ("w.counts", [1, 1], [2])]
      _ = try file.open()
    }
    #expect(found == .countsDoNotDivide(tensor: "w", sums: 3, counts: 2))
  }

  @Test("Sums need counts and counts sums, and keys say where they come from")
  func missing() {
    #expect(violation { _ = try MatrixFile().open() } == .noEntries)
    let cases: [(ImportanceError, (inout MatrixFile) -> Void)] = [
      (.sumsWithoutCounts(tensor: "w"), { $0.tensors.removeAll { $0.name == "w.counts" } }),
      (.countsWithoutSums(tensor: "w"), { $0.tensors.removeAll { $0.name == "w.in_sum2" } }),
      (.keyMissing("imatrix.datasets"), { $0.metadata.removeAll { $0.0 == "imatrix.datasets" } }),
      (.keyMissing("imatrix.chunk_count"), { $0.metadata.removeAll { $0.0 == "imatrix.chunk_count" } }),
      (.keyType("imatrix.chunk_size", expected: "a u32"), { $0.metadata[3].1 = .string("512") }),
      (.keyType("imatrix.datasets", expected: "an array of strings"), { $0.metadata[1].1 = .uint32(1) }),
      (.noEntries, { $0.tensors = [("other", [1], [1])] }),
    ]
    for (expected, change) in cases {
      let found = violation {
        var file = MatrixFile()
        file.add("w", [1], counts: [1])
        change(&file)
        _ = try file.open()
      }
      #expect(found == expected)
    }
  }

  @Test("A file of the older format that is cut off anywhere is refused, and so is one that goes on")
  func cutOff() throws {
    var file = LegacyFile(entries: 2)
    file.add([97], calls: 4, [4, 8])
    file.add([98, 99], calls: 1, [3])
    let whole = file.bytes.count
    file.add(9)
    file.add(2)
    file.bytes += [120, 121]
    for count in 0..<file.bytes.count where count != whole && count != whole + 4 {
      let found = violation { _ = try open(Array(file.bytes.prefix(count))) }
      #expect(found != nil, "\(count) bytes")
    }
    let longer = violation { _ = try open(file.bytes + [0]) }
    #expect(longer == .trailingBytes(offset: whole, size: file.bytes.count + 1))
  }

  @Test("Lengths of the older format are checked before anything is made of them")
  func lengths() {
    func found(_ change: (inout LegacyFile) -> Void) -> ImportanceError? {
      violation {
        var file = LegacyFile(entries: 1)
        change(&file)
        _ = try open(file.bytes)
      }
    }
    #expect(violation { _ = try open(LegacyFile(entries: 0).bytes) } == .neither)
    #expect(violation { _ = try open(LegacyFile(entries: -5).bytes) } == .neither)
    #expect(violation { _ = try open(LegacyFile(entries: .max).bytes) } == .neither)
    #expect(violation { _ = try open([1, 2]) } == .neither)
    let length = found { $0.add(.max) }
    #expect(length == .length(entry: 1, what: "the length of its name", value: Int(Int32.max), limit: 1024))
    let values = found {
      $0.add(1)
      $0.bytes.append(97)
      $0.add(1)
      $0.add(-1)
    }
    #expect(values == .length(entry: 1, what: "its number of values", value: -1, limit: 1 << 28))
    #expect(found { $0.add([0xFF], calls: 1, [1]) } == .nameNotUTF8(entry: 1))
    let twice = violation {
      var file = LegacyFile(entries: 2)
      file.add([97], calls: 1, [1])
      file.add([97], calls: 1, [1])
      _ = try open(file.bytes)
    }
    #expect(twice == .entryTwice(tensor: "a"))
  }
}
