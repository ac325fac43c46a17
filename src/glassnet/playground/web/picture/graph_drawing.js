// @ts-check
/** The network's graph on a canvas, or as SVG: edges by weight, in each unit what it answers over the plane. */

import {LEVELS, classColor, css, mixed} from "./colors.js";
import {enlarged, finerLevels, levelColors, paintAreas, pixels} from "./fields.js";
import {arrayOf, classesOf, indexOf, layersOf} from "./runs.js";

/** @typedef {import("./colors.js").Look} Look */
/** @typedef {import("./graph_layout.js").Layout} Layout */
/** @typedef {import("./graph_layout.js").Node} Node */
/** @typedef {{layer: number, from: number, to: number, weight: number, strength: number}} Edge layer 0 leaves the inputs */

/** Edges of one layer beyond these are left out, the weakest first: more than that is a grey cloud. */
export const MOST_EDGES = 320;

/**
 * The edges to be drawn, weakest first. The strength 1 is the largest weight of the layer (at least ½, so that a layer of
 * zeros isn't blown up).
 * @param {Layout} layout @param {any} run @returns {Edge[]}
 */
export function edgesOf(layout, run) {
  const edges = /** @type {Edge[]} */ ([]);
  for (let layer = 0; layer + 1 < layout.layers.length; layer++) {
    const weights = arrayOf(run.frame, `weights${layer}`);
    if (!weights) continue;
    const [inputs, columns] = weights.shape;
    const to = layout.layers[layer + 1].length;
    const pieces = Math.max(1, Math.round(columns / to));
    const block = layer === 0 && layout.block;
    const from = block ? 1 : Math.min(inputs, layout.layers[layer].length);
    const found = /** @type {Edge[]} */ ([]);
    let largest = 0.5;
    for (let i = 0; i < from; i++) {
      for (let j = 0; j < to; j++) {
        const weight = block ? norm(weights, columns, j * pieces) : strongest(weights, i * columns + j * pieces, pieces);
        largest = Math.max(largest, Math.abs(weight));
        found.push({layer, from: i, to: j, weight, strength: 0});
      }
    }
    for (const edge of found) edge.strength = Math.abs(edge.weight) / largest;
    found.sort((one, other) => one.strength - other.strength);
    edges.push(...found.slice(-MOST_EDGES));
  }
  return edges.sort((one, other) => one.strength - other.strength);
}

/** Of the pieces of a maxout unit, the weight that is largest. */
function strongest(/** @type {any} */ weights, /** @type {number} */ start, /** @type {number} */ pieces) {
  let best = weights[start];
  for (let p = 1; p < pieces; p++) if (Math.abs(weights[start + p]) > Math.abs(best)) best = weights[start + p];
  return best;
}

/** The length of all weights that enter a unit. */
function norm(/** @type {any} */ weights, /** @type {number} */ columns, /** @type {number} */ j) {
  let sum = 0;
  for (let at = j; at < weights.length; at += columns) sum += weights[at] * weights[at];
  return Math.sqrt(sum);
}

/** The ends and handles of an edge's curve. @param {Layout} layout @param {Edge} edge */
export function curveOf(layout, edge) {
  const [from, to] = [layout.layers[edge.layer][edge.from], layout.layers[edge.layer + 1][edge.to]];
  const [x1, x2] = [from.x + from.size / 2, to.x - to.size / 2];
  const bend = (x2 - x1) * 0.5;
  return [x1, from.y, x1 + bend, from.y, x2 - bend, to.y, x2, to.y];
}

/**
 * @param {any} context @param {Layout} layout @param {Edge[]} edges @param {Look} look
 * @param {{kind: string, layer: number, unit: number, from?: number, to?: number} | null} near the unit or edge in focus
 */
export function drawEdges(context, layout, edges, look, near) {
  const thick = Math.min(1, layout.layers.reduce((least, nodes) => Math.min(least, nodes[0]?.size ?? 46), 46) / 40);
  context.lineCap = "butt";
  for (const edge of edges) {
    const touches = !near || touching(edge, near);
    const strength = edge.strength;
    const [x1, y1, ax, ay, bx, by, x2, y2] = curveOf(layout, edge);
    context.beginPath();
    context.moveTo(x1, y1);
    context.bezierCurveTo(ax, ay, bx, by, x2, y2);
    const bundle = edge.layer === 0 && layout.block;
    const color = bundle ? look.soft : edge.weight < 0 ? look.negative : look.positive;
    const alpha = (bundle ? 0.45 : 1) * (0.1 + 0.78 * Math.pow(strength, 0.8)) * (touches ? 1 : 0.14);
    context.strokeStyle = css(near && touches ? color : mixed(look.paper, color, 0.9), near && touches ? Math.max(0.5, alpha) : alpha);
    context.lineWidth = (0.5 + (bundle ? 2 : 4.5) * Math.pow(strength, 1.2)) * thick + (near && touches ? 0.6 : 0);
    context.stroke();
  }
}

