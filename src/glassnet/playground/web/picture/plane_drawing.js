// @ts-check
/** The plane on a canvas, or as SVG: what the network answers everywhere, and the rows of the data on it. */

import {drawAxes, tickText, ticks} from "./axes.js";
import {LEVELS, classColor, css, cssOfPacked, mixed} from "./colors.js";
import {traceArea, traceLevel} from "./contours.js";
import {between, enlarged, pixels} from "./fields.js";
import {planeTicks, scaleOf, toPlace} from "./plane_layout.js";
import {arrayOf, classesOf, columnName} from "./runs.js";
import {addSymbol} from "./symbols.js";

/** @typedef {import("./colors.js").Look} Look */
/** @typedef {import("./plane_layout.js").PlaneLayout} PlaneLayout */

/** Probabilities below this count as this: float32 cannot tell 1 from 1 less it. */
const LEAST = 6e-8;

/** Each step of the server's grid is drawn as so many pixels, for a border without stairs. */
const FINER = 3;

/** Strength of the color by the lead of the likeliest class, in 64ths: (p - q) / (p + q) = tanh(lead / 2) of the first two. */
const STRENGTHS = Uint8Array.from({length: 1200}, (_, i) => Math.round(LEVELS * Math.tanh(i / 128)));

/** Fields of frames that were asked for: the regions, the points and the hovered place all need them. */
const known = /** @type {WeakMap<any, {fields: Float32Array[], rows: number, columns: number}>} */ (new WeakMap());

/**
 * The fields of a frame: of classes the logarithms of their probabilities (they change evenly across a border, where
 * probabilities jump), or the numbers that are predicted. A single output of two classes becomes two fields.
 * @param {any} run @returns {{fields: Float32Array[], rows: number, columns: number} | null}
 */
export function fieldsOf(run) {
  const outputs = arrayOf(run?.frame, "outputs");
  if (!outputs || outputs.shape.length !== 3) return null;
  let found = known.get(outputs);
  if (!found) {
    const [count, rows, columns] = outputs.shape;
    const size = rows * columns;
    const fields = Array.from({length: count}, (_, i) => outputs.subarray(i * size, (i + 1) * size));
    if (classesOf(run)) {
      const logarithms = fields.map((field) => logarithmOf(field, false));
      if (count === 1) logarithms.unshift(logarithmOf(fields[0], true));
      found = {fields: logarithms, rows, columns};
    } else found = {fields, rows, columns};
    known.set(outputs, found);
  }
  return found;
}

/** @param {Float32Array} field @param {boolean} other whether of 1 less it */
function logarithmOf(field, other) {
  const result = new Float32Array(field.length);
  for (let i = 0; i < result.length; i++) result[i] = Math.log(Math.max(other ? 1 - field[i] : field[i], LEAST));
  return result;
}

/** The low and high end of the colors for numbers: the targets' range, so that a good fit and its points look alike. @param {any} run */
export function numbersRange(run) {
  const targets = arrayOf(run?.data, "train_y");
  let [low, high] = [Infinity, -Infinity];
  for (const value of targets ?? []) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low < high ? [low, high] : [low - 1, low + 1].map((value) => (Number.isFinite(value) ? value : 0));
}

/**
 * By how much each class leads before the next: where that is 0 is the border.
 * @param {Float32Array[]} fields @returns {{best: Uint8Array, lead: Float32Array}}
 */
export function leads(fields) {
  const size = fields[0].length;
  const [best, lead] = [new Uint8Array(size), new Float32Array(size)];
  for (let at = 0; at < size; at++) {
    let [first, second, which] = [-Infinity, -Infinity, 0];
    for (let k = 0; k < fields.length; k++) {
      const value = fields[k][at];
      if (value > first) [second, first, which] = [first, value, k];
      else if (value > second) second = value;
    }
    best[at] = which;
    lead[at] = first - second;
  }
  return {best, lead};
}

/** How far one class leads before all others, negative where it doesn't. @param {{best: Uint8Array, lead: Float32Array}} all @param {Float32Array[]} fields @param {number} k */
function leadOf(all, fields, k) {
  const result = new Float32Array(all.lead.length);
  for (let at = 0; at < result.length; at++) {
    if (all.best[at] === k) result[at] = all.lead[at];
    else result[at] = fields[k][at] - fields[all.best[at]][at];
  }
  return result;
}

