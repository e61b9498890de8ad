"""Every report at the widths of a desk, a tablet and a phone, light and dark."""

from __future__ import annotations

from opened import Opened, Reports, require

WIDTHS = (1280, 768, 320)
SCHEMES = ("light", "dark")
# Of text (WCAG 2.2, success criterion 1.4.3).
CONTRAST = 4.5

# Elements that reach beyond the window, but for those in an area with a scroll bar of its own.
OVERFLOWING = """() => {
  const wide = [...document.body.querySelectorAll("*")].filter((element) => {
    if (element.closest(".scroll, nav, .unseen")) return element.matches(".scroll, nav") && beyond(element);
    return beyond(element);
  });
  function beyond(element) {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 0.5 || box.left < -0.5);
  }
  const page = document.documentElement;
  const elements = wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120));
  return { page: page.scrollWidth - page.clientWidth, elements };
}"""

# Text whose colour is too close to what is behind it.
FAINT = """(limit) => {
  const channels = (colour) => {
    const values = colour.match(/[\\d.]+/g).map(Number);
    return [...values.slice(0, 3), values[3] ?? 1];
  };
  const over = (top, below) =>
    top.slice(0, 3).map((value, index) => value * top[3] + below[index] * (1 - top[3])).concat(1);
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      layers.push(channels(getComputedStyle(node).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const faint = [];
  let seen = 0;
  for (const element of document.body.querySelectorAll("*")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!hasText || element.disabled || !element.checkVisibility()) continue;
    if (element.closest("script, noscript, option")) continue;
    seen += 1;
    const background = backgroundOf(element);
    const text = over(channels(getComputedStyle(element).color), background);
    const [light, dark] = [luminance(text), luminance(background)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < limit) faint.push(`${ratio.toFixed(2)} ${element.className} ${element.textContent.slice(0, 40)}`);
  }
  return { seen, faint: [...new Set(faint)].slice(0, 8) };
}"""

# What readers of a screen need, as far as it can be read from the elements.
UNLABELLED = """() => {
  const wrong = [];
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id is there twice");
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) wrong.push("a level is left out before " + heading.textContent);
    level = next;
  }
  for (const field of document.querySelectorAll("input, select")) {
    if (field.labels.length === 0) wrong.push("no label: " + field.outerHTML.slice(0, 80));
  }
  for (const cell of document.querySelectorAll("th")) {
    if (!cell.hasAttribute("scope")) wrong.push("no scope: " + cell.textContent);
  }
  for (const area of document.querySelectorAll(".scroll")) {
    const label = document.getElementById(area.getAttribute("aria-labelledby")) ?? area.getAttribute("aria-label");
    const isRegion = area.tabIndex === 0 && area.getAttribute("role") === "region";
    if (!isRegion || !label) wrong.push("a scroll area without a name");
  }
  for (const image of document.querySelectorAll("svg")) {
    if (!image.matches("[role=img][aria-label]")) wrong.push("a drawing without a name");
  }
  if (document.documentElement.lang !== "en") wrong.push("no language");
  for (const one of ["h1", "main"]) {
    if (document.querySelectorAll(one).length !== 1) wrong.push("not one " + one);
  }
  return wrong;
}"""


def run(runner, reports: Reports) -> None:
    for name in reports.names:
        runner.check(f"{name}: at every width, light and dark, it is quiet, fits, and can be read",
                     lambda: look(reports, name))
    runner.check("what does not fit, or is faint, or has no label, is found", lambda: control(reports))


def look(reports: Reports, name: str) -> str:
    seen = 0
    for width in WIDTHS:
        for scheme in SCHEMES:
            with reports.open(name, width, scheme) as opened:
                opened.page.screenshot(path=reports.screenshots / f"{name}-{width}-{scheme}.png", full_page=True)
                unfold(opened)
                require_fit(opened, f"{width} pixels, {scheme}")
                found = opened.page.evaluate(FAINT, CONTRAST)
                require(not found["faint"], f"{scheme}, contrast below {CONTRAST}: {found['faint']}")
                seen += found["seen"]
                wrong = opened.page.evaluate(UNLABELLED)
                require(not wrong, str(wrong))
                opened.require_silence()
    return f"contrast of {seen} texts"


def unfold(opened: Opened) -> None:
    for summary in opened.page.locator("summary").all():
        if summary.is_visible():
            summary.click()


def require_fit(opened: Opened, where: str) -> None:
    found = opened.page.evaluate(OVERFLOWING)
    require(found["page"] <= 0 and not found["elements"], f"{where}: too wide: {found}")


def control(reports: Reports) -> None:
    """What cannot fail proves nothing."""
    with reports.open("findings", 320) as opened:
        opened.page.evaluate("""() => {
          const wide = document.createElement("p");
          wide.textContent = "x".repeat(100);
          wide.style.color = "#aaaaaa";
          wide.style.width = "600px";
          document.querySelector("main").append(wide, document.createElement("input"));
        }""")
        found = opened.page.evaluate(OVERFLOWING)
        require(found["page"] > 0 and found["elements"], f"not found to be too wide: {found}")
        require(len(opened.page.evaluate(FAINT, CONTRAST)["faint"]) == 1, "not found to be faint")
        require(len(opened.page.evaluate(UNLABELLED)) == 1, "not found to have no label")
