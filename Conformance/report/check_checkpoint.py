"""What a reader does with a page about a checkpoint: open tensors, use the map, search, look at tokens, print."""

from __future__ import annotations

import math

from opened import Opened, Reports, require, require_equal

PAGE = "checkpoint"
DETAIL = '[data-part="tensors"] tr.opened'
# Cells of the map with what they are, as far as the page tells.
CELLS = """() => [...document.querySelectorAll(".treemap .group")].map((group) => {
  const area = (element) => { const box = element.getBoundingClientRect(); return box.width * box.height; };
  return { area: area(group), label: group.querySelector(".label")?.textContent ?? null,
    cells: [...group.querySelectorAll(".cell")].map((cell) => ({ area: area(cell), index: Number(cell.dataset.cell) })) };
})"""


def run(runner, reports: Reports) -> None:
    def check(name, body, page=PAGE, width=1280, script=True):
        def opened_body():
            with reports.open(page, width, script=script) as opened:
                remark = body(opened)
                opened.require_silence()
                return remark
        runner.check("checkpoint: " + name, opened_body)

    check("the table sorts by every column, both ways", sort)
    check("filters leave the tensors that match", filters)
    check("a tensor opens with a click and closes again", open_and_close)
    check("a tensor opens with the keyboard alone, also on a phone", open_with_keys, width=390)
    check("histograms have all codes and scales of a tensor", histograms)
    check("the map has all bytes, in proportion", areas)
    check("the map says what is under the pointer, and opens it", point)
    check("the map can be used with the arrow keys", arrows)
    check("the map groups by kind and by type, and is there as a table", groups)
    check("metadata are searched, long values opened and closed", metadata)
    check("the first tokens are there, with their spaces", tokens)
    check("on paper all tensors and the map are there, and no controls", paper)
    check("without scripts: the glance, what looks odd, types and tokens", no_script, script=False)
    check("headers alone: no figures, and a word on it", headers, page="checkpoint-headers")
    check("a checkpoint of nothing: no empty parts, no links to them", empty, page="checkpoint-empty")
    check("figures that are no numbers, zeros, integers: every tensor opens", special, page="checkpoint-special")
    check("hostile names are text in every part", hostile, page="checkpoint-hostile")
    check("a hundred thousand tensors: sort, filter, open, map", large, page="checkpoint-large")


def names(opened: Opened) -> list[str]:
    return [tensor["name"] for tensor in opened.data()["tensors"]]


def show_all(opened: Opened) -> None:
    opened.part("tensors", "size").select_option("1000")


def name_button(opened: Opened, name: str):
    return opened.page.locator('[data-part="tensors"] tbody').get_by_role("button", name=name, exact=True)


def sort(opened: Opened) -> None:
    show_all(opened)
    labels = opened.page.locator('[data-part="tensors"] thead th').all_text_contents()
    require(len(labels) >= 12, f"only the columns {labels}")
    require_equal("sorted by", opened.sorted_by(), {"No.": "ascending"})
    for label in labels[1:] + labels[:1]:
        opened.sort_button(label).click()
        first, rows = opened.sorted_by(), opened.rows()
        opened.sort_button(label).click()
        second = opened.sorted_by()
        require_equal(label, {first[label], second[label]}, {"ascending", "descending"})
        if len(set(opened.column(label)) - {"–", ""}) > 1:
            require(rows != opened.rows(), f"{label}: both ways give the same")
    opened.sort_button("Bytes").click()
    tensors = sorted(opened.data()["tensors"], key=lambda tensor: -tensor["bytes"])
    require_equal("by bytes", opened.column("Tensor"), [tensor["name"] for tensor in tensors])


def filters(opened: Opened) -> None:
    data = opened.data()
    show_all(opened)
    text, type_, odd = (opened.part("tensors", role) for role in ("text", "type", "found"))
    text.fill("ATTN_q")
    require_equal("name", opened.column("Tensor"), [name for name in names(opened) if "attn_q" in name])
    text.fill("")
    type_.select_option("Q8_0")
    index = [one["name"] for one in data["head"]["types"]].index("Q8_0")
    require_equal("type", opened.column("Tensor"), [t["name"] for t in data["tensors"] if t["type"] == index])
    text.fill("no such tensor")
    require_equal("count", opened.part("tensors", "count").text_content(), "No tensor matches")
    text.fill("")
    type_.select_option("")
    odd.check()
    require_equal("odd", opened.column("Tensor"), [t["name"] for t in data["tensors"] if "findings" in t])