/** Regions of two classes: the lead of one is that of the other with its sign changed. @param {Uint32Array} words @param {Float32Array[]} fields @param {number} rows @param {number} columns @param {Look} look */
function colorTwo(words, fields, rows, columns, look) {
  const lead = new Float32Array(rows * columns);
  for (let at = 0; at < lead.length; at++) lead[at] = fields[1][at] - fields[0][at];
  const fine = enlarged(lead, rows, columns, FINER);
  const [first, second] = look.shades;
  for (let at = 0; at < fine.length; at++) {
    const value = fine[at] * 64;
    words[at] = value < 0 ? first[STRENGTHS[Math.min(1199, -value) | 0]] : second[STRENGTHS[Math.min(1199, value) | 0]];
  }
}

export class PlanePainter {
  constructor() {
    /** @type {ReturnType<typeof pixels> | null} */ this.image = null;
  }

  /** @param {number} columns @param {number} rows */
  canvas(columns, rows) {
    if (this.image?.columns !== columns || this.image.rows !== rows) this.image = pixels(columns, rows);
    return this.image;
  }

  /**
   * @param {any} context @param {PlaneLayout} layout @param {any} run @param {Look} look
   * @param {{unit?: {field: Float32Array, rows: number, columns: number, low: number, high: number} | null}} [options]
   */
  ground(context, layout, run, look, options = {}) {
    const {plot} = layout;
    context.save();
    context.beginPath();
    context.rect(plot.x, plot.y, plot.width, plot.height);
    context.clip();
    context.fillStyle = css(mixed(look.paper, look.ink, 0.02));
    context.fillRect(plot.x, plot.y, plot.width, plot.height);
    const found = options.unit ?? fieldsOf(run);
    if (found) {
      const {rows, columns} = found;
      const toX = (/** @type {number} */ c) => plot.x + (plot.width * c) / (columns - 1);
      const toY = (/** @type {number} */ r) => plot.y + (plot.height * r) / (rows - 1);
      if (options.unit) this.numbers(context, layout, options.unit.field, rows, columns, options.unit.low, options.unit.high, look, toX, toY, false);
      else if (classesOf(run)) this.regions(context, layout, found.fields, rows, columns, look, toX, toY);
      else {
        const [low, high] = numbersRange(run);
        this.numbers(context, layout, found.fields[0], rows, columns, low, high, look, toX, toY);
      }
    }
    context.restore();
  }

  /** @param {any} context @param {PlaneLayout} layout @param {Float32Array[]} fields @param {number} rows @param {number} columns @param {Look} look @param {any} toX @param {any} toY */
  regions(context, layout, fields, rows, columns, look, toX, toY) {
    const all = leads(fields);
    const own = fields.map((_, k) => (all.best.includes(k) ? leadOf(all, fields, k) : null));
    if (context.vector) {
      own.forEach((field, k) => {
        if (!field) return;
        for (const level of [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9]) {
          context.beginPath();
          if (!traceArea(field, rows, columns, 2 * Math.atanh(level), context, toX, toY)) break;
          context.fillStyle = cssOfPacked(look.shades[k % look.shades.length][Math.round(LEVELS * (level + 0.07))]);
          context.fill("evenodd");
        }
      });
    } else {
      const image = this.canvas((columns - 1) * FINER + 1, (rows - 1) * FINER + 1);
      if (fields.length === 2) colorTwo(image.words, fields, rows, columns, look);
      else {
        const fine = leads(fields.map((field) => enlarged(field, rows, columns, FINER)));
        for (let at = 0; at < fine.lead.length; at++) {
          image.words[at] = look.shades[fine.best[at] % look.shades.length][STRENGTHS[Math.min(1199, fine.lead[at] * 64) | 0]];
        }
      }
      this.spread(context, layout, image);
    }
    context.beginPath();
    own.forEach((field, k) => {
      // Of two classes one line says it all.
      if (field && !(fields.length === 2 && k === 0 && own[1])) traceLevel(field, rows, columns, 0, context, toX, toY);
    });
    context.strokeStyle = css(look.ink, look.dark ? 0.8 : 0.7);
    context.lineWidth = 1.5;
    context.lineCap = "round";
    context.stroke();
  }

