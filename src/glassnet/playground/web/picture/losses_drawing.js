// @ts-check
/** Losses or scores over epochs on a canvas, or as SVG. */

import {drawAxes, logTicks, ticks, tickText} from "./axes.js";
import {css, mixed} from "./colors.js";
import {curveRows} from "./runs.js";

/** @typedef {{what: "loss" | "score", log: boolean}} LossOptions */

/** Columns of a run's curves. */
const [EPOCH, LOSS, TEST_LOSS, TEST_SCORE] = [0, 1, 2, 3];

/**
 * The curves of what is shown: a training is one color, its test rows a dashed line.
 * @param {{name: string, run: any}[]} runs @param {LossOptions} options @param {any} t
 */
export function seriesOf(runs, options, t) {
  const two = runs.length > 1;
  return runs.flatMap(({name, run}) => {
    const {values, n} = curveRows(run.curves);
    const label = (/** @type {string} */ text) => (two ? `${text} · ${name === "main" ? t("this run") : t("beside")}` : text);
    const base = {name, values, n, epoch: run.frame?.epoch ?? 0};
    if (options.what === "score") return [{...base, column: TEST_SCORE, text: label(t("test score")), dashed: true}];
    return [
      {...base, column: LOSS, text: label(t("training")), dashed: false},
      {...base, column: TEST_LOSS, text: label(t("test")), dashed: true},
    ];
  });
}

/** A color for each run; of test rows lighter, because dashes are lost where a curve is restless. @param {any} one @param {any} look */
function lineColor(one, look) {
  const color = one.name === "main" ? look.positive : look.negative;
  return one.dashed ? mixed(look.paper, color, 0.68) : color;
}

