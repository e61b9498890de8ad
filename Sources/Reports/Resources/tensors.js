// The table of all tensors: a page of rows at a time, sorted by any column, filtered by name, type and findings.

const detail = (name) => (row) => (row.figures ? number(row.figures[name]) : null);
const inside = (group, name) => (row) => number(row.figures?.[group]?.[name]);
const place = (at, text) => (at ? text(at) : "–");

/** Text columns are first sorted ascending, figures with the largest first. Wide ones are left out on paper. */
const tensorColumns = [
  { key: "index", label: "No.", value: (row) => row.index + 1, text: grouped, ascending: true },
  { key: "name", label: "Tensor", value: (row) => row.wholeName, isText: true, isName: true },
  { key: "findings", label: "Findings", value: (row) => row.findings, isFlag: true, skip: 0,
    text: (count) => (count === 0 ? "" : grouped(count)) },
  { key: "type", label: "Type", value: (row) => row.tensor.type, isText: true },
  { key: "sourceType", isWide: true, label: "From", value: (row) => row.tensor.sourceType, isText: true },
  { key: "shape", isWide: true, label: "Shape", value: (row) => row.tensor.elements,
    cell: (row) => "[" + row.tensor.shape.join(", ") + "]" },
  { key: "elements", label: "Weights", value: (row) => row.tensor.elements, text: grouped },
  { key: "bytes", isWide: true, label: "Bytes", value: (row) => row.tensor.bytes, text: grouped },
  { key: "bits", label: "Bits a weight", value: (row) => number(row.tensor.bitsPerWeight),
    text: (value) => fixed(value, 2) },
  { key: "relative", label: "Relative RMSE", value: (row) => row.relative, text: significant },
  { key: "ratio", label: "× usual", value: (row) => row.ratio, text: significant },
  { key: "sqnr", label: "SQNR", value: (row) => row.sqnr, text: decibels },
  { key: "cosine", label: "Cosine", value: detail("cosine"), text: (value) => fixed(value, 6) },
  { key: "rms", isWide: true, label: "RMS", value: detail("rms"), text: significant },
  { key: "rmse", isWide: true, label: "RMSE", value: detail("rmse"), text: significant },
  { key: "mean", label: "Mean error", value: detail("meanError"), text: significant },
  { key: "maximum", label: "Largest error", value: detail("maximumError"), text: significant },
  { key: "place", isWide: true, label: "at row, column", value: inside("maximumAt", "row"),
    cell: (row) => place(row.figures?.maximumAt, (at) => `${grouped(at.row)}, ${grouped(at.column)}`) },
  { key: "p50", isWide: true, label: "p50", value: inside("quantiles", "p50"), text: significant },
  { key: "p99", isWide: true, label: "p99", value: inside("quantiles", "p99"), text: significant },
  { key: "p999", label: "p99.9", value: inside("quantiles", "p999"), text: significant },
  { key: "worstRow", isWide: true, label: "Worst row", value: inside("worstRow", "relativeRMSE"),
    cell: (row) => place(row.figures?.worstRow,
      (at) => `${significant(number(at.relativeRMSE))} in ${grouped(at.row)}`) },
  { key: "worstBlock", isWide: true, label: "Worst block", value: inside("worstBlock", "rmse"),
    cell: (row) => place(row.figures?.worstBlock, (at) => `${significant(number(at.rmse))} in ${grouped(at.block)}`) },
  { key: "blockOffset", isWide: true, label: "at byte", value: inside("worstBlock", "offset"), text: grouped },
  { key: "zeroRows", isWide: true, label: "Zero rows", value: detail("zeroRows"), text: grouped },
  { key: "product", label: "Product error", value: (row) => number(row.tensor.product?.relativeRMSE),
    text: significant },
  { key: "exact", label: "Exact", value: (row) => (row.tensor.exact === undefined ? null : Number(row.tensor.exact)),
    text: (value) => (value === null ? "–" : value ? "yes" : "no") },
  { key: "offset", isWide: true, label: "Offset", value: (row) => row.tensor.offset, text: grouped },
];

function classes(column) {
  return [column.isText && "text", column.isFlag && "flag", column.isWide && "wide"].filter(Boolean).join(" ") || null;
}

