// A bar for each tensor that lost something, the worst first, with what is usual for its type.

const barMeasures = {
  relative: {
    label: "relative RMSE", worseFirst: (a, b) => compareFigures(b, a), value: (row) => row.relative,
    text: (value) => significant(value), usual: (usual) => [number(usual.lowest), number(usual.highest)],
  },
  sqnr: {
    label: "SQNR", worseFirst: compareFigures, value: (row) => row.sqnr, text: decibels,
    usual: (usual) => [number(usual.highest), number(usual.lowest)].map((loss) => -20 * Math.log10(loss)),
  },
};

function drawBars(section, rows, types) {
  const first = 20;
  const lossy = rows.filter((row) => row.relative !== null && !(row.relative === 0));
  if (lossy.length === 0) return;
  section.hidden = false;
  const hasUsual = lossy.some((row) => row.tensor.usual);
  const kept = rows.filter((row) => row.relative === 0).length;
  const bare = rows.length - lossy.length - kept;
  let shown = first;

  const select = part(section, "measure");
  fillSelect(select, Object.entries(barMeasures).map(([key, measure]) => [key, measure.label]));
  const present = new Set(lossy.map((row) => row.tensor.type));
  const legend = types.map((type, index) => [type.name, Math.min(index, 8)]).filter(([name]) => present.has(name))
    .map(([name, colour]) => make("li", {}, make("span", { class: "swatch t" + colour }), name));
  if (hasUsual) {
    const band = make("span", { class: "band" });
    band.style.left = "30%";
    band.style.width = "35%";
    legend.push(make("li", {}, make("span", { class: "track" }, band), "usual range of the type"),
      make("li", { text: "× the loss over the usual one" }));
  }
  part(section, "legend").replaceChildren(...legend);

  function draw() {
    const measure = barMeasures[select.value];
    const sorted = [...lossy].sort(
      (a, b) => measure.worseFirst(measure.value(a), measure.value(b)) || a.index - b.index);
    const finite = sorted.map(measure.value).filter((value) => Number.isFinite(value));
    const scale = 100 / Math.max(finite.reduce((most, value) => Math.max(most, value), 0) * 1.02, Number.MIN_VALUE);
    const at = (value) => Math.min(100, Math.max(0, value * scale));
    const list = part(section, "list");
    list.classList.toggle("usual", hasUsual);
    list.classList.toggle("many", shown > 500);
    list.replaceChildren(...sorted.slice(0, shown).map((row) => bar(row, measure, at)));
    const remarks = [`${grouped(Math.min(shown, sorted.length))} of ${counted(sorted.length, "tensor")}`];
    if (kept > 0) remarks.push(`${grouped(kept)} lost nothing`);
    if (bare > 0) remarks.push(`${grouped(bare)} not measured (integers, or copied)`);
    part(section, "count").textContent = remarks.join("; ");
    const left = sorted.length - shown;
    const more = part(section, "more");
    more.hidden = left <= 100;
    more.textContent = "Show 100 more";
    const all = part(section, "all");
    all.hidden = sorted.length <= first;
    all.textContent = left > 0 ? `Show all ${grouped(sorted.length)}` : `Show the first ${first}`;
    all.onclick = () => { shown = left > 0 ? sorted.length : first; draw(); };
  }

  function bar(row, measure, at) {
    const value = measure.value(row);
    const fill = make("span", { class: "fill t" + row.colour });
    fill.style.width = (Number.isNaN(value) ? 0 : at(value)) + "%";
    const track = make("span", { class: "track", "aria-hidden": "true" }, fill);
    const usual = row.tensor.usual;
    if (usual) {
      const [low, high] = measure.usual(usual).map(at);
      const band = make("span", { class: "band" });
      band.style.left = low + "%";
      band.style.width = high - low + "%";
      track.append(band);
    }
    const item = make("li", { title: usual ? usual.verdict : null },
      make("bdi", { class: "name", text: row.name }), track,
      make("span", { class: "unseen", text: row.tensor.type }),
      make("span", { class: "value", text: measure.text(value) }));
    if (row.ratio !== null) item.append(make("span", { class: "ratio muted", text: "× " + significant(row.ratio) }));
    return item;
  }

  select.onchange = draw;
  part(section, "more").onclick = () => { shown += 100; draw(); };
  draw();
}
