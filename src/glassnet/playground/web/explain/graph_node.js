// @ts-check
// One node of the graph: a box with its name and how it is computed, and its numbers along the line that leaves it.

import { svg } from "./dom.js";

export const LINE = 13; // pixels of a line of numbers, as in points.py
const BOX = 30; // height of a box
const LETTER = 6.3; // width of a letter of a formula
const NUMBERS = 58; // width of a column of numbers
const MOST_LINES = 8; // of a vector
const [CELL, WIDEST, HIGHEST] = [11, 104, 91]; // of a matrix

/** Width of a node's box, and of the line with its numbers. @param {any} node */
export function widthOf(node) {
  const letters = Math.max(node.name.length * 1.2, node.formula.length);
  const { shape } = node.value;
  const stub = shape.length < 2 ? NUMBERS : Math.max(NUMBERS, cellOf(shape) * columnsOf(shape) + 14);
  return { box: Math.max(34, letters * LETTER + 16), stub };
}

const columnsOf = (/** @type {number[]} */ shape) => shape.slice(1).reduce((product, length) => product * length, 1);
const cellOf = (/** @type {number[]} */ shape) => Math.min(CELL, WIDEST / columnsOf(shape), HIGHEST / shape[0]);

/**
 * @param {any} node
 * @param {number} i its place in the graph
 * @param {any} places
 * @param {any} answer
 * @param {any} playground
 * @param {import("./dom.js").Live} live
 */
export function graphNode(node, i, places, answer, playground, live) {
  const { t, format } = playground;
  const { box, stub } = widthOf(node);
  const left = places.columns[node.column].left;
  const y = places.y(node.height);
  const scores = lastSum(answer.graph.nodes);
  const group = svg("g", { class: `graph-node role-${node.role}${i === scores ? " scores" : ""}`, "data-node": node.name });
  const right = left + box;
  group.append(
    svg("path", { d: `M${right},${y} H${right + stub}`, class: i === scores ? "graph-line on-way-back" : "graph-line" }),
    svg("rect", { x: left, y: y - BOX / 2, width: box, height: BOX, rx: 6 }),
    svg("text", { x: left + box / 2, y: node.formula ? y - 2.5 : y + 4.5, class: "graph-name" }, ...subscripted(node.name)),
  );
  if (node.formula) group.append(svg("text", { x: left + box / 2, y: y + 10.5, class: "graph-formula" }, ...subscripted(node.formula)));
  const hint = svg("title", {});
  group.append(hint);
  const middle = right + stub / 2;
  group.append(numbersOf("value", i, { middle, y, above: true, node }, playground, live));
  if (node.gradient) {
    group.append(numbersOf("gradient", i, { middle, y, above: false, node }, playground, live));
    if (i === scores) group.append(svg("text", { x: middle, y: y + 6 + LINE * (node.lines + 1) - 2, class: "graph-p-minus-t" }, answer.p_minus_t?.holds ? "p − t" : ""));
  }
  live.each((/** @type {any} */ now) => {
    const { value, gradient } = now.graph.nodes[i];
    const size = value.shape.length ? ` (${value.shape.join(" × ")})` : "";
    const text = [`${node.name}${size}${node.formula ? ` = ${node.formula}` : ""}`];
    if (value.numbers && value.numbers.length <= 8) {
      text.push(t("value {numbers}", { numbers: value.numbers.map((/** @type {number} */ v) => format.number(v)).join(", ") }));
      if (gradient?.numbers) text.push(t("gradient {numbers}", { numbers: gradient.numbers.map((/** @type {number} */ v) => format.number(v)).join(", ") }));
    }
    hint.textContent = text.join("\n");
  });
  return group;
}

/** The raw scores: the last weighted sum. @param {any[]} nodes */
export const lastSum = (nodes) => nodes.reduce((found, node, i) => (node.role === "sum" ? i : found), -1);

/** Numbers above or below a line: a column of them, or a matrix as cells. */
function numbersOf(/** @type {"value" | "gradient"} */ which, /** @type {number} */ i, /** @type {any} */ place, /** @type {any} */ playground, /** @type {any} */ live) {
  const { format } = playground;
  const { middle, y, above, node } = place;
  const { shape } = node.value;
  if (shape.length > 1) return cells(which, i, place, live);
  const size = shape[0] ?? 1;
  const shown = Math.min(size, MOST_LINES);
  const lines = Array.from({ length: shown + (size > shown ? 1 : 0) }, (_line, k) => {
    const from = above ? y - 5 - LINE * (node.lines - 1 - k) : y + 12 + LINE * k;
    const text = svg("text", { x: middle, y: from, class: `graph-${which}` });
    if (k === shown) text.textContent = "⋮";
    else live.text(text, (/** @type {any} */ now) => format.number(now.graph.nodes[i][which]?.numbers?.[k] ?? null));
    return text;
  });
  return svg("g", {}, ...lines);
}

function cells(/** @type {"value" | "gradient"} */ which, /** @type {number} */ i, /** @type {any} */ { middle, y, above, node }, /** @type {any} */ live) {
  const { shape, numbers } = node.value;
  const columns = columnsOf(shape);
  const cell = cellOf(shape);
  const [width, height] = [columns * cell, shape[0] * cell];
  const [left, top] = [middle - width / 2, above ? y - 5 - height : y + 5];
  const frame = svg("rect", { x: left, y: top, width, height, class: `graph-cells of-${which}` });
  if (!numbers) return svg("g", {}, frame, svg("text", { x: middle, y: top + height / 2 + 4, class: "graph-formula" }, shape.join(" × ")));
  const drawn = numbers.map((/** @type {number} */ _value, /** @type {number} */ k) =>
    svg("rect", { x: left + (k % columns) * cell, y: top + Math.floor(k / columns) * cell, width: cell, height: cell }),
  );
  live.each((/** @type {any} */ now) => {
    const values = now.graph.nodes[i][which]?.numbers ?? [];
    const most = Math.max(...values.map((/** @type {number} */ v) => Math.abs(v ?? 0)), 1e-300);
    drawn.forEach((/** @type {any} */ one, /** @type {number} */ k) => {
      const value = values[k] ?? 0;
      one.setAttribute("class", value < 0 ? "below" : "above");
      one.setAttribute("fill-opacity", (Math.abs(value) / most).toFixed(3));
    });
  });
  return svg("g", {}, ...drawn, frame);
}

/** Names with digits at their ends as indices: z1 becomes z₁, slope_1 too. @param {string} text */
export function subscripted(text) {
  /** @type {any[]} */ const parts = [];
  let rest = 0;
  for (const found of text.matchAll(/\b(?:([A-Za-z])|([A-Za-z]+)_)(\d+)\b/g)) {
    parts.push(text.slice(rest, found.index) + (found[1] ?? found[2]));
    parts.push(svg("tspan", { class: "index", dy: "2.5" }, found[3]), svg("tspan", { dy: "-2.5" }, "\u200b"));
    rest = found.index + found[0].length;
  }
  parts.push(text.slice(rest));
  return parts.filter((part) => part !== "");
}
