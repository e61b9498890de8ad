"""Names that try to be more than names, and a policy that lets nothing through."""

from __future__ import annotations

import contextlib
import http.server
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from opened import Opened, Reports, require, require_equal


def run(runner, reports: Reports) -> None:
    runner.check("hostile names are text in every part of the page, and no script ran", lambda: names_are_text(reports))
    runner.check("names show what is in them as escapes", lambda: escapes(reports))
    for name in ("findings", "checkpoint"):
        runner.check(f"{name}: the policy stops scripts, styles, markup out of strings, and requests",
                     lambda: policy(reports, name))
        runner.check(f"{name}: a script that is not the page's own does not run, and is noticed",
                     lambda: changed_script(reports, name))


def names_are_text(reports: Reports) -> str:
    with reports.open("hostile") as opened, reports.open("empty") as empty:
        opened.part("tensors", "size").select_option("1000")
        opened.part("bars", "all").click()
        for role in ("bars", "map"):
            opened.part(role, "measure").select_option("sqnr")
        require("owned" in opened.page.title() and opened.page.title().startswith("</title><script>"), "the title")
        for element in ("script", "style", "title", "noscript", "meta", "link", "form"):
            require_equal(element, opened.page.locator(element).count(), empty.page.locator(element).count())
        for element in ("img", "svg:not(.chart)", "iframe", "object", "embed", "b:not([class])", "i", "base"):
            require_equal(element, opened.page.locator(element).count(), 0)
        handlers = opened.page.evaluate("""[...document.querySelectorAll("*")]
            .flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith("on")).length""")
        require_equal("attributes that are scripts", handlers, 0)
        links = opened.page.evaluate(
            "[...document.links].filter((link) => !link.getAttribute('href').startsWith('#')).length")
        require_equal("links out", links, 0)
        names = [tensor["name"] for tensor in opened.data()["tensors"]]
        shown = opened.column("Tensor")
        plain = [name for name in names if name.isprintable() and 0 < len(name) <= 200]
        require(len(plain) > 15, "too few names to tell")
        for name in plain:
            require(name in shown, f"not shown as it is: {name!r}")
        require_equal("rows", len(shown), len(names))
        opened.require_silence()
        return f"{len(names)} names"


def escapes(reports: Reports) -> None:
    with reports.open("hostile") as opened:
        opened.part("tensors", "size").select_option("1000")
        shown = opened.column("Tensor")
        for expected in ("a\\u{202e}gnp.exe\\u{202c}", "nul\\u{0}byte", "line\\u{a}break\\u{d}\\u{a}# heading",
                         "sep\\u{2028}\\u{2029}", "zero\\u{200b}width", '""', "\\u{7f}\\u{85}\\u{feff}", "🦀.weight"):
            require(expected in shown, f"{expected} is not among {shown}")
            if expected != '""':
                # What the program wrote and what the script writes are the same.
                findings = opened.page.locator(".findings .name").filter(has_text=expected)
                require(findings.count() >= 1, f"no finding of {expected}")
        require(any(name.endswith("...") and len(name) == 203 for name in shown), "a long name is not cut")
        text = opened.page.evaluate("document.documentElement.textContent")
        invisible = [hex(ord(c)) for c in text if c not in "\n" and not c.isprintable() and c != " "]
        require(not invisible, f"there are {invisible[:5]}")


@contextlib.contextmanager
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}", asked
        finally:
            listening.shutdown()
            thread.join()


def policy(reports: Reports, name: str) -> None:
    with reports.open(name) as opened, server() as (address, asked):
        refused = opened.page.evaluate("""async (address) => {
          const refused = {};
          const attempt = async (name, body) => {
            try { await body(); refused[name] = false; } catch { refused[name] = true; }
          };
          await attempt("markup", () => { document.body.innerHTML = "<b>x</b>"; });
          await attempt("script", () => { document.createElement("script").textContent = "document.title = 'owned'"; });
          await attempt("request", () => fetch(address + "/fetch"));
          const style = document.createElement("style");
          style.textContent = "h1 { font-size: 99px }";
          document.head.append(style);
          refused.style = getComputedStyle(document.querySelector("h1")).fontSize !== "99px";
          const image = document.createElement("img");
          await new Promise((done) => { image.onload = image.onerror = done; image.src = address + "/image"; });
          return refused;
        }""", address)
        require_equal("refused", refused, dict.fromkeys(refused, True))
        require(len(refused) == 4, "not all were tried")
        require_equal("requests that went out", asked, [])
        # Without the policy one would have.
        without = reports.path(name).read_text(encoding="utf-8").replace("Content-Security-Policy", "x", 1)
        with tempfile.TemporaryDirectory(prefix="report-check-") as folder:
            bare = Path(folder) / "bare.html"
            bare.write_text(without, encoding="utf-8")
            with reports.open(name, path=bare) as other:
                other.page.evaluate("(address) => fetch(address + '/fetch')", address)
        require_equal("requests without the policy", asked, ["/fetch"])
        # And a complaint is noticed.
        require(any("Content Security Policy" in complaint for complaint in opened.complaints), "no complaint")


def changed_script(reports: Reports, name: str) -> None:
    page = reports.path(name).read_text(encoding="utf-8")
    start = page.rindex("<script>") + len("<script>")
    with tempfile.TemporaryDirectory(prefix="report-check-") as folder:
        changed = Path(folder) / "changed.html"
        changed.write_text(page[:start] + "document.title = 'owned';" + page[start:], encoding="utf-8")
        with reports.open(name, path=changed) as opened:
            require(opened.page.title() != "owned", "it ran")
            require(is_noticed(opened), "it was not noticed")


def is_noticed(opened: Opened) -> bool:
    return any("Content Security Policy" in complaint for complaint in opened.complaints)
