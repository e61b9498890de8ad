// Draws the parts of the page from what stands in it as JSON.

const data = JSON.parse(document.getElementById("report").textContent);
const page = data.head;
const types = page.types.map((type, index) => ({ ...type, colour: Math.min(index, 8) }));
const tensorRows = data.tensors.map(readTensor);
const sections = Object.fromEntries(
  [...document.querySelectorAll("[data-part]")].map((section) => [section.dataset.part, section]));

function readTensor(tensor, index) {
  const { statistics = null, layer = null } = tensor;
  const weights = statistics?.weights;
  const codes = statistics?.codes;
  return {
    index, statistics, layer, name: show(tensor.name), wholeName: showWhole(tensor.name), kind: kindOf(tensor),
    type: types[tensor.type], shape: tensor.shape, shapeText: "[" + tensor.shape.join(", ") + "]",
    elements: tensor.shape.reduce((product, size) => product * size, 1), bytes: tensor.bytes, offset: tensor.offset,
    file: page.files ? page.files[tensor.file] : null, messages: tensor.findings ?? [],
    rms: weights ? number(weights.rms) : null, deviation: weights ? number(weights.deviation) : null,
    zeros: weights && weights.count > 0 ? weights.zeros / weights.count : null,
    bits: codes?.kind === "codes" ? codes.histogram.entropy : null,
    saturated: codes?.saturated === undefined ? null : codes.saturated / Math.max(1, statistics.weights?.count ?? 1),
  };
}

/** The name with `*` for the number of its layer. */
function kindOf({ name, layer = null }) {
  if (layer === null) return name;
  const parts = name.split(".");
  const index = parts.findIndex((part) => /^[0-9]+$/.test(part) && Number(part) === layer);
  if (index >= 0) parts[index] = "*";
  return parts.join(".");
}

const checkpointColumns = [
  { key: "index", label: "No.", value: (row) => row.index + 1, text: grouped, ascending: true },
  { key: "name", label: "Tensor", value: (row) => row.wholeName, isText: true, isName: true },
  { key: "findings", label: "Odd", value: (row) => row.messages.length, isFlag: true, skip: 0,
    text: (count) => (count === 0 ? "" : grouped(count)) },
  { key: "type", label: "Type", value: (row) => row.type.name, isText: true },
  { key: "shape", label: "Shape", value: (row) => row.elements, cell: (row) => row.shapeText },
  { key: "elements", label: "Weights", value: (row) => row.elements, text: grouped, isWide: true },
  { key: "bytes", label: "Bytes", value: (row) => row.bytes, text: grouped },
  { key: "rms", label: "RMS", value: (row) => row.rms, text: significant },
  { key: "deviation", label: "Std. dev.", value: (row) => row.deviation, text: significant, isWide: true },
  { key: "zeros", label: "Zeros", value: (row) => row.zeros, text: (value) => (value === null ? "–" : percent(value)) },
  { key: "bits", label: "Bits used", value: (row) => row.bits, text: (value) => fixed(value, 2) },
  { key: "saturated", label: "Saturated", value: (row) => row.saturated,
    text: (value) => (value === null ? "–" : percent(value)) },
  { key: "scale", label: "Largest scale", value: (row) => number(row.statistics?.scales?.high), text: significant,
    isWide: true },
  { key: "file", label: "File", value: (row) => row.file, isText: true, isWide: true,
    cell: (row) => make("bdi", { text: show(row.file ?? "") }) },
  { key: "offset", label: "Offset", value: (row) => row.offset, text: grouped, isWide: true },
];

function drawTensors(section) {
  if (tensorRows.length === 0) return () => {};
  section.hidden = false;
  const [type, odd] = ["type", "found"].map((role) => part(section, role));
  fillSelect(type, [["", "any"], ...types.map(({ name }) => [name, name])]);
  odd.parentElement.hidden = !tensorRows.some((row) => row.messages.length > 0);
  const table = drawTable(section, tensorRows, checkpointColumns, {
    noun: "tensor", caption: "All tensors; the buttons of the header sort, those of the names open a tensor",
    searched: (row) => row.wholeName,
    keeps: (row) => (type.value === "" || row.type.name === type.value) && (!odd.checked || row.messages.length > 0),
    opened: (row) => tensorDetail(row, page),
  });
  type.onchange = odd.onchange = table.refilter;
  part(section, "remark").textContent = (page.hasStatistics ? "A name opens what is known of its weights and blocks." : "") +
    (page.withoutHistograms > 0 ? ` Histograms of the ${grouped(page.withoutHistograms)} smallest tensors are left out.` : "");
  return (row) => {
    type.value = "";
    odd.checked = false;
    table.show(row);
  };
}

const openTensor = drawTensors(sections.tensors);
drawTreemap(sections.map, tensorRows, types, openTensor);
drawMetadata(sections.metadata, page.metadata);
// No links to parts that have nothing to show.
for (const link of document.querySelectorAll("nav a")) {
  link.hidden = document.querySelector(link.getAttribute("href")).closest("section").hidden;
}
