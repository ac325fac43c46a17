// @ts-check
/** Values over the plane as colored images: what units and outputs answer at each place of the box. */

import {LEVELS, cssOfPacked} from "./colors.js";
import {traceArea} from "./contours.js";

/**
 * A canvas of g × g pixels that is filled again and again.
 * @param {number} columns @param {number} rows
 */
export function pixels(columns, rows) {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  return {canvas, words, columns, rows, show: () => context.putImageData(image, 0, 0)};
}

/** Colors for the 256 levels of a unit's image, zero in the middle. @param {Uint32Array} signed @param {number} low @param {number} high */
export function levelColors(signed, low, high, into = new Uint32Array(256)) {
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  for (let i = 0; i < 256; i++) {
    const value = (low + ((high - low) * i) / 255) / most;
    into[i] = signed[LEVELS + Math.round(LEVELS * value)];
  }
  return into;
}

/**
 * Draw values in -1 … 1 (signed) as stacked areas of one color each: the vector form of a unit's image.
 * @param {any} context @param {ArrayLike<number>} field @param {number} rows @param {number} columns
 * @param {Uint32Array} signed @param {{x: number, y: number, width: number, height: number}} place
 */
export function paintAreas(context, field, rows, columns, signed, place) {
  const toX = (/** @type {number} */ x) => place.x + (place.width * x) / (columns - 1);
  const toY = (/** @type {number} */ y) => place.y + (place.height * y) / (rows - 1);
  context.fillStyle = cssOfPacked(signed[LEVELS]);
  context.fillRect(place.x, place.y, place.width, place.height);
  for (const side of [-1, 1]) {
    const values = side === 1 ? field : Float32Array.from(field, (value) => -value);
    for (const level of [0.1, 0.25, 0.4, 0.55, 0.7, 0.85]) {
      context.beginPath();
      if (!traceArea(values, rows, columns, level, context, toX, toY)) break;
      context.fillStyle = cssOfPacked(signed[LEVELS + side * Math.round(LEVELS * (level + 0.075))]);
      context.fill("evenodd");
    }
  }
}

/**
 * The value of a grid between its points.
 * @param {ArrayLike<number>} field rows × columns from `start` @param {number} rows @param {number} columns
 * @param {number} x in steps of the grid @param {number} y @param {number} [start]
 */
export function between(field, rows, columns, x, y, start = 0) {
  const c = Math.min(columns - 2, Math.max(0, Math.floor(x)));
  const r = Math.min(rows - 2, Math.max(0, Math.floor(y)));
  const [u, v] = [Math.min(1, Math.max(0, x - c)), Math.min(1, Math.max(0, y - r))];
  const at = start + r * columns + c;
  const top = field[at] + u * (field[at + 1] - field[at]);
  const bottom = field[at + columns] + u * (field[at + columns + 1] - field[at + columns]);
  return top + v * (bottom - top);
}

/**
 * A grid with `factor` steps for each of its own, values between them in proportion.
 * @param {ArrayLike<number>} field @param {number} rows @param {number} columns @param {number} factor
 */
export function enlarged(field, rows, columns, factor) {
  const [high, wide] = [(rows - 1) * factor + 1, (columns - 1) * factor + 1];
  const result = new Float32Array(high * wide);
  const line = new Float32Array(columns);
  for (let r = 0; r < high; r++) {
    const above = Math.min(rows - 2, Math.floor(r / factor));
    const share = r / factor - above;
    for (let c = 0; c < columns; c++) {
      const at = above * columns + c;
      line[c] = field[at] + share * (field[at + columns] - field[at]);
    }
    let to = r * wide;
    for (let c = 0; c < columns - 1; c++) {
      const step = (line[c + 1] - line[c]) / factor;
      for (let i = 0; i < factor; i++) result[to++] = line[c] + i * step;
    }
    result[to] = line[columns - 1];
  }
  return result;
}

/** Log odds of the 256 levels of a byte, and the way back in 80ths, so that no logarithm is taken for a pixel. */
const ODDS = Float32Array.from({length: 256}, (_, i) => Math.log((i + 0.5) / (255.5 - i)));
const BACK = Uint8Array.from({length: 1024}, (_, i) => Math.round(255 / (1 + Math.exp(-(i - 512) / 80))));

/**
 * Colors of a unit's image with two steps for each of the grid. Values that saturate are spread by their log odds, which
 * change evenly across a steep border: it then runs straight instead of in stairs.
 * @param {Uint8Array} levels @param {number} rows @param {number} columns @param {boolean} saturating
 * @param {Uint32Array} colors of the 256 levels @param {Uint32Array} into
 */
export function finerLevels(levels, rows, columns, saturating, colors, into) {
  let field = /** @type {ArrayLike<number>} */ (levels);
  if (saturating) {
    const odds = new Float32Array(levels.length);
    for (let i = 0; i < odds.length; i++) odds[i] = ODDS[levels[i]];
    field = odds;
  }
  const fine = enlarged(field, rows, columns, 2);
  if (saturating) for (let i = 0; i < fine.length; i++) into[i] = colors[BACK[(fine[i] * 80 + 512) | 0]];
  else for (let i = 0; i < fine.length; i++) into[i] = colors[(fine[i] + 0.5) | 0];
}
