"""Ten thousand tensors: everything still works."""

from __future__ import annotations

from opened import Reports, require, require_equal

PAGE = "large"


def run(runner, reports: Reports) -> None:
    runner.check("ten thousand tensors: sort, filter and turn pages", lambda: table(reports))
    runner.check("ten thousand tensors: all bars at once", lambda: bars(reports))
    runner.check("thousands of layers and kinds: a heat map of bounded size", lambda: scattered(reports))


def table(reports: Reports) -> str:
    with reports.open(PAGE, 320) as opened:
        tensors = opened.data()["tensors"]
        require_equal("tensors", len(tensors), 10_000)
        elements = opened.page.evaluate("document.querySelectorAll('*').length")
        require(elements < 40_000, f"{elements} elements")
        opened.sort_button("Relative RMSE").click()
        worst = sorted(tensors, key=lambda tensor: -tensor["figures"]["relativeRMSE"])
        require_equal("worst", opened.column("Tensor"), [tensor["name"] for tensor in worst[:50]])
        opened.part("tensors", "text").fill("experts.249.")
        require_equal("rows", len(opened.rows()), 40)
        opened.part("tensors", "text").fill("")
        opened.part("tensors", "next").click()
        require_equal("second page", opened.column("Tensor"), [tensor["name"] for tensor in worst[50:100]])
        # How long the page takes for a change of the filter, to be read and not to be judged.
        took = opened.page.evaluate("""() => {
          const field = document.querySelector('[data-part="tensors"] [data-role="text"]');
          const start = performance.now();
          field.value = "1";
          field.dispatchEvent(new Event("input"));
          document.body.getBoundingClientRect();
          return performance.now() - start;
        }""")
        opened.require_silence()
        return f"{elements} elements; a filter takes {took:.0f} ms"


def bars(reports: Reports) -> None:
    with reports.open(PAGE) as opened:
        opened.part("bars", "all").click()
        require_equal("bars", opened.part("bars", "list").locator("li").count(), 10_000)
        opened.part("bars", "measure").select_option("sqnr")
        require_equal("bars", opened.part("bars", "list").locator("li").count(), 10_000)
        opened.require_silence()


def scattered(reports: Reports) -> None:
    with reports.open("scattered") as opened:
        cells = opened.page.locator(".heat td").count()
        require(10_000 < cells <= 22_000, f"{cells} cells")
        remark = opened.part("map", "remark").text_content()
        for expected in ("The first 1,000 of 2,000 layers", "Of 1,000 kinds, the 20 with the largest loss"):
            require(expected in remark, f"{expected}: not in {remark}")
        opened.require_silence()
