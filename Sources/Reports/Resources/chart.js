// A bar for each class of a distribution, and the axis below them.

const drawingNamespace = "http://www.w3.org/2000/svg";

/** Bars side by side, as high as their counts in relation to the `largest`; `label` says what is seen. */
function barChart(counts, largest, label) {
  const svg = drawn("svg", {
    class: "chart", viewBox: `0 0 ${counts.length} 100`, preserveAspectRatio: "none", role: "img", "aria-label": label,
  });
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const height = Math.max((100 * count) / largest, 0.4);
    svg.append(drawn("rect", { x: index + 0.05, width: 0.9, y: 100 - height, height }));
  }
  return svg;
}

function drawn(tag, attributes) {
  const element = document.createElementNS(drawingNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** An axis with `[place in percent, text]` for each tick. */
function axisOf(ticks) {
  return make("div", { class: "axis", "aria-hidden": "true" }, ...ticks.map(([left, text]) => {
    const tick = make("span", { text });
    tick.style.left = left + "%";
    return tick;
  }));
}

/** A power of ten: `0.001`, `1e-7`. */
function powerOfTen(decade) {
  return decade >= -4 && decade <= 4 ? String(Number((10 ** decade).toFixed(4))) : "1e" + decade;
}

/** A table of texts; the first of each row is its head. */
function plainTable(heads, rows) {
  return make("table", {},
    make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col", text })))),
    make("tbody", {}, ...rows.map(([head, ...cells]) =>
      make("tr", {}, make("th", { scope: "row", text: head }), ...cells.map((text) => make("td", { text }))))));
}
