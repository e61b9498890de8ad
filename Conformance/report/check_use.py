"""What a reader does with a report: sort, filter, turn pages, choose figures, use the keyboard, print."""

from __future__ import annotations

import math

from opened import Opened, Reports, number, require, require_equal

PAGE = "findings"


def run(runner, reports: Reports) -> None:
    def check(name, body, width=1280, script=True):
        def opened_body():
            with reports.open(PAGE, width, script=script) as opened:
                body(opened)
                opened.require_silence()
        runner.check(name, opened_body)

    check("the table sorts by every column, both ways, and says so", sort_every_column)
    check("figures are sorted as numbers, names as text", sort_order)
    check("filters by name, type and findings leave the tensors that match", filters)
    check("filters work on a phone", filters, width=320)
    check("pages turn, and their size can be chosen", pages)
    check("a column can be sorted with the keyboard alone", keyboard)
    check("bars are sorted by loss, and all can be shown", bars)
    check("the heat map has a cell for each kind and layer, with its figure", heat_map)
    check("the histogram has all errors", histogram)
    check("on paper all tensors are in the table, and no controls", paper)
    check("without scripts the verdict, findings, whole model and types are there", no_script, script=False)


def expected_order(opened: Opened, key, descending: bool) -> list[str]:
    """Names by a figure; tensors without it last, equal ones in the order of the file."""
    tensors = opened.data()["tensors"]
    with_figure = [tensor for tensor in tensors if key(tensor) is not None]
    without = [tensor for tensor in tensors if key(tensor) is None]
    with_figure.sort(key=lambda tensor: -key(tensor) if descending else key(tensor))
    return [tensor["name"] for tensor in with_figure + without]


def figure(name):
    return lambda tensor: number(tensor["figures"][name]) if "figures" in tensor else None


def show_all(opened: Opened) -> None:
    opened.part("tensors", "size").select_option("1000")


def sort_every_column(opened: Opened) -> None:
    show_all(opened)
    labels = opened.page.locator('[data-part="tensors"] thead th').all_text_contents()
    require(len(labels) >= 20, f"only the columns {labels}")
    # The first is the one that rows are sorted by at first.
    require_equal("sorted by", opened.sorted_by(), {"No.": "ascending"})
    for label in labels[1:] + labels[:1]:
        opened.sort_button(label).click()
        first = opened.sorted_by()
        rows = opened.rows()
        opened.sort_button(label).click()
        second = opened.sorted_by()
        require_equal(label, [list(first), list(second)], [[label], [label]])
        require_equal(label, {first[label], second[label]}, {"ascending", "descending"})
        require_equal(f"{label}: rows", sorted(map(tuple, rows)), sorted(map(tuple, opened.rows())))
        if len(set(opened.column(label)) - {"–", ""}) > 1:
            require(rows != opened.rows(), f"{label}: both ways give the same")


def sort_order(opened: Opened) -> None:
    show_all(opened)
    for label, key in (
        ("Relative RMSE", figure("relativeRMSE")), ("SQNR", figure("sqnr")), ("Largest error", figure("maximumError")),
        ("Weights", lambda tensor: tensor["elements"]),
        ("× usual", lambda tensor: number(tensor["usual"]["ratio"]) if "usual" in tensor else None),
    ):
        for descending in (True, False):
            opened.sort_button(label).click()
            require_equal(label, opened.column("Tensor"), expected_order(opened, key, descending))
    opened.sort_button("Tensor").click()
    require_equal("names", opened.column("Tensor"), sorted(tensor["name"] for tensor in opened.data()["tensors"]))


def filters(opened: Opened) -> None:
    tensors = opened.data()["tensors"]
    show_all(opened)
    text, type_, found = (opened.part("tensors", role) for role in ("text", "type", "found"))

    def names(condition) -> list[str]:
        return [tensor["name"] for tensor in tensors if condition(tensor)]

    text.fill("ATTN_q")
    require_equal("name", opened.column("Tensor"), names(lambda t: "attn_q" in t["name"]))
    count = opened.part("tensors", "count")
    require_equal("count", count.text_content(), f"1 to 26 of 26 tensors ({len(tensors)} in all)")
    text.fill("")
    type_.select_option("Q6_K")
    require_equal("type", opened.column("Tensor"), names(lambda t: t["type"] == "Q6_K"))
    text.fill("blk.1")
    require_equal("both", opened.column("Tensor"), names(lambda t: t["type"] == "Q6_K" and "blk.1" in t["name"]))
    text.fill("no such tensor")
    require_equal("none", opened.rows(), [])
    require_equal("count", count.text_content(), "No tensor matches")
    text.fill("")
    type_.select_option("")
    found.check()
    with_findings = {finding.get("tensor") for finding in opened.data()["findings"]}
    require_equal("findings", opened.column("Tensor"), names(lambda t: t["name"] in with_findings))
    found.uncheck()
    require_equal("all again", opened.column("Tensor"), names(lambda t: True))