  /** @param {any} context @param {PlaneLayout} layout @param {Float32Array} field @param {number} rows @param {number} columns @param {number} low @param {number} high @param {Look} look @param {any} toX @param {any} toY */
  numbers(context, layout, field, rows, columns, low, high, look, toX, toY, lines = true) {
    const level = (/** @type {number} */ value) => Math.min(1, Math.max(-1, (2 * (value - low)) / (high - low || 1) - 1)) || 0;
    if (context.vector) {
      const {plot} = layout;
      const values = Float32Array.from(field, level);
      for (let i = 0; i < 20; i++) {
        const from = -1 + i / 10;
        context.beginPath();
        if (i === 0) context.rect(plot.x, plot.y, plot.width, plot.height);
        else if (!traceArea(values, rows, columns, from, context, toX, toY)) break;
        context.fillStyle = cssOfPacked(look.signed[LEVELS + Math.round(LEVELS * (from + 0.05))]);
        context.fill("evenodd");
      }
    } else {
      const image = this.canvas(columns, rows);
      for (let at = 0; at < field.length; at++) image.words[at] = look.signed[LEVELS + Math.round(LEVELS * level(field[at]))];
      this.spread(context, layout, image);
    }
    if (!lines) return;
    context.beginPath();
    for (const value of ticks(low, high, 8)) traceLevel(field, rows, columns, value, context, toX, toY);
    context.strokeStyle = css(look.ink, 0.28);
    context.lineWidth = 1;
    context.stroke();
  }

  /** Spread the image so that the middles of its outer pixels lie on the rim of the box, as the server took them. */
  spread(/** @type {any} */ context, /** @type {PlaneLayout} */ layout, /** @type {ReturnType<typeof pixels>} */ image) {
    const {plot} = layout;
    image.show();
    const [stepX, stepY] = [plot.width / (image.columns - 1), plot.height / (image.rows - 1)];
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(image.canvas, plot.x - stepX / 2, plot.y - stepY / 2, plot.width + stepX, plot.height + stepY);
  }
}

/**
 * What the network says at each row, read from the picture's grid (exact at the grid's points).
 * @param {any} run @param {ArrayLike<number>} x rows of two numbers @param {ArrayLike<number>} y targets
 * @returns {Uint8Array} 1 where a row's class isn't the likeliest, or a number is off by more than a tenth of the range
 */
export function wrongRows(run, x, y) {
  const found = fieldsOf(run);
  const wrong = new Uint8Array(y.length);
  if (!found) return wrong;
  const box = run.described.box;
  const {fields, rows, columns} = found;
  const tolerance = classesOf(run) ? 0 : 0.1 * (numbersRange(run)[1] - numbersRange(run)[0]);
  for (let i = 0; i < y.length; i++) {
    const c = ((columns - 1) * (x[2 * i] - box[0])) / (box[1] - box[0]);
    const r = ((rows - 1) * (box[3] - x[2 * i + 1])) / (box[3] - box[2]);
    if (tolerance) wrong[i] = Math.abs(between(fields[0], rows, columns, c, r) - y[i]) > tolerance ? 1 : 0;
    else {
      const own = between(fields[y[i]] ?? fields[0], rows, columns, c, r);
      for (let k = 0; k < fields.length; k++) if (k !== y[i] && between(fields[k], rows, columns, c, r) > own) wrong[i] = 1;
    }
  }
  return wrong;
}

/** The size of points: smaller where there are many, or little room. @param {number} count @param {number} width of the plot */
export function pointRadius(count, width) {
  return (count > 2500 ? 2.2 : count > 1200 ? 2.8 : count > 700 ? 3.3 : 3.9) * Math.min(1, Math.max(0.6, width / 400));
}

/**
 * Rows of one part. Training rows are filled, test rows hollow; a ring marks a wrong one.
 * @param {any} context @param {PlaneLayout} layout @param {any} run @param {Look} look @param {"train" | "test"} part
 */
export function drawPoints(context, layout, run, look, part) {
  const [x, y] = [arrayOf(run.data, `${part}_x`), arrayOf(run.data, `${part}_y`)];
  if (!x || !y || x.shape[1] !== 2) return;
  const count = ["train_y", "test_y"].reduce((sum, name) => sum + (arrayOf(run.data, name)?.length ?? 0), 0);
  const radius = pointRadius(count, layout.plot.width);
  const classes = classesOf(run);
  const wrong = wrongRows(run, x, y);
  const groups = groupsOf(run, y, look);
  const places = Float32Array.from(x);
  for (let i = 0; i < y.length; i++) [places[2 * i], places[2 * i + 1]] = toPlace(layout, x[2 * i], x[2 * i + 1]);
  for (const {rows, color, shape} of groups) {
    context.beginPath();
    for (const i of rows) addSymbol(context, shape, places[2 * i], places[2 * i + 1], radius);
    if (part === "train") {
      context.fillStyle = css(color);
      // A number's color may be that of the surface around it: then only the rim shows it.
      context.strokeStyle = classes ? css(look.paper) : css(look.ink, 0.6);
      context.lineWidth = classes && radius >= 3 ? 1 : 0.7;
      context.fill();
      context.stroke();
    } else {
      context.fillStyle = classes ? css(look.paper, 0.85) : css(color);
      context.fill();
      context.strokeStyle = classes ? css(color) : css(look.ink, 0.6);
      context.lineWidth = radius < 3 || !classes ? 1 : 1.5;
      if (!classes) context.setLineDash([2, 1.6]);
      context.stroke();
      context.setLineDash([]);
    }
  }
  const share = wrong.reduce((sum, one) => sum + one, 0) / wrong.length;
  if (!share) return;
  context.beginPath();
  for (let i = 0; i < y.length; i++) {
    if (!wrong[i]) continue;
    context.moveTo(places[2 * i] + radius + 2.2, places[2 * i + 1]);
    context.arc(places[2 * i], places[2 * i + 1], radius + 2.2, 0, 2 * Math.PI);
  }
  // At the start of a training most rows are wrong: rings then step back.
  context.strokeStyle = css(look.wrong, share > 0.2 ? 0.45 : 0.95);
  context.lineWidth = share > 0.2 ? 1 : 1.4;
  context.stroke();
}

