"use strict";
// Values as text, and text as elements. Whatever comes from a file becomes text of an element, never markup.

/** Control, format, private and unassigned characters, line breaks, and what leaves no trace: shown as escapes. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Characters of a name that are shown. */
const nameLimit = 200;

/** A name as the program prints it; long ones are cut. */
function show(text) {
  const whole = showWhole(text);
  if (whole === "") return '""';
  if (text.length <= nameLimit) return whole;
  const characters = [...text];
  return characters.length <= nameLimit ? whole : showWhole(characters.slice(0, nameLimit).join("")) + "...";
}

function showWhole(text) {
  if (!unprintable.test(text)) return text;
  let shown = "";
  for (const character of text) {
    if (character === '"' || character === "\\") shown += "\\" + character;
    else if (unprintable.test(character)) shown += "\\u{" + character.codePointAt(0).toString(16) + "}";
    else shown += character;
  }
  return shown;
}

/** A number of the report: JSON has no infinities and no NaN, so those are strings; null where there is none. */
function number(value) {
  if (typeof value === "number") return value;
  return { "inf": Infinity, "-inf": -Infinity, "nan": NaN }[value] ?? null;
}

function special(value) {
  return Number.isNaN(value) ? "NaN" : value < 0 ? "-∞" : "∞";
}

/** Three significant digits: `0.00537`, `12.3`, `1.25e-9`. */
function significant(value, digits = 3) {
  if (value === null) return "–";
  if (!Number.isFinite(value)) return special(value);
  if (value === 0) return "0";
  const [, exponent] = value.toExponential(digits - 1).split("e").map(Number);
  const isShort = exponent >= -4 && exponent < 3;
  return isShort ? value.toFixed(Math.max(0, digits - 1 - exponent)) : value.toExponential(digits - 1);
}

function fixed(value, digits) {
  return value === null ? "–" : Number.isFinite(value) ? value.toFixed(digits) : special(value);
}

function decibels(value) {
  return value !== null && Number.isFinite(value) ? fixed(value, 1) + " dB" : fixed(value, 1);
}

/** `22,565,376`, in every locale. */
function grouped(value) {
  return value === null ? "–" : value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

function counted(count, noun) {
  return grouped(count) + " " + noun + (count === 1 ? "" : "s");
}

/** `90.9 MB`: powers of 1,000, one digit behind the point. */
function byteText(count) {
  if (count < 1000) return count + " B";
  let [value, unit] = [count, -1];
  const units = ["kB", "MB", "GB", "TB", "PB"];
  while (unit < 0 || (value >= 999.95 && unit < units.length - 1)) [value, unit] = [value / 1000, unit + 1];
  return value.toFixed(1) + " " + units[unit];
}

function percent(share) {
  const value = share * 100;
  return value === 0 ? "0 %" : value < 0.01 ? "< 0.01 %" : value.toFixed(value < 10 ? 2 : 1) + " %";
}

/** An element: attributes by name, `text` for its text, then children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** The element of a section that has this role. */
function part(section, role) {
  return section.querySelector(`[data-role="${role}"]`);
}

function fillSelect(select, options) {
  select.replaceChildren(...options.map(([value, label]) => make("option", { value, text: label })));
}

/** Compares figures, the smallest first; what has no figure, or none that can be compared, comes last. */
function compareFigures(left, right) {
  const [a, b] = [left, right].map((value) => (value === null || Number.isNaN(value) ? null : value));
  if (a === null || b === null) return (a === null) - (b === null);
  return a < b ? -1 : a > b ? 1 : 0;
}
