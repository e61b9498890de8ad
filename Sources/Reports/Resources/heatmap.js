// Loss by layer and kind of tensor: a table whose cells are coloured by what was lost.

const heatClasses = 8;
/** More cells than a page should have; kinds with the smallest loss are left out, and layers at the end. */
const heatCells = 20000;
const heatLayers = 1000;
const heatSingles = 60;

const heatMeasures = {
  relative: {
    label: "relative RMSE in %", value: (figures) => number(figures.relativeRMSE), size: (value) => value,
    text: (value) => significant(value === null ? null : value * 100, 2),
    edge: (value) => significant(value * 100, 2) + " %",
  },
  sqnr: {
    label: "SQNR in dB", value: (figures) => number(figures.sqnr), size: (value) => 10 ** (-value / 20),
    text: (value) => fixed(value, 1), edge: (value) => fixed(-20 * Math.log10(value), 1) + " dB",
  },
  ratio: {
    label: "times the usual loss of its type", value: (figures, usual) => (usual ? number(usual.ratio) : null),
    size: (value) => value, text: (value) => significant(value, 2), edge: (value) => "× " + significant(value, 2),
  },
};

/** Classes of equal width in decibels between the smallest and the largest loss, but no narrower than 1 dB each, so
 * that small differences do not look large. */
function heatScale(sizes) {
  const finite = sizes.filter((size) => size > 0 && Number.isFinite(size)).map(Math.log10);
  let low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  let high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (finite.length === 0) [low, high] = [0, 0];
  const step = Math.max((high - low) / heatClasses, 0.05);
  low = (low + high) / 2 - (step * heatClasses) / 2;
  return {
    className: (size) =>
      size === null || Number.isNaN(size) || size === 0 ? null
        : "h" + Math.min(heatClasses - 1, Math.max(0, Math.floor((Math.log10(size) - low) / step))),
    edge: (index) => 10 ** (low + index * step),
  };
}

function drawHeatMap(section, report, rows) {
  // Kinds of which every tensor lost nothing (norms that stay F32) would only be rows of zeros.
  const lossy = new Set(rows.filter((row) => row.figures && row.relative !== 0).map((row) => row.tensor.kind));
  const measured = rows.filter((row) => lossy.has(row.tensor.kind) && row.figures);
  if (measured.length === 0) return;
  section.hidden = false;
  const kept = new Set(rows.filter((row) => row.figures).map((row) => row.tensor.kind)).size - lossy.size;
  const layered = measured.filter((row) => row.layer !== null);
  const singles = measured.filter((row) => row.layer === null);
  const select = part(section, "measure");
  const keys = Object.keys(heatMeasures).filter((key) => key !== "ratio" || measured.some((row) => row.ratio !== null));
  fillSelect(select, keys.map((key) => [key, heatMeasures[key].label]));

  const remarks = [];
  if (kept > 0) remarks.push(`Left out: ${counted(kept, "kind")} of tensors that lost nothing.`);
  let layers = [...new Set(layered.map((row) => row.layer))].sort((a, b) => a - b);
  if (layers.length > heatLayers) {
    remarks.push(`The first ${grouped(heatLayers)} of ${grouped(layers.length)} layers are shown.`);
    layers = layers.slice(0, heatLayers);
  }
  const groups = new Map(report.kinds.map((group) => [group.name, group]));
  const byLayer = new Map(report.layers.map((group) => [group.name, group]));
  // A kind and a layer have one tensor, or (layers 1 and 01) the worst of several.
  const cells = new Map();
  const drawn = new Set(layers);
  for (const row of layered) {
    if (!drawn.has(row.layer)) continue;
    const kind = cells.get(row.tensor.kind) ?? cells.set(row.tensor.kind, new Map()).get(row.tensor.kind);
    const other = kind.get(row.layer);
    if (!other || compareFigures(other.relative, row.relative) < 0) kind.set(row.layer, row);
  }
  let kinds = [...cells.keys()];
  const room = Math.max(10, Math.floor(heatCells / Math.max(1, layers.length)));
  if (kinds.length > room) {
    remarks.push(`Of ${grouped(kinds.length)} kinds, the ${grouped(room)} with the largest loss are shown.`);
    const loss = (kind) => number(groups.get(kind)?.figures?.relativeRMSE);
    const worst = new Set([...kinds].sort((a, b) => compareFigures(loss(b), loss(a))).slice(0, room));
    kinds = kinds.filter((kind) => worst.has(kind));
  }
  part(section, "layers").hidden = layers.length === 0;
  part(section, "single-heading").hidden = singles.length === 0 || layers.length === 0;

  function draw() {
    const measure = heatMeasures[select.value];
    const value = (row) => measure.value(row.figures, row.tensor.usual);
    const size = (value) => (value === null ? null : measure.size(value));
    const scale = heatScale(measured.map((row) => size(value(row))));
    const cell = (tag, figure, title, extra = "") => {
      const names = [scale.className(size(figure)), extra].filter(Boolean).join(" ");
      return make(tag, { class: names || null, title, text: measure.text(figure) });
    };
    const ofGroup = (group) => (group?.figures && select.value !== "ratio" ? measure.value(group.figures) : null);

    part(section, "legend").replaceChildren(...Array.from({ length: heatClasses }, (_, index) =>
      make("li", { class: "h" + index, text: (index === 0 ? "≥ " : "") + measure.edge(scale.edge(index)) })));

    const sums = select.value === "ratio" ? [] : ["all"];
    const head = make("tr", {}, make("th", { scope: "col", class: "text", text: "Kind \\ layer" }),
      ...layers.map((layer) => make("th", { scope: "col", text: String(layer) })),
      ...sums.map((text) => make("th", { scope: "col", class: "sum", text })));
    const body = kinds.map((kind) => make("tr", {},
      make("th", { scope: "row" }, make("bdi", { class: "name", text: show(kind) })),
      ...layers.map((layer) => {
        const row = cells.get(kind).get(layer);
        return row ? cell("td", value(row), `${row.name} (${row.tensor.type})`) : make("td");
      }),
      ...sums.map(() => cell("td", ofGroup(groups.get(kind)), show(kind), "sum"))));
    if (sums.length > 0 && layers.length > 0) {
      body.push(make("tr", {}, make("th", { scope: "row", text: "all kinds" }),
        ...layers.map((layer) => cell("td", ofGroup(byLayer.get(String(layer))), "layer " + layer)),
        make("td", { class: "sum" })));
    }
    if (layers.length > 0) {
      part(section, "layers").replaceChildren(
        make("table", { class: "heat" }, make("thead", {}, head), make("tbody", {}, ...body)));
    }
    const sorted = [...singles].sort((a, b) => compareFigures(size(value(b)), size(value(a))) || a.index - b.index);
    const list = make("ul", { class: "singles" }, ...sorted.slice(0, heatSingles).map((row) =>
      make("li", {}, cell("b", value(row), row.tensor.type), make("bdi", { class: "name", text: row.name }))));
    part(section, "singles").replaceChildren(list);
  }

  if (singles.length > heatSingles) {
    remarks.push(
      `Of ${grouped(singles.length)} tensors in no layer, the ${heatSingles} with the largest loss are shown.`);
  }
  part(section, "remark").textContent = remarks.join(" ");
  select.onchange = draw;
  draw();
}