/** Rows of the same color and shape, to be drawn at once. @param {any} run @param {ArrayLike<number>} y @param {Look} look */
function groupsOf(run, y, look) {
  const groups = /** @type {Map<number, {rows: number[], color: any, shape: number}>} */ (new Map());
  const classes = classesOf(run);
  const [low, high] = classes ? [0, 1] : numbersRange(run);
  for (let i = 0; i < y.length; i++) {
    const key = classes ? y[i] : Math.round(24 * Math.min(1, Math.max(0, (y[i] - low) / (high - low))));
    let group = groups.get(key);
    if (!group) {
      const pixel = look.signed[Math.round((2 * LEVELS * key) / 24)] ?? 0;
      const color = classes ? classColor(look, key) : [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
      group = {rows: [], color: mixed(color, look.ink, classes ? 0.12 : 0), shape: classes ? key : 0};
      groups.set(key, group);
    }
    group.rows.push(i);
  }
  return groups.values();
}

/** Frame, ticks, titles, and the scale of colors for numbers. @param {any} context @param {PlaneLayout} layout @param {any} run @param {Look} look @param {[number, number] | null} [range] */
export function drawPlaneAxes(context, layout, run, look, range = null) {
  const {plot, scale} = layout;
  context.strokeStyle = css(look.axis);
  context.lineWidth = 1;
  context.strokeRect(plot.x, plot.y, plot.width, plot.height);
  drawAxes(context, look, plot, planeTicks(layout, run, 0), planeTicks(layout, run, 1), {across: columnName(run, 0), up: columnName(run, 1)});
  if (!scale) return;
  // A hidden unit has no units of the table; what is predicted has the target's.
  const {offset, factor} = range ? {offset: 0, factor: 1} : scaleOf(run, 2);
  const [low, high] = (range ?? numbersRange(run)).map((value) => offset + factor * value);
  const steps = 48;
  for (let i = 0; i < steps; i++) {
    context.fillStyle = cssOfPacked(look.signed[Math.round((2 * LEVELS * (steps - 1 - i)) / (steps - 1))]);
    context.fillRect(scale.x, scale.y + (scale.height * i) / steps, scale.width, scale.height / steps + 0.5);
  }
  context.strokeRect(scale.x, scale.y, scale.width, scale.height);
  context.fillStyle = css(look.soft);
  context.font = `11px ${look.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const values = ticks(low, high, 6);
  const step = values.length > 1 ? values[1] - values[0] : 0;
  for (const value of values) {
    context.fillText(tickText(value, step), scale.x + scale.width + 5, scale.y + scale.height * (1 - (value - low) / (high - low)));
  }
}

/** A place that was chosen, or that the keyboard's mark stands on. @param {any} context @param {PlaneLayout} layout @param {Look} look @param {number[]} x @param {boolean} chosen */
export function drawMark(context, layout, look, x, chosen) {
  const [px, py] = toPlace(layout, x[0], x[1]);
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(px + 6 * dx, py + 6 * dy);
    context.lineTo(px + 14 * dx, py + 14 * dy);
  }
  context.moveTo(px + 8, py);
  context.arc(px, py, 8, 0, 2 * Math.PI);
  context.strokeStyle = css(look.paper, 0.9);
  context.lineWidth = 4.5;
  context.stroke();
  context.strokeStyle = css(look.ink, chosen ? 1 : 0.6);
  context.lineWidth = 2;
  context.stroke();
}
