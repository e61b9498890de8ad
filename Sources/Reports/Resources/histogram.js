// How many errors are of which size, in relation to the root mean square of their tensor.

/** The share of the smallest errors that is not drawn. */
const smallest = 0.002;

function drawHistogram(section, errors) {
  if (!errors) return;
  section.hidden = false;
  const { counts, firstExponent, classesPerOctave } = errors;
  const total = counts.reduce((sum, count) => sum + count, errors.zeros);
  const exponent = (index) => firstExponent + index / classesPerOctave;
  const kept = percent(total > 0 ? errors.zeros / total : 0);
  part(section, "summary").textContent =
    `Of ${counted(total, "weight")} looked at in quantized tensors (in large ones every fourth), ${kept} kept their value. ` +
    "The others, by their error relative to their tensor's root mean square:";
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) {
    part(section, "chart").replaceChildren(make("figcaption", { text: "There are no others." }));
    section.querySelector("details").hidden = true;
    return;
  }
  // Whole octaves. The few smallest errors are only in the table: to draw them would make the rest narrow.
  const octave = (index) => Math.floor(index / classesPerOctave) * classesPerOctave;
  const all = octave(first);
  const end = octave(counts.length + classesPerOctave - 1);
  let [start, smaller] = [all, 0];
  for (let sum = 0, index = first; index < counts.length && sum + counts[index] <= smallest * total; index += 1) {
    sum += counts[index];
    if (octave(index + 1) > start) [start, smaller] = [octave(index + 1), sum];
  }
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  const highest = percent(largest / total);
  const drawnCounts = Array.from({ length: end - start }, (_, index) => counts[start + index] ?? 0);
  const label = `Errors from ${power(start)} to ${power(end)} of the RMS; the highest bar is ${highest} of weights`;
  const notes = [
    `error / RMS, ${classesPerOctave} classes for each power of two`, `the highest bar is ${highest} of the weights`];
  if (smaller > 0) notes.push(`${percent(smaller / total)} have a smaller error`);
  part(section, "chart").replaceChildren(
    barChart(drawnCounts, largest, label), axis(exponent(start), exponent(end)),
    make("figcaption", { text: notes.join("; ") }));
  part(section, "table").replaceChildren(octaves());

  function power(index) {
    return significant(2 ** exponent(index), 2);
  }

  /** Powers of ten, thinned out to at most six. */
  function axis(low, high) {
    const [from, to] = [low, high].map((value) => value * Math.log10(2));
    const step = Math.max(1, Math.ceil((to - from) / 6));
    const ticks = [];
    for (let decade = Math.ceil(from / step) * step; decade <= to; decade += step) {
      const left = (100 * (decade - from)) / (to - from);
      if (left < 4 || left > 96) continue;
      ticks.push([left, powerOfTen(decade)]);
    }
    return axisOf(ticks);
  }

  /** One row for each power of two. */
  function octaves() {
    let below = errors.zeros;
    const shares = (count) => [count, below].map((value) => percent(total > 0 ? value / total : 0));
    const rows = [["0", grouped(errors.zeros), ...shares(errors.zeros)]];
    for (let index = all; index < end; index += classesPerOctave) {
      const count = counts.slice(index, index + classesPerOctave).reduce((sum, value) => sum + value, 0);
      below += count;
      const label = `${index === 0 ? "up" : power(index)} to ${power(index + classesPerOctave)}`;
      rows.push([label, grouped(count), ...shares(count)]);
    }
    return plainTable(["Error / RMS", "Weights", "Share", "Up to here"], rows);
  }
}
