// The pairs of the metadata: searched, sorted, long values cut with a button for more.

/** Characters of a value that are shown at once. */
const valueLimit = 160;

const metadataColumns = [
  { key: "index", label: "No.", value: (row) => row.index + 1, text: grouped, ascending: true },
  { key: "name", label: "Key", value: (row) => row.wholeName, isText: true, isName: true },
  { key: "type", label: "Type", value: (row) => row.pair.type, isText: true },
  { key: "value", label: "Value", value: (row) => row.pair.text, isText: true, cell: valueCell },
];

function drawMetadata(section, pairs) {
  if (pairs.length === 0) return;
  section.hidden = false;
  const rows = pairs.map((pair, index) =>
    ({ index, pair, name: show(pair.key), wholeName: showWhole(pair.key), searched: pair.key + "\n" + pair.text }));
  drawTable(section, rows, metadataColumns, {
    noun: "key", caption: "The metadata; the buttons of the header sort", searched: (row) => row.searched,
  });
}

/** The lines of a text as they are, with everything else escaped that does not show. */
function showLines(text) {
  return text.split("\n").map((line) => [...line].map((character) =>
    character !== "\t" && unprintable.test(character) ? "\\u{" + character.codePointAt(0).toString(16) + "}" : character)
    .join("")).join("\n");
}

function valueCell({ pair }) {
  const short = showLines(pair.text.slice(0, 4 * valueLimit)).split("\n")[0].slice(0, valueLimit);
  const isCut = pair.text.length > short.length || pair.whole !== undefined;
  const value = make("bdi", { class: "name", text: isCut ? trimmed(short) + " …" : showLines(pair.text) });
  const box = make("div", { class: "value" }, value);
  if (pair.text === "") value.replaceWith(make("span", { class: "muted", text: "empty" }));
  if (!isCut) return box;
  const more = make("button", { type: "button", text: "more", "aria-expanded": "false" });
  more.onclick = () => {
    const isOpen = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(isOpen));
    more.textContent = isOpen ? "less" : "more";
    box.classList.toggle("whole", isOpen);
    value.textContent = isOpen ? showLines(pair.text) + (pair.whole === undefined ? "" : " …") : trimmed(short) + " …";
  };
  box.append(" ");
  if (pair.whole !== undefined) box.append(make("span", { class: "muted", text: showWhole(pair.whole) }), " ");
  if (pair.text.length > short.length) box.append(more);
  return box;
}

/** Without half of a character of two units at its end. */
function trimmed(text) {
  return text.replace(/[\uD800-\uDBFF]$/, "");
}
