// Draws the parts of the page from the report that stands in it.

const report = JSON.parse(document.getElementById("report").textContent);
const tensorRows = readTensors(report);
const sections = Object.fromEntries(
  [...document.querySelectorAll("[data-part]")].map((section) => [section.dataset.part, section]));
drawBars(sections.bars, tensorRows, report.types);
drawHeatMap(sections.map, report, tensorRows);
drawHistogram(sections.errors, report.errors);
drawTensors(sections.tensors, tensorRows);
// No links to parts that have nothing to show.
for (const link of document.querySelectorAll("nav a")) {
  link.hidden = document.querySelector(link.getAttribute("href")).closest("section").hidden;
}