/** @param {Edge} edge @param {any} near */
function touching(edge, near) {
  if (near.kind === "edge") return near.layer === edge.layer && near.from === edge.from && near.to === edge.to;
  return (edge.layer + 1 === near.layer && edge.to === near.unit) || (edge.layer === near.layer && edge.from === near.unit);
}

/** Draws the content of units; keeps the small canvases in which they are colored. */
export class UnitPainter {
  constructor() {
    /** @type {Map<string, ReturnType<typeof pixels>>} */ this.canvases = new Map();
    this.colors = new Uint32Array(256);
    /** @type {Map<any, Look>} pictures that change with the theme only */ this.themes = new Map();
  }

  /** @param {string} key @param {number} columns @param {number} rows */
  canvas(key, columns, rows) {
    let canvas = this.canvases.get(key);
    if (!canvas || canvas.columns !== columns || canvas.rows !== rows) {
      canvas = pixels(columns, rows);
      this.canvases.set(key, canvas);
    }
    return canvas;
  }

  /**
   * @param {any} context @param {Layout} layout @param {any} run @param {Look} look
   * @param {{near: any, selected: any}} marks
   */
  draw(context, layout, run, look, marks) {
    const last = layout.layers.length - 1;
    const dead = run.frame?.dead ?? [];
    const saturated = run.frame?.saturated ?? [];
    for (const nodes of layout.layers) {
      for (const node of nodes) {
        const {layer, unit} = node;
        const place = {x: node.x - node.size / 2, y: node.y - node.size / 2, width: node.size, height: node.size};
        const radius = Math.min(5, node.size / 7);
        context.save();
        context.beginPath();
        context.roundRect(place.x, place.y, place.width, place.height, radius);
        context.clip();
        const isDead = layer > 0 && layer < last && (dead[layer - 1] ?? []).includes(unit);
        if (layer === 0) this.input(context, layout, run, look, unit, place);
        else if (layer === last) this.output(context, run, look, unit, place);
        else this.hidden(context, run, look, layer, unit, place, isDead);
        if (isDead) cross(context, look, place);
        context.restore();
        const isSaturated = !isDead && layer > 0 && layer < last && (saturated[layer - 1] ?? []).includes(unit);
        rim(context, look, place, radius, isSaturated, is(marks.selected, layer, unit), is(marks.near, layer, unit));
      }
    }
  }

  /** An input as what it is over the plane: a slope from low to high. Pixels of a digit: one image. */
  input(/** @type {any} */ context, /** @type {Layout} */ layout, /** @type {any} */ run, /** @type {Look} */ look, /** @type {number} */ unit, /** @type {any} */ place) {
    if (layout.block) return this.digit(context, run, look, place);
    const size = 24;
    const at = (/** @type {number} */ i) => (unit === 0 ? (2 * (i % size)) / (size - 1) - 1 : unit === 1 ? 1 - (2 * Math.floor(i / size)) / (size - 1) : 0);
    if (context.vector) return paintAreas(context, Float32Array.from({length: size * size}, (_, i) => at(i)), size, size, look.signed, place);
    const canvas = this.canvas(`input${unit}`, size, size);
    if (this.themes.get(canvas) !== look) {
      for (let i = 0; i < size * size; i++) canvas.words[i] = look.signed[LEVELS + Math.round(LEVELS * at(i))];
      canvas.show();
      this.themes.set(canvas, look);
    }
    context.drawImage(canvas.canvas, place.x, place.y, place.width, place.height);
  }

