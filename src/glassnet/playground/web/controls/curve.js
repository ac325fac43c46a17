// An activation's curve and its derivative, drawn as they are typed.

import { svg } from "./elements.js";

const [WIDTH, HEIGHT, RIM] = [420, 220, 26];

/**
 * @param {{x: number[], y: (number|null)[], slope: (number|null)[], kinks: number[]}} told
 * @param {{curve: string, slope: string}} names
 * @returns {SVGElement}
 */
export function curvePicture(told, names) {
  const { x, y, slope, kinks = [] } = told;
  const known = [...y, ...slope].filter((value) => value !== null);
  // What grows without end is cut: the part around zero is what a network lives in.
  const low = Math.max(-3.2, Math.min(-0.35, ...known)) - 0.06;
  const high = Math.min(4.2, Math.max(1.2, ...known)) + 0.06;
  const across = (/** @type {number} */ value) => RIM + ((value - x[0]) / (x.at(-1) - x[0])) * (WIDTH - RIM - 8);
  const up = (/** @type {number} */ value) => HEIGHT - 18 - ((value - low) / (high - low)) * (HEIGHT - 28);
  const line = (/** @type {(number|null)[]} */ values, /** @type {string} */ name) =>
    svg("path", { d: path(x, values, across, up, low, high), class: `curve-${name}`, fill: "none" });
  const text = (/** @type {number} */ left, /** @type {number} */ top, /** @type {string} */ words, anchor = "middle") =>
    Object.assign(svg("text", { x: left, y: top, "text-anchor": anchor, class: "curve-tick" }), { textContent: words });
  const levels = [-3, -2, -1, 0, 1, 2, 3, 4].filter((level) => level >= low && level <= high);
  const minus = (/** @type {number} */ value) => (value < 0 ? `\u2212${-value}` : String(value));
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${names.curve}, ${names.slope}`, class: "curve" },
    ...levels.map((level) => svg("line", { x1: RIM, x2: WIDTH - 8, y1: up(level), y2: up(level), class: level === 0 ? "curve-axis" : "curve-grid" })),
    svg("line", { x1: across(0), x2: across(0), y1: 8, y2: HEIGHT - 18, class: "curve-axis" }),
    ...levels.map((level) => text(RIM - 6, up(level) + 4, minus(level), "end")),
    ...[-6, -4, -2, 0, 2, 4, 6].map((place) => text(across(place), HEIGHT - 4, minus(place))),
    ...kinks.filter((place) => place >= x[0] && place <= x.at(-1)).map((place) => svg("line", { x1: across(place), x2: across(place), y1: 8, y2: HEIGHT - 18, class: "curve-kink" })),
    line(slope, "slope"),
    line(y, "value"),
  );
}

/** A path through the numbers; it breaks where there are none, and where it leaves the picture. */
function path(x, values, across, up, low, high) {
  let [d, pen] = ["", "M"];
  const room = (high - low) * 0.04;
  values.forEach((value, i) => {
    if (value === null || value < low - room || value > high + room) {
      pen = "M";
      return;
    }
    d += `${pen}${across(x[i]).toFixed(1)} ${up(value).toFixed(1)}`;
    pen = "L";
  });
  return d;
}
