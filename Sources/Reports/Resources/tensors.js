// The report's tensors, and the table of all of them.

/** The report's tensors with what all parts of the page need of them. */
function readTensors(report) {
  const colours = new Map(report.types.map((type, index) => [type.name, Math.min(index, 8)]));
  const findings = new Map();
  for (const finding of report.findings) {
    if (finding.tensor !== undefined) findings.set(finding.tensor, (findings.get(finding.tensor) ?? 0) + 1);
  }
  return report.tensors.map((tensor, index) => {
    const figures = tensor.figures;
    return {
      index, tensor, figures, name: show(tensor.name), wholeName: showWhole(tensor.name),
      colour: colours.get(tensor.type) ?? 8,
      findings: findings.get(tensor.name) ?? 0, layer: tensor.layer ?? null,
      relative: figures ? number(figures.relativeRMSE) : null,
      sqnr: figures ? number(figures.sqnr) : null,
      ratio: tensor.usual ? number(tensor.usual.ratio) : null,
    };
  });
}

const detail = (name) => (row) => (row.figures ? number(row.figures[name]) : null);
const inside = (group, name) => (row) => number(row.figures?.[group]?.[name]);
const place = (at, text) => (at ? text(at) : "–");

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

function drawTensors(section, rows) {
  if (rows.length === 0) return;
  section.hidden = false;
  const [type, found] = ["type", "found"].map((role) => part(section, role));
  fillSelect(type, [["", "any"], ...[...new Set(rows.map((row) => row.tensor.type))].map((name) => [name, name])]);
  found.parentElement.hidden = !rows.some((row) => row.findings > 0);
  const table = drawTable(section, rows, tensorColumns, {
    noun: "tensor", caption: "All tensors; the buttons of the header sort", searched: (row) => row.wholeName,
    keeps: (row) => (type.value === "" || row.tensor.type === type.value) && (!found.checked || row.findings > 0),
  });
  type.onchange = found.onchange = table.refilter;
}