  /** The mean of the training images. */
  digit(/** @type {any} */ context, /** @type {any} */ run, /** @type {Look} */ look, /** @type {any} */ place) {
    const rows = arrayOf(run.data, "train_x");
    const wide = rows ? Math.round(Math.sqrt(rows.shape[1])) : 8;
    const canvas = this.canvas("digit", wide, wide);
    if (this.themes.get(canvas) !== look || this.digitsOf !== rows) {
      const sums = new Float64Array(wide * wide);
      if (rows) for (let i = 0; i < rows.length; i++) sums[i % sums.length] += rows[i];
      const [low, high] = [Math.min(...sums), Math.max(...sums)];
      const shades = look.shades[1];
      for (let i = 0; i < sums.length; i++) canvas.words[i] = shades[Math.round((LEVELS * (sums[i] - low)) / (high - low || 1))];
      canvas.show();
      this.themes.set(canvas, look);
      this.digitsOf = rows;
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas.canvas, place.x, place.y, place.width, place.height);
  }

  hidden(/** @type {any} */ context, /** @type {any} */ run, /** @type {Look} */ look, /** @type {number} */ layer, /** @type {number} */ unit, /** @type {any} */ place, /** @type {boolean} */ isDead) {
    const units = arrayOf(run.frame, "units");
    const ranges = arrayOf(run.frame, "unit_range");
    const at = indexOf(run, layer, unit);
    context.fillStyle = css(mixed(look.paper, look.ink, isDead ? 0.16 : 0.05));
    context.fillRect(place.x, place.y, place.width, place.height);
    if (isDead) return;
    if (!units || at >= units.shape[0]) return this.entering(context, run, look, layer, unit, place);
    const [, rows, columns] = units.shape;
    const start = at * rows * columns;
    const [low, high] = ranges ? [ranges[2 * at], ranges[2 * at + 1]] : [-1, 1];
    if (context.vector && rows > 12 && units.shape[0] <= 64) {
      const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
      const values = Float32Array.from(units.subarray(start, start + rows * columns), (byte) => (low + ((high - low) * byte) / 255) / most);
      return paintAreas(context, values, rows, columns, look.signed, place);
    }
    levelColors(look.signed, low, high, this.colors);
    let canvas;
    if (rows > 12 && units.shape[0] <= 128) {
      canvas = this.canvas(`finer${rows}`, 2 * columns - 1, 2 * rows - 1);
      finerLevels(units.subarray(start, start + rows * columns), rows, columns, saturates(low, high), this.colors, canvas.words);
    } else {
      canvas = this.canvas(`${rows}`, columns, rows);
      for (let i = 0; i < rows * columns; i++) canvas.words[i] = this.colors[units[start + i]];
    }
    canvas.show();
    context.imageSmoothingEnabled = rows > 12;
    context.drawImage(canvas.canvas, place.x, place.y, place.width, place.height);
  }

  /** Where there is no plane to draw over (images): the weights that enter the unit, one pixel for each unit before. */
  entering(/** @type {any} */ context, /** @type {any} */ run, /** @type {Look} */ look, /** @type {number} */ layer, /** @type {number} */ unit, /** @type {any} */ place) {
    const weights = arrayOf(run.frame, `weights${layer - 1}`);
    if (!weights) return;
    const [inputs, across] = weights.shape;
    const columns = Math.ceil(Math.sqrt(inputs));
    const canvas = this.canvas(`entering${inputs}`, columns, Math.ceil(inputs / columns));
    const pieces = Math.max(1, Math.round(across / layersOf(run)[layer - 1].units));
    let largest = 1e-12;
    for (let i = 0; i < inputs; i++) largest = Math.max(largest, Math.abs(strongest(weights, i * across + unit * pieces, pieces)));
    canvas.words.fill(look.signed[LEVELS]);
    for (let i = 0; i < inputs; i++) {
      canvas.words[i] = look.signed[LEVELS + Math.round((LEVELS * strongest(weights, i * across + unit * pieces, pieces)) / largest)];
    }
    canvas.show();
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas.canvas, place.x, place.y, place.width, place.height);
  }

  output(/** @type {any} */ context, /** @type {any} */ run, /** @type {Look} */ look, /** @type {number} */ unit, /** @type {any} */ place) {
    const outputs = arrayOf(run.frame, "outputs");
    context.fillStyle = css(mixed(look.paper, look.ink, 0.05));
    context.fillRect(place.x, place.y, place.width, place.height);
    const classes = classesOf(run);
    if (!outputs || unit >= outputs.shape[0]) {
      if (classes) {
        context.fillStyle = css(classColor(look, unit), 0.55);
        context.fillRect(place.x, place.y, place.width, place.height);
      }
      return;
    }
    const [count, rows, columns] = outputs.shape;
    const start = unit * rows * columns;
    const field = outputs.subarray(start, start + rows * columns);
    const [low, high] = classes ? [0, 1] : rangeOf(field);
    const toLevel = (/** @type {number} */ value) => Math.min(1, Math.max(-1, (2 * (value - low)) / (high - low || 1) - 1));
    const one = classes && count > 1;
    const table = one ? look.shades[unit % look.shades.length] : look.signed;
    if (context.vector) {
      const signed = one ? Uint32Array.from([...table].reverse().concat([...table].slice(1))) : table;
      return paintAreas(context, Float32Array.from(field, one ? (value) => value : toLevel), rows, columns, signed, place);
    }
    // Probabilities are spread as log odds: these change evenly across a border.
    let odds = field;
    if (classes) {
      odds = new Float32Array(field.length);
      for (let i = 0; i < odds.length; i++) odds[i] = Math.log(Math.max(field[i], 6e-8) / Math.max(1 - field[i], 6e-8));
    }
    const fine = enlarged(odds, rows, columns, 2);
    const canvas = this.canvas(`output${rows}`, 2 * columns - 1, 2 * rows - 1);
    for (let i = 0; i < fine.length; i++) {
      const value = classes ? Math.tanh(fine[i] / 2) : toLevel(fine[i]);
      canvas.words[i] = one ? table[((LEVELS * (value + 1)) / 2) | 0] : table[(LEVELS * (1 + (value || 0))) | 0];
    }
    canvas.show();
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas.canvas, place.x, place.y, place.width, place.height);
  }
}