def pages(opened: Opened) -> None:
    names = [tensor["name"] for tensor in opened.data()["tensors"]]
    previous, next_ = opened.part("tensors", "previous"), opened.part("tensors", "next")
    require(previous.is_disabled() and next_.is_enabled(), "the first page")
    seen = opened.column("Tensor")
    require_equal("rows", len(seen), 50)
    while next_.is_enabled():
        next_.click()
        seen += opened.column("Tensor")
    require_equal("all pages", seen, names)
    previous.click()
    require(next_.is_enabled(), "not the last page")
    opened.part("tensors", "size").select_option("25")
    require_equal("the first page again", opened.column("Tensor"), names[:25])


def keyboard(opened: Opened) -> None:
    opened.part("tensors", "size").focus()
    focused = "document.activeElement.closest('th')?.textContent"
    for _ in range(20):
        opened.page.keyboard.press("Tab")
        if opened.page.evaluate(focused) == "Relative RMSE":
            break
    require_equal("focus", opened.page.evaluate(focused), "Relative RMSE")
    outline = opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    require(outline != "none", "the focus does not show")
    for key, order in (("Enter", "descending"), ("Space", "ascending")):
        opened.page.keyboard.press(key)
        require_equal(key, opened.sorted_by(), {"Relative RMSE": order})
        require_equal("focus", opened.page.evaluate(focused), "Relative RMSE")
    opened.page.locator(".scroll").last.focus()
    opened.page.keyboard.press("ArrowRight")
    # It scrolls smoothly. Asked again and again from here: the page's policy forbids what `wait_for_function` does.
    for _ in range(50):
        if opened.page.evaluate("[...document.querySelectorAll('.scroll')].at(-1).scrollLeft > 0"):
            return
        opened.page.wait_for_timeout(100)
    require(False, "the table does not scroll with the arrows")


def bars(opened: Opened) -> None:
    def names() -> list[str]:
        return opened.part("bars", "list").locator(".name").all_text_contents()

    measured = [tensor for tensor in opened.data()["tensors"] if "figures" in tensor]
    lossy = [tensor for tensor in measured if number(tensor["figures"]["nmse"]) > 0]
    worst = [tensor["name"] for tensor in sorted(lossy, key=lambda tensor: -tensor["figures"]["relativeRMSE"])]
    require_equal("worst tensors", names(), worst[:20])
    widths = opened.page.evaluate(
        "[...document.querySelectorAll('.bars .fill')].map((fill) => fill.getBoundingClientRect().width)")
    losses = sorted((tensor["figures"]["relativeRMSE"] for tensor in lossy), reverse=True)
    for width, loss in zip(widths, losses):
        require(math.isclose(width / widths[0], loss / losses[0], abs_tol=0.01), f"a bar of {width} for {loss}")
    bands = opened.part("bars", "list").locator(".band").count()
    require_equal("bars with what is usual", bands, 20)
    opened.part("bars", "more").click()
    require_equal("more", names(), worst[:120])
    opened.part("bars", "all").click()
    require_equal("all", names(), worst)
    opened.part("bars", "measure").select_option("sqnr")
    require_equal("by SQNR", names(), worst)
    values = opened.part("bars", "list").locator(".value").all_text_contents()
    require(all(text.endswith(" dB") for text in values), f"in decibels: {values}")
    opened.part("bars", "all").click()
    require_equal("the first again", names(), worst[:20])


