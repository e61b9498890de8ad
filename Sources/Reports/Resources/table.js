// A table of which a page of rows is shown at a time, sorted by any column, filtered by a text and by what else there is.

function classes(column) {
  return [column.isText && "text", column.isFlag && "flag", column.isWide && "wide"].filter(Boolean).join(" ") || null;
}

/** Draws rows, each with its `index`. Of a column: `value` is what is sorted by, `text` makes a text of it, `cell` a text
 * or an element of the row; text columns are first sorted ascending, figures with the largest first; wide ones are left
 * out on paper. Of the options: `noun` and `caption` say what the rows are, `searched` is the text of a row that is
 * searched, `keeps` says whether a row passes the other filters, `opened` makes what is shown below a row that is opened.
 */
function drawTable(section, rows, allColumns, { noun, caption, searched, keeps = () => true, opened = null }) {
  // A column in which no row has anything is left out.
  const columns = allColumns.filter((column) => rows.some((row) => {
    const value = column.value(row);
    return value !== null && value !== column.skip;
  }));
  const state = { column: columns[0], descending: false, page: 0, size: 50, isPrinting: false, open: new Set() };
  const [text, size] = ["text", "size"].map((role) => part(section, role));
  fillSelect(size, [25, 50, 200, 1000].map((count) => [count, count]));
  size.value = state.size;

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
    make("caption", { class: "unseen", text: caption }), make("thead", {}, make("tr", {}, ...heads)), body);

  function selected() {
    const wanted = text.value.trim().toLowerCase();
    const matching = rows.filter((row) => keeps(row) && searched(row).toLowerCase().includes(wanted));
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
    body.replaceChildren(...visible.flatMap(lines));
    part(section, "count").textContent = matching.length === 0 ? `No ${noun} matches`
      : `${grouped(start + 1)} to ${grouped(start + visible.length)} of ${counted(matching.length, noun)}` +
        (matching.length < rows.length ? ` (${grouped(rows.length)} in all)` : "");
    part(section, "previous").disabled = state.page === 0;
    part(section, "next").disabled = state.page >= pages - 1;
  }

  /** The row, and what is below it where it is open. */
  function lines(row) {
    const line = make("tr", { "data-index": row.index }, ...columns.map((column) => cell(row, column)));
    return state.open.has(row) ? [line, below(row)] : [line];
  }

  function below(row) {
    return make("tr", { class: "opened" },
      make("td", { class: "text", colspan: columns.length }, make("div", { class: "detail" }, ...opened(row))));
  }

  function cell(row, column) {
    const value = column.value(row);
    if (column.isName) {
      const name = make("bdi", { text: row.name });
      return make("th", { scope: "row", class: "name text" }, opened ? opener(row, name) : name);
    }
    const shown = column.cell ? column.cell(row) : column.text ? column.text(value) : value;
    return shown instanceof Node ? make("td", { class: classes(column) }, shown)
      : make("td", { class: classes(column), text: shown });
  }

  function opener(row, name) {
    const button = make("button", { type: "button", "aria-expanded": String(state.open.has(row)) }, name);
    button.onclick = () => {
      const line = button.closest("tr");
      if (state.open.delete(row)) line.nextElementSibling.remove();
      else {
        state.open.add(row);
        line.after(below(row));
      }
      button.setAttribute("aria-expanded", String(state.open.has(row)));
    };
    return button;
  }

  /** Turns to the page that a row is on, opens it, and goes there. The other filters must let it through. */
  function show(row) {
    text.value = "";
    state.open.add(row);
    state.page = Math.max(0, Math.floor(selected().indexOf(row) / state.size));
    draw();
    const button = body.querySelector(`tr[data-index="${row.index}"] button`);
    button?.scrollIntoView({ block: "center" });
    button?.focus({ preventScroll: true });
  }

  function refilter() {
    state.page = 0;
    draw();
  }
  part(section, "filters").onsubmit = (event) => event.preventDefault();
  text.oninput = refilter;
  size.onchange = () => { state.size = Number(size.value); refilter(); };
  part(section, "previous").onclick = () => { state.page -= 1; draw(); };
  part(section, "next").onclick = () => { state.page += 1; draw(); };
  // On paper there are no pages to turn.
  window.addEventListener("beforeprint", () => { state.isPrinting = true; draw(); });
  window.addEventListener("afterprint", () => { state.isPrinting = false; draw(); });
  draw();
  return { refilter, show };
}
