import Quantization
import TensorCore
import TestSupport
import Testing

/// What formats/fake-quantize.md shows is what the codecs do.
@Suite("The page about fake quantization")
struct FakeQuantizePageTests {
  private static let page = "fake-quantize.md"

  @Test("Its examples", arguments: try FormatPage(page).blocks("grid-example"))
  func example(_ example: FormatPage.Block) throws {
    let codec = try #require(ElementType(named: try example.value("type"))?.gridCodec)
    let precision = try #require(ElementType(named: try example.value("dtype")).flatMap(WeightPrecision.init))
    let weights = try example.weights("weights")
    try #require(weights.count == codec.elementType.blockLength)
    #expect(bits(weights.map(precision.stored)) == bits(weights), "the weights are of the dtype")
    let found = GridTests.find(codec, weights, precision)
    #expect("\(found.match)" == (try example.value("match")))
    #expect(found.block == (try example.bytes("block")))
    var fake = weights
    var span = fake.mutableSpan
    try codec.fakeQuantize(&span)
    #expect(bits(fake.map(precision.stored)) == bits(try example.weights("fake")), "\(fake.prefix(5))")
  }

  @Test("It has examples of every kind of match")
  func matches() throws {
    let matches = try FormatPage(Self.page).blocks("grid-example").map { try $0.value("match") }
    #expect(matches.count >= 6 && Set(matches) == ["none", "equal", "identical"])
  }

  @Test("Its table of what is idempotent")
  func idempotence() throws {
    let rows = try FormatPage(Self.page).table(headedBy: ["applied twice", "types"])
    try #require(rows.count == 2)
    for (row, isIdempotent) in zip(rows, [true, false]) {
      let types = encodedTypes.filter { $0.codec?.isFakeQuantizationIdempotent == isIdempotent }
      #expect(Set(row[1].split(separator: ", ").map(String.init)) == Set(types.map(\.name)))
    }
  }

  @Test("Its table of grids has every type whose grid is known")
  func grids() throws {
    let rows = try FormatPage(Self.page).table(headedBy: ["type", "levels"])
    let names = rows.flatMap { $0[0].split(separator: ", ").map(String.init) }
    #expect(Set(names) == Set(GridTests.types.map(\.name)) && names.count == GridTests.types.count)
  }
}
