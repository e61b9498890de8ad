// Where the bytes are: a rectangle for each tensor, as large as its bytes, inside one for each layer, kind or type.

/** Tensors that would be smaller than this part of the map are drawn together; so many rectangles at most, nearly. */
const treemapCells = 3000;

const treemapGroups = {
  layer: { label: "layer", short: (name) => name.replace(/^layer /, ""), of: (row) => (row.layer === null ? "no layer" : `layer ${row.layer}`) },
  kind: { label: "kind of tensor", of: (row) => row.kind },
  type: { label: "type", of: (row) => row.type.name },
};

/** Lays out sizes, the largest first, in a rectangle, so that all are as square as they can be: [x, y, width, height]
 * each (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000). The sizes are above zero. */
function squarified(sizes, x, y, width, height) {
  const places = [];
  let left = sizes.reduce((sum, size) => sum + size, 0);
  let start = 0;
  while (start < sizes.length) {
    const scale = (width * height) / left;
    const side = Math.min(width, height);
    // A row along the shorter side grows as long as that does not make its rectangles less square.
    let [end, sum, worst] = [start, 0, Infinity];
    while (end < sizes.length) {
      const grown = sum + sizes[end];
      const ratio = Math.max(
        (side * side * sizes[start]) / (grown * grown * scale), (grown * grown * scale) / (side * side * sizes[end]));
      if (ratio > worst) break;
      [end, sum, worst] = [end + 1, grown, ratio];
    }
    if (end === start) [end, sum] = [start + 1, sizes[start]];
    const thickness = side > 0 ? (sum * scale) / side : 0;
    let along = width <= height ? x : y;
    for (; start < end; start += 1) {
      const length = sum > 0 ? (side * sizes[start]) / sum : 0;
      places.push(width <= height ? [along, y, length, thickness] : [x, along, thickness, length]);
      along += length;
    }
    if (width <= height) [y, height] = [y + thickness, Math.max(0, height - thickness)];
    else [x, width] = [x + thickness, Math.max(0, width - thickness)];
    left -= sum;
  }
  return places;
}

/** The largest first; of those that are as large, layer 2 before layer 10. */
function bySize(a, b, nameOfA = a.name, nameOfB = b.name) {
  return b.bytes - a.bytes || nameOfA.localeCompare(nameOfB, "en", { numeric: true });
}

/** Groups of rows, and of each its parts; what is too small to be seen is one part together. The largest first. */
function treemapParts(rows, groupOf, cells) {
  const total = rows.reduce((sum, row) => sum + row.bytes, 0);
  const least = total / cells;
  const groups = new Map();
  for (const row of rows) {
    if (row.bytes === 0) continue;
    const name = groupOf(row);
    if (!groups.has(name)) groups.set(name, { name, rows: [], bytes: 0 });
    const group = groups.get(name);
    group.rows.push(row);
    group.bytes += row.bytes;
  }
  const together = (rows) => ({ rows, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) });
  const sorted = [...groups.values()].sort((a, b) => bySize(a, b));
  const small = sorted.filter((group) => group.bytes < least);
  const shown = sorted.filter((group) => group.bytes >= least);
  for (const group of shown) {
    const large = group.rows.filter((row) => row.bytes >= least).sort((a, b) => b.bytes - a.bytes || a.index - b.index);
    const rest = group.rows.filter((row) => row.bytes < least);
    group.parts = large.map((row) => together([row]));
    if (rest.length > 0) group.parts.push(together(rest));
    group.parts.sort((a, b) => b.bytes - a.bytes);
  }
  if (small.length > 0) {
    const rows = small.flatMap((group) => group.rows);
    shown.push({ ...together(rows), name: `${grouped(small.length)} smaller`, rows, parts: [together(rows)] });
  }
  return shown.sort((a, b) => bySize(a, b));
}

