// What is drawn of a tensor when it is opened: its weights, its codes, its scales, its rows.

/** What is shown below a tensor's row: elements. */
function tensorDetail(row, page) {
  const { statistics } = row;
  const parts = [];
  if (row.messages.length > 0) {
    parts.push(make("ul", { class: "odd" }, ...row.messages.map((text) =>
      make("li", {}, make("strong", { class: "badge warning", text: "odd" }), " " + showWhole(text)))));
  }
  if (!statistics) {
    const reason = !page.hasStatistics ? "Only headers were read: there are no figures of weights and blocks in this page."
      : row.elements === 0 ? "The tensor has no elements." : "There are no figures of this tensor.";
    return [...parts, make("p", { class: "muted", text: reason })];
  }
  if (statistics.limitation) parts.push(make("p", { class: "muted", text: showWhole(statistics.limitation) }));
  const facts = [...weightFacts(statistics), ...blockFacts(row), ...rowFacts(statistics.rows)];
  if (facts.length > 0) {
    parts.push(make("dl", { class: "facts" }, ...facts.map(([label, text]) =>
      make("div", {}, make("dt", { text: label }), make("dd", { text })))));
  }
  const charts = [
    statistics.codes && codeChart(row, statistics.codes), statistics.scales && scaleChart("Scales", statistics.scales),
    statistics.subScales && integerChart("Sub-scales", statistics.subScales),
    statistics.mins && scaleChart("Mins", statistics.mins),
    statistics.subMins && integerChart("Sub-mins", statistics.subMins),
  ].filter(Boolean);
  if (charts.length > 0) parts.push(make("div", { class: "charts" }, ...charts));
  if (statistics.rows?.outliers) parts.push(outlierTable(statistics.rows));
  return parts;
}

function weightFacts({ weights }) {
  if (!weights) return [];
  const { count, zeros, notANumber = 0, infinite = 0 } = weights;
  const figure = (name) => significant(number(weights[name]));
  const facts = count === 0 ? [["Weights", "none of them is finite"]] : [
    ["Weights", `RMS ${figure("rms")}, standard deviation ${figure("deviation")}, mean ${figure("mean")}`],
    ["Range", `${figure("minimum")} to ${figure("maximum")}`],
    ["Zeros", `${grouped(zeros)} (${percent(zeros / count)})`],
  ];
  if (notANumber + infinite > 0) facts.push(["Not finite", `${grouped(notANumber)} NaN, ${grouped(infinite)} infinite`]);
  return facts;
}

function blockFacts({ statistics: { blocks, zeroBlocks }, elements }) {
  if (blocks === undefined) return [];
  const zero = zeroBlocks === undefined ? "" : `, ${zeroBlocks === 0 ? "none" : grouped(zeroBlocks)} all zero`;
  return [["Blocks", `${grouped(blocks)} of ${grouped(blocks > 0 ? elements / blocks : 0)} weights${zero}`]];
}

function rowFacts(rows) {
  if (!rows) return [];
  const { count, zero = 0, notFinite = 0, outlierCount = 0 } = rows;
  const remarks = [grouped(count)];
  if (zero + notFinite < count) {
    remarks.push(
      `median RMS ${significant(number(rows.median))}`, `half of them within ${fixed(number(rows.deviation), 2)} octaves of it`,
      outlierCount === 0 ? "no outliers" : counted(outlierCount, "outlier"));
  }
  if (zero > 0) remarks.push(`${grouped(zero)} all zero`);
  if (notFinite > 0) remarks.push(`${grouped(notFinite)} not finite`);
  return [["Rows", remarks.join(", ")]];
}

function outlierTable(rows) {
  const median = number(rows.median);
  const lines = rows.outliers.map(({ row, rms, largest }) =>
    [grouped(row), significant(number(rms)), significant(number(rms) / median), significant(number(largest))]);
  const title = rows.outlierCount > lines.length
    ? `The ${lines.length} furthest of ${counted(rows.outlierCount, "outlier row")}`
    : counted(lines.length, "outlier row");
  const table = plainTable(["Row", "RMS", "Times the median", "Largest magnitude"], lines);
  if (lines.length > 5) return make("details", {}, make("summary", { text: title }), table);
  return make("div", {}, make("p", { class: "title", text: title }), table);
}

/** A titled chart of classes, each `[label, count]`, with the same as a table behind a summary. */
function distribution(title, { classes, ticks, axis, notes, unit }) {
  const total = classes.reduce((sum, [, count]) => sum + count, 0);
  const largest = classes.reduce((most, [, count]) => Math.max(most, count), 0);
  const head = make("p", { class: "title", text: title });
  if (total === 0) return make("figure", {}, head, make("figcaption", { text: notes.join("; ") }));
  const range = `${classes[0][0]} to ${classes.at(-1)[0]}`;
  const highest = `the highest bar is ${percent(largest / total)} of the ${unit.toLowerCase()}`;
  const details = make("details", {}, make("summary", { text: "The same as a table" }));
  details.ontoggle = () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(plainTable([axis, unit, "Share"],
      classes.map(([label, count]) => [label, grouped(count), percent(count / total)])));
  };
  return make("figure", {}, head,
    barChart(classes.map(([, count]) => count), largest, `${title}: ${axis} ${range}; ${highest}`), axisOf(ticks),
    make("p", { class: "axis-name", text: axis }), make("figcaption", { text: [...notes, highest].join("; ") }), details);
}

/** Ticks below the middle of classes, at most nine: at multiples of a round step where the classes are integers in
 * order. */