def open_and_close(opened: Opened) -> None:
    button = name_button(opened, "blk.2.ffn_up.weight")
    require_equal("drawn before", opened.page.locator("svg.chart").count(), 0)
    button.click()
    require_equal("expanded", button.get_attribute("aria-expanded"), "true")
    text = opened.page.locator(DETAIL).inner_text()
    for expected in ("RMS", "Codes", "Scales", "1 outlier row", "bits used", "Times the median"):
        require(expected in text, f"no {expected} in {text}")
    require(opened.page.locator(DETAIL + " svg.chart rect").count() > 10, "hardly any bars")
    other = name_button(opened, "blk.0.attn_q.weight")
    other.click()
    require("Sub-scales" in opened.page.locator(DETAIL).first.inner_text(), "no sub-scales of Q4_K")
    require_equal("open", opened.page.locator(DETAIL).count(), 2)
    # What is open stays open where rows change their places.
    opened.sort_button("Tensor").click()
    require_equal("open", opened.page.locator(DETAIL).count(), 2)
    name_button(opened, "blk.2.ffn_up.weight").click()
    name_button(opened, "blk.0.attn_q.weight").click()
    require_equal("open", opened.page.locator(DETAIL).count(), 0)


def open_with_keys(opened: Opened) -> None:
    button = name_button(opened, "blk.0.ffn_down.weight")
    button.focus()
    opened.page.keyboard.press("Enter")
    require_equal("open", opened.page.locator(DETAIL).count(), 1)
    box = opened.page.locator(DETAIL + " .detail").bounding_box()
    require(box["width"] <= 390, f"wider than the window: {box}")
    opened.page.keyboard.press("Space")
    require_equal("open", opened.page.locator(DETAIL).count(), 0)


def histograms(opened: Opened) -> None:
    show_all(opened)
    checked = 0
    for tensor in opened.data()["tensors"][:9]:
        name_button(opened, tensor["name"]).click()
        detail = opened.page.locator(DETAIL).first
        for summary in detail.locator("summary").all():
            summary.click()
        for figure in detail.locator("figure").all():
            title = figure.locator(".title").text_content()
            rows = figure.locator("tbody tr").evaluate_all(
                "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))")
            found = [int(row[1].replace(",", "")) for row in rows]
            statistics = tensor["statistics"]
            expected = {
                "Codes": lambda: statistics["codes"]["histogram"]["counts"],
                "Exponents": lambda: statistics["codes"]["histogram"]["counts"],
                "Scales": lambda: statistics["scales"]["counts"], "Mins": lambda: statistics["mins"]["counts"],
                "Sub-scales": lambda: statistics["subScales"]["counts"],
                "Sub-mins": lambda: statistics["subMins"]["counts"],
            }[title]()
            require_equal(f'{tensor["name"]}, {title}', found, expected)
            bars = figure.locator("svg.chart rect").count()
            require_equal("bars", bars, sum(count > 0 for count in expected))
            checked += 1
        name_button(opened, tensor["name"]).click()
    require(checked >= 20, f"only {checked} histograms")


def areas(opened: Opened) -> str:
    total = sum(tensor["bytes"] for tensor in opened.data()["tensors"])
    found = opened.page.evaluate(CELLS)
    box = opened.part("map", "map").bounding_box()
    whole = box["width"] * box["height"]
    require(math.isclose(sum(group["area"] for group in found), whole, rel_tol=0.01), "the map is not full")
    by_layer: dict[str, int] = {}
    for tensor in opened.data()["tensors"]:
        label = f'layer {tensor["layer"]}' if "layer" in tensor else "no layer"
        by_layer[label] = by_layer.get(label, 0) + tensor["bytes"]
    require_equal("layers", {group["label"] for group in found}, set(by_layer))
    for group in found:
        share = by_layer[group["label"]] / total
        require(math.isclose(group["area"] / whole, share, abs_tol=0.003), f"{group['label']}: {share}")
    count = sum(len(group["cells"]) for group in found)
    require(count >= 25, f"only {count} rectangles")
    return f"{count} rectangles"