function drawTensors(section, rows) {
  if (rows.length === 0) return;
  section.hidden = false;
  // A column in which no tensor has anything is left out.
  const columns = tensorColumns.filter((column) => rows.some((row) => {
    const value = column.value(row);
    return value !== null && value !== column.skip;
  }));
  const state = { column: columns[0], descending: false, page: 0, size: 50, isPrinting: false };
  const [text, type, found, size] = ["text", "type", "found", "size"].map((role) => part(section, role));
  fillSelect(type, [["", "any"], ...[...new Set(rows.map((row) => row.tensor.type))].map((name) => [name, name])]);
  fillSelect(size, [25, 50, 200, 1000].map((count) => [count, count]));
  size.value = state.size;
  found.parentElement.hidden = !rows.some((row) => row.findings > 0);

  const heads = columns.map((column) => {
    const button = make("button", { type: "button", text: column.label });
    button.onclick = () => {
      state.descending = state.column === column ? !state.descending : !(column.isText || column.ascending);
      state.column = column;
      state.page = 0;
      draw();
    };
    return make("th", { scope: "col", class: classes(column), "data-column": column.key }, button);
  });
  const body = make("tbody");
  part(section, "table").replaceChildren(
    make("caption", { class: "unseen", text: "All tensors; the buttons of the header sort" }),
    make("thead", {}, make("tr", {}, ...heads)), body);

  function selected() {
    const wanted = text.value.trim().toLowerCase();
    const matching = rows.filter((row) => (type.value === "" || row.tensor.type === type.value) &&
      (!found.checked || row.findings > 0) && row.wholeName.toLowerCase().includes(wanted));
    const { value, isText } = state.column;
    const sign = state.descending ? -1 : 1;
    const compare = isText ? (a, b) => sign * (a < b ? -1 : a > b ? 1 : 0) : (a, b) => {
      // What has no figure comes last either way.
      const isBare = (figure) => figure === null || Number.isNaN(figure);
      return isBare(a) || isBare(b) ? compareFigures(a, b) : sign * compareFigures(a, b);
    };
    return matching.sort((a, b) => compare(value(a), value(b)) || a.index - b.index);
  }

  function draw() {
    const matching = selected();
    const size = state.isPrinting ? 2000 : state.size;
    const pages = Math.max(1, Math.ceil(matching.length / size));
    state.page = Math.min(state.page, pages - 1);
    const start = state.isPrinting ? 0 : state.page * size;
    const visible = matching.slice(start, start + size);
    columns.forEach((column, index) => heads[index].setAttribute("aria-sort",
      column !== state.column ? "none" : state.descending ? "descending" : "ascending"));
    body.replaceChildren(...visible.map((row) => make("tr", {}, ...columns.map((column) => cell(row, column)))));
    part(section, "count").textContent = matching.length === 0 ? "No tensor matches"
      : `${grouped(start + 1)} to ${grouped(start + visible.length)} of ${counted(matching.length, "tensor")}` +
        (matching.length < rows.length ? ` (${grouped(rows.length)} in all)` : "");
    part(section, "previous").disabled = state.page === 0;
    part(section, "next").disabled = state.page >= pages - 1;
  }

  function cell(row, column) {
    const value = column.value(row);
    if (column.isName) return make("th", { scope: "row", class: "name text" }, make("bdi", { text: row.name }));
    const shown = column.cell ? column.cell(row) : column.text ? column.text(value) : value;
    return make("td", { class: classes(column), text: shown });
  }

  function refilter() {
    state.page = 0;
    draw();
  }
  part(section, "filters").onsubmit = (event) => event.preventDefault();
  text.oninput = type.onchange = found.onchange = refilter;
  size.onchange = () => { state.size = Number(size.value); refilter(); };
  part(section, "previous").onclick = () => { state.page -= 1; draw(); };
  part(section, "next").onclick = () => { state.page += 1; draw(); };
  // On paper there are no pages to turn.
  window.addEventListener("beforeprint", () => { state.isPrinting = true; draw(); });
  window.addEventListener("afterprint", () => { state.isPrinting = false; draw(); });
  draw();
}