def heat_map(opened: Opened) -> None:
    measured = [tensor for tensor in opened.data()["tensors"] if "figures" in tensor]
    # Kinds of tensors that lost nothing have no row.
    kinds = {tensor["kind"] for tensor in measured if number(tensor["figures"]["nmse"]) > 0}
    tensors = [tensor for tensor in measured if tensor["kind"] in kinds]
    layers = sorted({tensor["layer"] for tensor in tensors if "layer" in tensor})

    def cells() -> dict[tuple[str, int], str]:
        rows = opened.page.evaluate("""[...document.querySelectorAll(".heat tbody tr")]
            .map((row) => [...row.children].map((cell) => cell.textContent))""")
        return {(row[0], layer): row[1 + index] for row in rows for index, layer in enumerate(layers)}

    found = cells()
    for tensor in tensors:
        if "layer" in tensor:
            loss = number(tensor["figures"]["relativeRMSE"]) * 100
            shown = float(found[tensor["kind"], tensor["layer"]])
            require(math.isclose(shown, loss, rel_tol=0.06), f'{tensor["name"]}: {shown} for {loss}')
    require_equal("kinds", {kind for kind, _ in found} - {"all kinds"}, {t["kind"] for t in tensors if "layer" in t})
    remark = opened.part("map", "remark").text_content()
    require("Left out: 3 kinds of tensors" in remark, f"no word on what is left out: {remark}")
    require_equal("no such tensor", found["blk.*.attn_sinks.weight", 4], "")
    singles = opened.part("map", "singles").locator(".name").all_text_contents()
    require_equal("in no layer", sorted(singles), sorted(t["name"] for t in tensors if "layer" not in t))
    opened.part("map", "measure").select_option("sqnr")
    sqnr = next(t["figures"]["sqnr"] for t in tensors if t["name"] == "blk.7.ffn_up.weight")
    require_equal("SQNR", cells()["blk.*.ffn_up.weight", 7], f"{sqnr:.1f}")
    opened.part("map", "measure").select_option("ratio")
    ratio = next(t["usual"]["ratio"] for t in tensors if t["name"] == "blk.7.ffn_up.weight")
    require(abs(float(cells()["blk.*.ffn_up.weight", 7]) - ratio) < 0.06, "ratio")
    classes = opened.page.evaluate(
        "new Set([...document.querySelectorAll('.heat td[class^=h]')].map((cell) => cell.className)).size")
    require(classes >= 3, f"only {classes} colours")


def histogram(opened: Opened) -> None:
    errors = opened.data()["errors"]
    opened.page.get_by_text("The same as a table").click()
    rows = opened.page.evaluate(
        """() => [...document.querySelectorAll('[data-part="errors"] tbody tr')]
            .map((row) => [...row.children].map((cell) => cell.textContent))""")
    found = sum(int(row[1].replace(",", "")) for row in rows)
    require_equal("errors in the table", found, errors["zeros"] + sum(errors["counts"]))
    require_equal("up to the last", rows[-1][3], "100.0 %")
    drawn = opened.page.locator(".chart rect").count()
    filled = sum(count > 0 for count in errors["counts"])
    require(filled / 4 < drawn <= filled, f"{drawn} bars for {filled} classes")


def paper(opened: Opened) -> None:
    names = [tensor["name"] for tensor in opened.data()["tensors"]]
    opened.page.emulate_media(media="print")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    require_equal("rows", opened.column("Tensor"), names)
    # A4, landscape, within margins of 12 mm.
    opened.page.set_viewport_size({"width": 1031, "height": 700})
    wide = opened.page.evaluate("document.documentElement.scrollWidth")
    require(wide <= 1031, f"{wide} pixels wide on paper")
    for hidden in ("nav", '[data-role="filters"]', '[data-role="more"]'):
        require(not opened.page.locator(hidden).first.is_visible(), f"{hidden} is on paper")
    require(len(opened.page.pdf()) > 10_000, "no PDF")
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
    require_equal("rows", opened.column("Tensor"), names[:50])


def no_script(opened: Opened) -> None:
    data = opened.data()
    text = opened.page.locator("body").inner_text()
    require("2 errors, 2 warnings" in text, "no verdict")
    for finding in data["findings"]:
        require(finding["message"] in text, f"missing: {finding}")
    require(f'{data["whole"]["figures"]["sqnr"]:.1f} dB' in text, "no SQNR of the whole")
    for group in data["types"]:
        require(group["name"] in text, f"missing: {group['name']}")
    require("need JavaScript" in text, "no word on what is missing")
    require_equal("parts that need a script", opened.page.locator("[data-part]:visible").count(), 0)