def point(opened: Opened) -> None:
    readout = opened.part("map", "readout")
    opened.page.locator(".treemap .cell").nth(3).hover()
    text = readout.text_content()
    tensor = next((t for t in opened.data()["tensors"] if text.startswith(t["name"] + ":")), None)
    require(tensor is not None, f"no tensor's name: {text}")
    shape = "[" + ", ".join(map(str, tensor["shape"])) + "]"
    require(shape in text and "% of all" in text, f"not what it is: {text}")
    opened.part("map", "open").click()
    require_equal("open", opened.page.locator(DETAIL).count(), 1)
    focused = opened.page.evaluate("document.activeElement.textContent")
    require_equal("focus", focused, tensor["name"])


def arrows(opened: Opened) -> None:
    opened.part("map", "map").focus()
    readout = opened.part("map", "readout")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "End", "ArrowRight", "Home"):
        opened.page.keyboard.press(key)
        seen.append(readout.text_content())
    require_equal("back", seen[3], seen[1])
    require_equal("no further than the end", seen[4], seen[5])
    require_equal("home", seen[6], seen[0])
    require(len(set(seen[:3])) == 3, f"{seen}")
    require_equal("chosen", opened.page.locator(".treemap .chosen").count(), 1)
    opened.page.keyboard.press("Enter")
    require_equal("open", opened.page.locator(DETAIL).count(), 1)


def groups(opened: Opened) -> None:
    data = opened.data()
    select = opened.part("map", "group")
    opened.page.locator('[data-part="map"] summary').click()
    for by, count in (("kind", 8), ("type", len(data["head"]["types"])), ("layer", 7)):
        select.select_option(by)
        rows = opened.page.locator('[data-part="map"] tbody tr')
        require_equal(by, rows.count(), count)
        tensors = sum(int(text) for text in rows.locator("td:nth-child(2)").all_text_contents())
        require_equal("tensors", tensors, len(data["tensors"]))
        require_equal("groups", len(opened.page.evaluate(CELLS)), count)


def metadata(opened: Opened) -> None:
    pairs = {pair["key"]: pair for pair in opened.data()["head"]["metadata"]}
    rows = opened.page.locator('[data-part="metadata"] tbody tr')
    require_equal("keys", rows.count(), len(pairs))
    opened.part("metadata", "text").fill("LLAMA")
    require_equal("found in keys and values", rows.count(), 2)
    opened.part("metadata", "text").fill("chat_template")
    value = rows.locator(".value bdi")
    cut = value.text_content()
    require(cut.endswith("…") and "\n" not in cut and len(cut) < 200, f"not cut: {cut}")
    button = rows.get_by_role("button", name="more")
    button.focus()
    opened.page.keyboard.press("Enter")
    require_equal("whole", value.text_content(), pairs["tokenizer.chat_template"]["text"])
    rows.get_by_role("button", name="less").click()
    require_equal("cut again", value.text_content(), cut)
    opened.part("metadata", "text").fill("tokens")
    require("32,000 elements in all" in rows.text_content(), "no count of a long array")


def tokens(opened: Opened) -> None:
    rows = opened.page.locator(".tokens tbody tr")
    require_equal("tokens", rows.count(), 200)
    texts = opened.page.locator(".tokens .token").all_text_contents()
    require_equal("texts", texts[:6], ["<s>0", " leading0", "\u2581the0", "\\u{a}0", "\\u{9}\\u{9}0", "tail 0"])
    widths = opened.page.locator(".tokens .token").evaluate_all(
        "(tokens) => tokens.map((token) => getComputedStyle(token).whiteSpaceCollapse ?? 'preserve')")
    require_equal("spaces", set(widths), {"preserve"})


