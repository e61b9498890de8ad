import ParserChecks
import TestSupport
import Testing

@testable import Validation

@Suite("Scanning chat templates")
struct TemplateScanTests {
  static func kinds(_ template: String) -> Set<TemplateScan.Spot.Kind> {
    Set(TemplateScan(Array(template.utf8)).spots.map(\.kind))
  }

  @Test(
    "text, comments, raw blocks and strings in output are not code",
    arguments: [
      "__class__ os.popen('x') {% raw %}{{ x.__class__ }}{% endraw %}",
      "{# {{ x.__class__ }} #}", "{%- raw -%} {% include 'x' %} {%- endraw -%}", "{ { x.__class__ } }",
      "{{ 'os' }} {{ \"eval\" }} {{ 'import' }}", "{{ '%}' }}{{ '}}' }}text .__class__",
      "{{ {'a': {'b': 1}} }} x.__class__",
    ])
  func notCode(_ template: String) {
    #expect(Self.kinds(template).isEmpty)
  }

  @Test(
    "what real templates do is not suspicious",
    arguments: [
      "{% set ns = namespace(found=false) %}{% set ns.found = true %}", "{{ messages[loop.index0 - 1]['role'] }}",
      "{{ message['content'] | trim + '<|im_end|>' ~ '\\n' }}",
      "{{ raise_exception('Only user and assistant roles!') }}",
      "{% for tool in tools %}{{ tool | tojson(indent=4) }}{% endfor %}", "{{ strftime_now('%d %b %Y') }}",
      "{%- macro render_type(type, os=none) -%}{{ type }}{{ os }}{%- endmacro -%}", "{{ x.split('__')[1] }}",
      "{% for os in systems %}{{ os }}{% endfor %}", "{% set exec = 1 %}{{ exec }}", "{{ f(os='linux') }}",
      "{{ message.tool_calls[0].function.arguments|items }}", "{{ content.split('</think>')[-1].lstrip('\\n') }}",
      "{{ '<|' ~ role ~ '|>' }}{{ [a ~ b] }}{{ {'k': a ~ b} }}{{ messages[1:] | selectattr('role', 'equalto', 'user') }}",
      "{{ message.system }} {{ open }} {{ tool.type }} {{ '_' ~ name ~ '_' }}", "{% if __x is defined %}{% endif %}",
    ])
  func ordinary(_ template: String) {
    #expect(Self.kinds(template).isEmpty, "\(TemplateScan(Array(template.utf8)).spots)")
  }

  @Test(
    "names that lead out of the template are found",
    arguments: [
      ("{{ ''.__class__ }}", TemplateScan.Spot.Kind.internals), ("{{ ''['__mro__'] }}", .internals),
      ("{{ x . __globals__ }}", .internals), ("{%- if x.__init__ -%}{% endif %}", .internals),
      ("{{ self._TemplateReference__context }}", .internals), ("{{ f.func_globals }}", .internals),
      ("{{ x|attr(\"__class__\") }}", .internals), ("{{ x|attr('\\x5f_class__') }}", .internals),
      ("{{ x['\\137_class__'] }}", .internals), ("{{ x['\\N{low line}_class__'] }}", .internals),
      ("{{ x['__custom__'] }}", .internals), ("{{ x['a' '__cl' \"ass__\"] }}", .internals),
      ("{{ {'a': x.__class__} }}", .internals), ("{{ __import__('os') }}", .internals),
      ("{% raw %}{% endraw %}{{ x.__class__ }}", .internals), ("{# #}{{ x.__class__ }}", .internals),
      ("{{ '\\'' }}{{ x.__class__ }}", .internals), ("{{ x|map(attribute='y.__class__') }}", .internals),
      ("{{ os.system('id') }}", .system), ("{{ x.popen('id') }}", .system), ("{{ x['popen'] }}", .system),
      ("{% set x = open('f') %}", .system), ("{% for x in [1, os] %}{% endfor %}", .system),
      ("{% include 'x' %}", .loading), ("{%- from 'x' import y -%}", .loading), ("{%+ extends 'x' %}", .loading),
      ("{{ x|attr(name) }}", .computed), ("{{ x|attr('a' ~ b) }}", .computed), ("{{ x[a ~ b] }}", .computed),
      ("{{ x[(a ~ b)] }}", .computed), ("{{ '%c' % 95 }}", .computed), ("{{ '%c'|format(95) }}", .computed),
      ("{{ x", .unterminated), ("{% x", .unterminated), ("{# x", .unterminated), ("{{ 'x }}", .unterminated),
      ("{% raw %}x", .unterminated),
    ])
  func found(_ template: String, _ kind: TemplateScan.Spot.Kind) {
    #expect(Self.kinds(template).contains(kind))
  }

  @Test("a spot says its line and what it is")
  func place() {
    let spots = TemplateScan(Array("a\n{% if b %}\n\n{{ x.__class__ }}{{ y.__mro__ }}\n{% endif %}".utf8)).spots
    #expect(spots.map(\.line) == [4, 4])
    #expect(spots.map(\.text) == ["__class__", "__mro__"])
    #expect(spots.map(\.offset) == [19, 36])
  }

  @Test("of very many spots the first are kept, and all are counted")
  func many() {
    let scan = TemplateScan(Array(String(repeating: "{{ x.__class__ }}", count: 5000).utf8))
    #expect(scan.spots.count == TemplateScan.mostOfAKind)
    #expect(scan.counts == [.internals: 5000])
  }

  @Test("whatever the bytes, the scan ends and what it says holds", arguments: [501, 502, 503] as [UInt64])
  func randomTemplates(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "{{", "}}", "{%", "%}", "{#", "#}", "-", "'", "\"", "\\", "x", "__class__", "os", " ", "\n", "raw", "endraw", "(",
      ")",
      "[", "]", "~", "|", "attr", ".", "set", "=", "12", "*", "{", "}", "%c", "_", "é", "\\x5f", "\\u00", "include",
    ]
    for round in 0..<2000 {
      let template = (0..<Int.random(in: 0...30, using: &generator)).map { _ in generator.pick(pieces) }.joined()
      let broken = ChatTemplateCheck.broken(template: Array(template.utf8))
      #expect(broken.isEmpty, "seed \(seed), round \(round): \(template): \(broken)")
    }
  }
}