/** @param {any[]} series @param {boolean} log */
function bounds(series, log) {
  let [low, high, last] = [Infinity, -Infinity, 1];
  for (const {values, n, column} of series) {

    for (let i = 0; i < n; i++) {
      const value = values[4 * i + column];
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (n) last = Math.max(last, values[4 * (n - 1) + EPOCH]);
  }
  return {low, high, last};
}

/**
 * @param {any} series @param {boolean} log @param {{low: number, high: number, last: number}} range
 * @param {{x: number, y: number, width: number, height: number}} plot
 */
function scales(series, log, range, plot) {
  const [low, high] = log ? [Math.log(range.low), Math.log(range.high)] : [range.low, range.high];
  return {
    toX: (/** @type {number} */ epoch) => plot.x + (plot.width * epoch) / range.last,
    toY: (/** @type {number} */ value) => plot.y + plot.height * (1 - ((log ? Math.log(value) : value) - low) / (high - low || 1)),
  };
}

/**
 * A curve with at most four places a pixel column: first, least, most, last.
 * @param {any} context @param {any} one @param {(epoch: number) => number} toX @param {(value: number) => number} toY
 */
function trace(context, one, toX, toY) {
  const {values, n, column} = one;
  let [started, pixel, least, most, latest] = [false, -1, 0, 0, 0];
  const go = (/** @type {number} */ x, /** @type {number} */ y) => {
    if (started) context.lineTo(x, y);
    else context.moveTo(x, y);
    started = true;
  };
  context.beginPath();
  for (let i = 0; i < n; i++) {
    const y = toY(values[4 * i + column]);
    if (!Number.isFinite(y)) continue;
    const x = toX(values[4 * i + EPOCH]);
    const now = Math.round(x);
    if (now !== pixel) {
      if (pixel >= 0 && (least !== latest || most !== latest)) {
        go(pixel, least);
        go(pixel, most);
        go(pixel, latest);
      }
      go(x, y);
      [pixel, least, most] = [now, y, y];
    } else {
      least = Math.min(least, y);
      most = Math.max(most, y);
    }
    latest = y;
  }
  if (pixel >= 0 && (least !== latest || most !== latest)) {
    go(pixel, least);
    go(pixel, most);
    go(pixel, latest);
  }
}

/**
 * @param {any} context @param {number} width @param {number} height @param {{name: string, run: any}[]} runs
 * @param {LossOptions} options @param {import("./colors.js").Look} look @param {{t: any, format: any}} words
 * @returns {{toEpoch(x: number): number} | null}
 */
export function drawLosses(context, width, height, runs, options, look, words) {
  const {t, format} = words;
  const log = options.log && options.what === "loss";
  const series = seriesOf(runs, options, t);
  const range = bounds(series, log);
  const plot = {x: 52, y: 10, width: width - 52 - 12, height: height - 10 - 42};
  const found = Number.isFinite(range.low);
  if (!found) [range.low, range.high] = [log ? 0.1 : 0, 1];
  if (options.what === "score") {
    [range.low, range.high] = [Math.max(-1, Math.min(range.low, 0.9)), Math.max(1, range.high)];
  } else if (log) {
    [range.low, range.high] = [range.low / 1.15, Math.max(range.high, range.low * 1.5) * 1.15];
  } else {
    range.low = 0;
    range.high *= 1.05;
  }
  const {toX, toY} = scales(series, log, range, plot);
  const up = log ? logTicks(range.low, range.high) : ticks(range.low, range.high, 5);
  const across = ticks(0, range.last, width < 420 ? 4 : 7).filter((value) => value === Math.round(value));
  const step = (/** @type {number[]} */ list) => (list.length > 1 ? list[1] - list[0] : 0);
  const percent = options.what === "score" && runs.every(({run}) => run.described?.task === "classification");
  drawAxes(
    context, look, plot,
    across.map((value) => ({at: toX(value), text: format.count(value)})),
    up.map((value) => ({at: toY(value), text: percent ? `${Math.round(100 * value)}%` : tickText(value, log ? value : step(up))})),
    {across: t("epoch"), grid: true},
  );
  context.strokeStyle = css(look.axis);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(plot.x, plot.y);
  context.lineTo(plot.x, plot.y + plot.height);
  context.lineTo(plot.x + plot.width, plot.y + plot.height);
  context.stroke();
  context.save();
  context.beginPath();
  context.rect(plot.x, plot.y - 2, plot.width + 6, plot.height + 4);
  context.clip();
  for (const one of [...series].reverse()) {
    context.strokeStyle = css(lineColor(one, look));
    context.lineWidth = 1.7;
    context.lineJoin = "round";
    context.setLineDash(one.dashed ? [6, 4] : []);
    trace(context, one, toX, toY);
    context.stroke();
  }
  context.setLineDash([]);
  drawCursor(context, series, plot, toX, toY, look);
  context.restore();
  drawKey(context, series, plot, look, toX, toY);
  return {toEpoch: (x) => Math.round(Math.min(range.last, Math.max(0, ((x - plot.x) / plot.width) * range.last)))};
}

/** Where the run stands: a line, and dots on the curves. @param {any} context @param {any[]} series @param {any} plot @param {any} toX @param {any} toY @param {any} look */
function drawCursor(context, series, plot, toX, toY, look) {
  const main = series.find((one) => one.name === "main");
  if (!main?.n) return;
  if (main.epoch < main.values[4 * (main.n - 1) + EPOCH]) {
    context.strokeStyle = css(look.ink, 0.55);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(toX(main.epoch), plot.y);
    context.lineTo(toX(main.epoch), plot.y + plot.height);
    context.stroke();
  }
  for (const one of series) {
    const at = rowAt(one, one.epoch);
    const value = at < 0 ? NaN : one.values[4 * at + one.column];
    const y = toY(value);
    if (!Number.isFinite(y)) continue;
    const x = toX(one.values[4 * at + EPOCH]);
    context.beginPath();
    context.moveTo(x + 3.2, y);
    context.arc(x, y, 3.2, 0, 2 * Math.PI);
    context.fillStyle = css(one.dashed ? look.paper : lineColor(one, look));
    context.strokeStyle = css(lineColor(one, look));
    context.lineWidth = 1.6;
    context.fill();
    context.stroke();
  }
}

/** The last row that is no later than an epoch, by halving. @param {any} one @param {number} epoch */
export function rowAt(one, epoch) {
  let [low, high] = [0, one.n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (one.values[4 * middle + EPOCH] <= epoch) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The corner of the plot that the fewest rows of the curves cross.
 * @param {any[]} series @param {{x: number, y: number, width: number, height: number}} plot @param {number} wide @param {number} high
 * @param {any} toX @param {any} toY @returns {[number, number]}
 */
function freeCorner(series, plot, wide, high, toX, toY) {
  const [left, right] = [plot.x + 8, plot.x + plot.width - wide];
  const [top, bottom] = [plot.y + 2, plot.y + plot.height - high - 6];
  const corners = /** @type {[number, number][]} */ ([[right, top], [right, bottom], [left, bottom], [left, top]]);
  const crossed = corners.map(([x, y]) => {
    let count = 0;
    for (const one of series) {
      const stride = Math.max(1, Math.floor(one.n / 200));
      for (let i = 0; i < one.n; i += stride) {
        const [px, py] = [toX(one.values[4 * i + EPOCH]), toY(one.values[4 * i + one.column])];
        if (px > x - 6 && px < x + wide + 6 && py > y - 4 && py < y + high + 4) count += 1;
      }
    }
    return count;
  });
  return corners[crossed.indexOf(Math.min(...crossed))];
}

/** Which line is which. @param {any} context @param {any[]} series @param {any} plot @param {any} look @param {any} toX @param {any} toY */
function drawKey(context, series, plot, look, toX, toY) {
  context.font = `12px ${look.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const wide = Math.max(...series.map((one) => context.measureText(one.text).width)) + 36;
  const [x, y] = freeCorner(series, plot, wide, series.length * 18 + 4, toX, toY);
  context.fillStyle = css(look.paper, 0.82);
  context.fillRect(x - 4, y, wide + 4, series.length * 18 + 4);
  series.forEach((one, i) => {
    const middle = y + 11 + 18 * i;
    context.strokeStyle = css(lineColor(one, look));
    context.lineWidth = 1.8;
    context.setLineDash(one.dashed ? [6, 4] : []);
    context.beginPath();
    context.moveTo(x, middle);
    context.lineTo(x + 26, middle);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = css(look.ink);
    context.fillText(one.text, x + 32, middle);
  });
}