function classTicks(labels, values) {
  const isDense = values.every((value, index) => index === 0 || value === values[index - 1] + 1);
  const step = [1, 2, 4, 8, 16, 32, 64].find((step) => labels.length / step <= 9) ?? 128;
  return labels.map((label, index) => [(100 * (index + 0.5)) / labels.length, label])
    .filter((_, index) => (isDense ? values[index] : index) % step === 0);
}

const noHistogram = "its histogram is not in this page; gguf inspect --tensor draws it";

function bitsUsed({ entropy, possible, used }) {
  return `${fixed(entropy, 2)} of ${fixed(Math.log2(possible), 2)} bits used, ${grouped(used)} of ${grouped(possible)} values`;
}

function integersOf(histogram) {
  return histogram.counts.map((count, index) => [histogram.values?.[index] ?? histogram.first + index, count]);
}

function integerChart(title, histogram) {
  const notes = [bitsUsed(histogram)];
  if (!histogram.counts) return distribution(title, { classes: [], notes: [...notes, noHistogram] });
  const classes = integersOf(histogram).map(([value, count]) => [signed(value), count]);
  return distribution(title, {
    classes, notes, axis: "integer", unit: "Sub-blocks",
    ticks: classTicks(classes.map(([label]) => label), integersOf(histogram).map(([value]) => value)),
  });
}

function codeChart(row, { kind, histogram, every, saturated }) {
  const isCode = kind === "codes";
  const title = isCode ? "Codes" : "Exponents";
  const notes = [bitsUsed(histogram)];
  if (saturated !== undefined) notes.push(`lowest and highest ${percent(saturated / Math.max(1, row.elements))} of weights`);
  if (every > 1) notes.push(`one weight in ${every} counted`);
  if (!histogram.counts) return distribution(title, { classes: [], notes: [...notes, noHistogram] });
  // The lowest exponent is that of zero and of subnormal numbers, the highest (but of E4M3) that of infinity and NaN.
  const bias = histogram.possible / 2 - 1;
  const exponent = (value) => value === 0 ? "0"
    : value === histogram.possible - 1 && histogram.possible >= 32 ? "∞, NaN" : "2" + raised(value - bias);
  const label = isCode ? signed : exponent;
  const classes = integersOf(histogram).map(([value, count]) => [label(value), count]);
  return distribution(title, {
    classes, notes, axis: isCode ? "code" : "power of two", unit: "Weights",
    ticks: classTicks(
      classes.map(([text]) => text), integersOf(histogram).map(([value]) => (isCode ? value : value - bias))),
  });
}

function signed(value) {
  return value < 0 ? "−" + -value : String(value);
}

/** An exponent, raised: `⁻¹²`. */
function raised(value) {
  return [...String(value)].map((character) => (character === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(character)])).join("");
}

/** Four classes for each power of two; class k begins at 2^floor(k / 4) x (1 + (k mod 4) / 4). */
function magnitudeOf(place) {
  const octave = Math.floor(place / 4);
  return 2 ** octave * (1 + (place - 4 * octave) / 4);
}

function placeOf(magnitude) {
  let octave = Math.floor(Math.log2(magnitude));
  if (2 ** octave > magnitude) octave -= 1;
  return 4 * (octave + magnitude / 2 ** octave - 1);
}

function scaleChart(title, scales) {
  const notes = [`${grouped(scales.count)} in ${scales.encoding}`];
  const remarks = {
    negative: "below zero", zeros: "zero", subnormal: "subnormal", largest: "at the largest magnitude", infinite: "infinite",
    notANumber: "NaN",
  };
  for (const [key, words] of Object.entries(remarks)) {
    if (scales[key] > 0) notes.push(`${grouped(scales[key])} ${words}`);
  }
  const [low, high] = [number(scales.low), number(scales.high)];
  if (high > 0) notes.unshift(`${significant(low)} to ${significant(high)}, mean ${significant(number(scales.mean))}`);
  if (!scales.counts) return distribution(title, { classes: [], notes: [...notes, noHistogram] });
  const classes = scales.counts.map((count, index) => [
    `${significant(magnitudeOf(scales.first + index))} to ${significant(magnitudeOf(scales.first + index + 1))}`, count]);
  return distribution(title, {
    classes, notes, axis: "magnitude", unit: title,
    ticks: magnitudeTicks(scales.first, scales.first + scales.counts.length),
  });
}

/** Powers of ten; with twice and five times them, or powers of two, where there would be hardly any. */
function magnitudeTicks(start, end) {
  const [from, to] = [start, end].map((place) => Math.log10(magnitudeOf(place)));
  const step = Math.max(1, Math.ceil((to - from) / 7));
  const values = [];
  for (let decade = Math.floor(from / step) * step; decade <= to; decade += step) {
    for (const factor of to - from < 2.5 ? [1, 2, 5] : [1]) values.push(Number(`${factor}e${decade}`));
  }
  const places = (values) => values.filter((value) => value > 0)
    .map((value) => [(100 * (placeOf(value) - start)) / (end - start), shortNumber(value)])
    .filter(([left]) => left >= 2 && left <= 98);
  const ticks = places(values);
  return ticks.length > 1 ? ticks : places([magnitudeOf(start + (end - start) / 4), magnitudeOf(end - (end - start) / 4)]);
}

function shortNumber(value) {
  return value >= 1e-4 && value < 1e5 ? String(Number(value.toPrecision(3))) : Number(value.toPrecision(2)).toExponential();
}