def paper(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    require_equal("rows", opened.column("Tensor"), names(opened))
    opened.page.set_viewport_size({"width": 1031, "height": 700})
    wide = opened.page.evaluate("document.documentElement.scrollWidth")
    require(wide <= 1031, f"{wide} pixels wide on paper")
    for hidden in ("nav", '[data-role="filters"]', '[data-role="group"]'):
        require(not opened.page.locator(hidden).first.is_visible(), f"{hidden} is on paper")
    require(opened.page.locator(".treemap .cell").first.is_visible(), "no map on paper")
    require(len(opened.page.pdf()) > 10_000, "no PDF")


def no_script(opened: Opened) -> None:
    text = opened.page.locator("body").inner_text()
    for expected in ("Parameters", "8,192 tokens", "looks odd", "Q4_K", "The first 200 of 32,000 tokens.", "JavaScript"):
        require(expected in text, f"no {expected}")
    require_equal("parts that need a script", opened.page.locator("[data-part]:visible").count(), 0)


def headers(opened: Opened) -> None:
    require("Only headers were read" in opened.page.locator("header").inner_text(), "no word on it")
    labels = opened.page.locator('[data-part="tensors"] thead th').all_text_contents()
    require("RMS" not in labels and "Bytes" in labels, f"{labels}")
    name_button(opened, "token_embd.weight").click()
    require("no figures" in opened.page.locator(DETAIL).inner_text(), "no word in a tensor")


def empty(opened: Opened) -> None:
    require_equal("parts", opened.page.locator("[data-part]:visible").count(), 0)
    links = opened.page.locator("nav a:visible").all_text_contents()
    require_equal("links", links, ["At a glance", "What looks odd", "Types", "Tokens", "Terms"])


def special(opened: Opened) -> str:
    show_all(opened)
    buttons = opened.page.locator('[data-part="tensors"] tbody th button')
    for index in range(buttons.count()):
        buttons.nth(index).click()
    details = opened.page.locator(DETAIL).all_inner_texts()
    require_equal("opened", len(details), len(names(opened)))
    text = "\n".join(details)
    for expected in ("1 NaN, 2 infinite", "∞, NaN", "integers are not weights", "has no elements", "32 infinite",
                     "none of them is finite", "not decoded", "at the largest magnitude", "64 all zero"):
        require(expected in text, f"no {expected} in {text}")
    require("undefined" not in text and "[object" not in text, f"a value that is none: {text}")
    return f"{len(details)} tensors"


def hostile(opened: Opened) -> str:
    show_all(opened)
    buttons = opened.page.locator('[data-part="tensors"] tbody th button')
    for index in range(buttons.count()):
        buttons.nth(index).click()
    while (more := opened.page.get_by_role("button", name="more", exact=True)).count() > 0:
        more.first.click()
    for by in ("kind", "type"):
        opened.part("map", "group").select_option(by)
        opened.page.locator(".treemap .cell").first.hover()
    require("owned" in opened.page.title() and opened.page.title().startswith("</title><script>"), "the title")
    for element in ("img", "iframe", "object", "embed", "i", "base", "link", "b:not([class]):not([data-role] > b)"):
        require_equal(element, opened.page.locator(element).count(), 0)
    require_equal("scripts", opened.page.locator("script").count(), 2)
    handlers = opened.page.evaluate("""[...document.querySelectorAll("*")]
        .flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith("on")).length""")
    require_equal("attributes that are scripts", handlers, 0)
    text = opened.page.evaluate("document.documentElement.textContent")
    invisible = [hex(ord(c)) for c in text if c not in "\n" and not c.isprintable() and c != " "]
    require(not invisible, f"there are {invisible[:5]}")
    shown = opened.page.locator('[data-part="tensors"] tbody th bdi').all_text_contents()
    plain = [name for name in names(opened) if name.isprintable() and 0 < len(name) <= 200]
    require(len(plain) > 15, "too few names to tell")
    for name in plain:
        require(name in shown, f"not shown as it is: {name!r}")
    return f"{len(shown)} names"


def large(opened: Opened) -> str:
    count = len(opened.data()["tensors"])
    require_equal("tensors", count, 100_000)
    elements = opened.page.evaluate("document.querySelectorAll('*').length")
    require(elements < 10_000, f"{elements} elements")
    opened.sort_button("Tensor").click()
    require_equal("first", opened.column("Tensor")[0], min(names(opened)))
    opened.part("tensors", "text").fill("experts.1234.")
    require_equal("rows", len(opened.rows()), 50)
    opened.page.locator('[data-part="tensors"] tbody th button').first.click()
    require("bits used" in opened.page.locator(DETAIL).inner_text(), "no figures")
    cells = 0
    for by in ("kind", "type", "layer"):
        opened.part("map", "group").select_option(by)
        cells = max(cells, opened.page.locator(".treemap .cell").count())
    require(0 < cells < 4_000, f"{cells} rectangles")
    # How long the page takes, to be read and not to be judged.
    took = opened.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    return f"{elements} elements; opens in {took / 1000:.1f} s; at most {cells} rectangles"