function drawTreemap(section, rows, types, openTensor) {
  const total = rows.reduce((sum, row) => sum + row.bytes, 0);
  if (total === 0) return;
  section.hidden = false;
  const select = part(section, "group");
  const [map, readout, open] = ["map", "readout", "open"].map((role) => part(section, role));
  const keys = Object.keys(treemapGroups).filter((key) => key !== "layer" || rows.some((row) => row.layer !== null));
  fillSelect(select, keys.map((key) => [key, treemapGroups[key].label]));
  const present = new Set(rows.filter((row) => row.bytes > 0).map((row) => row.type));
  part(section, "legend").replaceChildren(...types.filter((type) => present.has(type)).map((type) =>
    make("li", {}, make("span", { class: "swatch m" + type.colour }), type.name)),
    make("li", { hidden: "", "data-role": "mixed" }, make("span", { class: "swatch m8" }), "small tensors of several types"));
  let [cells, chosen, drawnWidth] = [[], null, 0];

  function draw() {
    const [width, height] = [map.clientWidth, map.clientHeight];
    drawnWidth = width;
    if (width === 0 || height === 0) return;
    // No smaller than 25 square pixels.
    const most = Math.max(20, Math.min(treemapCells, (width * height) / 25));
    const groups = treemapParts(rows, treemapGroups[select.value].of, most);
    const places = squarified(groups.map((group) => group.bytes), 0, 0, width, height);
    cells = [];
    let isMixed = false;
    map.replaceChildren(...groups.map((group, index) => {
      const [x, y, wide, high] = places[index];
      const title = wide > 44 && high > 34 ? 16 : 0;
      const box = placed(make("div", { class: "group" }), [x, y, wide, high], width, height);
      if (title > 0) box.append(make("bdi", { class: "label", text: labelOf(group.name, wide) }));
      const inner = [1, 1 + title, Math.max(0, wide - 2), Math.max(0, high - 2 - title)];
      squarified(group.parts.map((one) => one.bytes), ...inner).forEach((place, number) => {
        const { rows: parts, bytes } = group.parts[number];
        const isOne = parts.length === 1;
        const colours = new Set(parts.map((row) => row.type.colour));
        isMixed ||= colours.size > 1;
        const cell = make("div", { class: "cell m" + (colours.size === 1 ? [...colours][0] : 8) });
        if (place[2] > 52 && place[3] > 18) {
          cell.append(make("bdi", { text: isOne ? shortName(parts[0]) : grouped(parts.length) + " small" }));
        }
        cells.push({ cell, rows: parts, bytes, group: group.name });
        cell.dataset.cell = cells.length - 1;
        box.append(placed(cell, place, wide, high));
      });
      return box;
    }));
    part(section, "mixed").hidden = !isMixed;
    choose(null);
  }

  /** In percent, so that the map keeps its form on paper. */
  function placed(element, [x, y, width, height], whole, high) {
    const share = (value, of) => (of > 0 ? (100 * value) / of : 0) + "%";
    element.style.left = share(x, whole);
    element.style.top = share(y, high);
    element.style.width = share(width, whole);
    element.style.height = share(height, high);
    return element;
  }

  function labelOf(name, width) {
    const { short } = treemapGroups[select.value];
    return show(short && width < 64 ? short(name) : name);
  }

  function shortName(row) {
    if (select.value !== "layer") return row.layer === null || select.value === "type" ? row.name : String(row.layer);
    const parts = row.kind.split("*.");
    return show(row.layer === null || parts.length < 2 ? row.wholeName : parts.slice(1).join("*."));
  }

  function describe({ rows: parts, bytes, group }) {
    const share = `${byteText(bytes)}, ${percent(bytes / total)} of all`;
    if (parts.length > 1) return [make("b", { text: `${counted(parts.length, "tensor")} of ${show(group)}` }), ": " + share];
    const [row] = parts;
    return [make("bdi", { class: "name", text: row.name }), `: ${row.type.name} ${row.shapeText}, ${share}`];
  }

  function choose(index) {
    if (chosen !== null) cells[chosen]?.cell.classList.remove("chosen");
    chosen = index;
    open.hidden = index === null || cells[index].rows.length > 1;
    if (index === null) {
      readout.textContent = "Point at a rectangle, or use the arrow keys, to see which tensor it is.";
      return;
    }
    cells[index].cell.classList.add("chosen");
    readout.replaceChildren(...describe(cells[index]));
  }

  const cellAt = (event) => {
    const cell = event.target.closest("[data-cell]");
    return cell ? Number(cell.dataset.cell) : null;
  };
  const openChosen = () => {
    if (chosen !== null && cells[chosen].rows.length === 1) openTensor(cells[chosen].rows[0]);
  };
  map.onpointermove = (event) => {
    const index = cellAt(event);
    if (index !== null && index !== chosen) choose(index);
  };
  map.onclick = (event) => {
    const index = cellAt(event);
    if (index !== null) choose(index);
  };
  map.ondblclick = openChosen;
  map.onkeydown = (event) => {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key === "Enter") openChosen();
    else if (event.key === "Home" || event.key === "End") choose(event.key === "Home" ? 0 : cells.length - 1);
    else if (event.key in steps) {
      choose(chosen === null ? 0 : Math.min(cells.length - 1, Math.max(0, chosen + steps[event.key])));
    } else return;
    event.preventDefault();
  };
  open.onclick = openChosen;

  /** The groups in words and figures, for those who do not see the map. */
  function table() {
    const limit = 500;
    const groups = new Map();
    for (const row of rows) {
      const name = treemapGroups[select.value].of(row);
      const group = groups.get(name) ?? groups.set(name, { tensors: 0, bytes: 0, types: new Set() }).get(name);
      group.tensors += 1;
      group.bytes += row.bytes;
      group.types.add(row.type.name);
    }
    const sorted = [...groups].sort(([nameOfA, a], [nameOfB, b]) => bySize(a, b, nameOfA, nameOfB));
    const lines = sorted.slice(0, limit).map(([name, group]) =>
      [show(name), grouped(group.tensors), byteText(group.bytes), percent(group.bytes / total),
        [...group.types].join(", ")]);
    const heads = [treemapGroups[select.value].label, "Tensors", "Size", "of all", "Types"];
    const parts = [plainTable([heads[0][0].toUpperCase() + heads[0].slice(1), ...heads.slice(1)], lines)];
    if (sorted.length > limit) parts.push(make("p", { class: "muted", text: `and ${grouped(sorted.length - limit)} more` }));
    part(section, "table").replaceChildren(...parts);
  }

  const details = section.querySelector("details");
  details.ontoggle = () => { if (details.open) table(); };
  select.onchange = () => { draw(); if (details.open) table(); };
  new ResizeObserver(() => { if (map.clientWidth !== drawnWidth) draw(); }).observe(map);
  draw();
}