/** Whether a unit's values run between the bounds of a sigmoid or tanh, and reach them. @param {number} low @param {number} high */
function saturates(low, high) {
  return high <= 1.0001 && ((low >= -1.0001 && low < -0.8 && high > 0.8) || (low >= 0 && low < 0.1 && high > 0.9));
}

/** @param {any} mark @param {number} layer @param {number} unit */
function is(mark, layer, unit) {
  return mark?.kind === "unit" && mark.layer === layer && mark.unit === unit;
}

/** @param {ArrayLike<number>} field @returns {[number, number]} */
function rangeOf(field) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < field.length; i++) {
    if (field[i] < low) low = field[i];
    if (field[i] > high) high = field[i];
  }
  return [low, high];
}

/** A dead unit: grey, hatched and crossed out. */
function cross(/** @type {any} */ context, /** @type {Look} */ look, /** @type {any} */ place) {
  const {x, y, width, height} = place;
  context.beginPath();
  const pitch = Math.max(3, width / 8);
  for (let d = pitch; d < 2 * width; d += pitch) {
    context.moveTo(x + d, y);
    context.lineTo(x + d - height, y + height);
  }
  context.strokeStyle = css(look.soft, 0.25);
  context.lineWidth = 1;
  context.stroke();
  const inset = width * 0.22;
  context.beginPath();
  context.moveTo(x + inset, y + inset);
  context.lineTo(x + width - inset, y + height - inset);
  context.moveTo(x + width - inset, y + inset);
  context.lineTo(x + inset, y + height - inset);
  context.strokeStyle = css(look.ink, 0.75);
  context.lineWidth = Math.max(1.2, width / 18);
  context.lineCap = "round";
  context.stroke();
}

/** The border: thick when chosen; a saturated unit has dark bars above and below, where its output is stuck. */
function rim(/** @type {any} */ context, /** @type {Look} */ look, /** @type {any} */ place, /** @type {number} */ radius, /** @type {boolean} */ isSaturated, /** @type {boolean} */ selected, /** @type {boolean} */ near) {
  const {x, y, width, height} = place;
  if (isSaturated) {
    const thick = Math.max(2, height / 11);
    for (const top of [y, y + height - thick]) {
      context.fillStyle = css(look.paper);
      context.fillRect(x + 1, top === y ? top : top - 1.5, width - 2, thick + 1.5);
      context.fillStyle = css(look.ink, 0.85);
      context.fillRect(x + 1, top, width - 2, thick);
    }
  }
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.strokeStyle = css(look.ink, selected ? 1 : near ? 0.85 : 0.32);
  context.lineWidth = selected ? 2.5 : near ? 1.75 : 1;
  context.stroke();
}
