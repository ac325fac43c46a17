// @ts-check
/** Of each layer: how its activations are spread, and how gradients and updates went, on a canvas or as SVG. */

import {ticks, tickText} from "./axes.js";
import {css, mixed} from "./colors.js";
import {STATISTICS} from "./layer_history.js";
import {arrayOf, layersOf} from "./runs.js";

/** Ratios of update to weights that are usual in a training that goes well. */
export const HEALTHY = [1e-4, 1e-2];

/** Quantities that are drawn over the epochs. */
export const LINES = [
  {key: "gradient", of: (/** @type {ArrayLike<number>} */ row) => row[STATISTICS.gradient_norm]},
  {key: "ratio", of: (/** @type {ArrayLike<number>} */ row) => row[STATISTICS.update_norm] / row[STATISTICS.weight_norm]},
];

/**
 * Bars of how many rows gave which activation.
 * @param {any} context @param {{x: number, y: number, width: number, height: number}} place @param {any} run @param {number} layer
 * @param {import("./colors.js").Look} look
 */
export function drawHistogram(context, place, run, layer, look) {
  const [counts, ranges] = [arrayOf(run.frame, "histograms"), arrayOf(run.frame, "histogram_range")];
  const {x, y, width} = place;
  const height = place.height - 14;
  context.strokeStyle = css(look.axis);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y + height + 0.5);
  context.lineTo(x + width, y + height + 0.5);
  context.stroke();
  if (!counts || !ranges || layer >= counts.shape[0]) return;
  const bins = counts.shape[1];
  const [low, high] = [ranges[2 * layer], ranges[2 * layer + 1]];
  let most = 0;
  for (let i = 0; i < bins; i++) most = Math.max(most, counts[layer * bins + i]);
  for (let i = 0; i < bins; i++) {
    // The root keeps rare values visible beside a high bar at the bound.
    const tall = most > 0 ? height * Math.sqrt(counts[layer * bins + i] / most) : 0;
    const middle = low + ((high - low) * (i + 0.5)) / bins;
    context.fillStyle = css(mixed(look.paper, middle < 0 ? look.negative : look.positive, 0.85));
    context.fillRect(x + (width * i) / bins, y + height - tall, Math.max(0.8, width / bins - 0.8), tall);
  }
  context.fillStyle = css(look.soft);
  context.font = `10px ${look.font}`;
  context.textBaseline = "top";
  const values = ticks(low, high, 3);
  const step = values.length > 1 ? values[1] - values[0] : 0;
  for (const value of values) {
    const at = x + (width * (value - low)) / (high - low || 1);
    context.textAlign = at < x + 10 ? "left" : at > x + width - 10 ? "right" : "center";
    context.fillText(tickText(value, step), at, y + height + 3);
  }
}

/**
 * A quantity over the epochs on a logarithmic scale, small.
 * @param {any} context @param {{x: number, y: number, width: number, height: number}} place
 * @param {{epoch: number, value: number}[]} series @param {import("./colors.js").Look} look
 * @param {{low: number, high: number, band?: number[]}} range
 */
export function drawSparkline(context, place, series, look, range) {
  const {x, y, width, height} = place;
  const [low, high] = [Math.log(range.low), Math.log(range.high)];
  const toY = (/** @type {number} */ value) => y + height * (1 - (Math.min(high, Math.max(low, Math.log(value))) - low) / (high - low || 1));
  if (range.band) {
    const [top, bottom] = [toY(range.band[1]), toY(range.band[0])];
    context.fillStyle = css(look.positive, 0.1);
    context.fillRect(x, top, width, Math.max(1, bottom - top));
  }
  context.strokeStyle = css(look.faint);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y + height + 0.5);
  context.lineTo(x + width, y + height + 0.5);
  context.stroke();
  const last = series[series.length - 1];
  if (!last) return;
  const first = series[0].epoch;
  const toX = (/** @type {number} */ epoch) => x + ((width - 4) * (epoch - first)) / (last.epoch - first || 1);
  context.beginPath();
  let started = false;
  for (const {epoch, value} of series) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    if (started) context.lineTo(toX(epoch), toY(value));
    else context.moveTo(toX(epoch), toY(value));
    started = true;
  }
  context.strokeStyle = css(look.ink, 0.75);
  context.lineWidth = 1.4;
  context.lineJoin = "round";
  context.stroke();
  if (!(last.value > 0)) return;
  context.beginPath();
  context.moveTo(toX(last.epoch) + 2.6, toY(last.value));
  context.arc(toX(last.epoch), toY(last.value), 2.6, 0, 2 * Math.PI);
  context.fillStyle = css(look.ink);
  context.fill();
}

/** One scale for a quantity of all layers, so that they can be compared: whole powers of ten. @param {{value: number}[][]} all */
export function commonRange(all) {
  let [low, high] = [Infinity, 0];
  for (const series of all) {
    for (const {value} of series) {
      if (!(value > 0) || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!high) return {low: 0.1, high: 1};
  return {low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.ceil(Math.log10(high) + 1e-9)};
}

/** Shares of saturated outputs below this are not spoken of. */
const HARDLY = 0.01;

/**
 * What is to be said of a layer: dead units, saturated units and outputs.
 * @param {any} run @param {number} layer @param {any} t @param {any} format
 * @returns {{text: string, bad: boolean}} bad: units are lost
 */
export function layerWords(run, layer, t, format) {
  const layers = layersOf(run);
  const {units} = layers[layer];
  if (layer === layers.length - 1) return {text: "", bad: false};
  const dead = run.frame?.dead?.[layer]?.length ?? 0;
  const saturated = run.frame?.saturated?.[layer]?.length ?? 0;
  const statistics = arrayOf(run.frame, "layer_statistics");
  const share = statistics ? statistics[layer * statistics.shape[1] + STATISTICS.saturated] : 0;
  const parts = [];
  if (dead) parts.push(t("{count} of {units} units dead ({share})", {count: dead, units, share: format.percent(dead / units)}));
  if (saturated) parts.push(t("{count} of {units} units saturated ({share})", {count: saturated, units, share: format.percent(saturated / units)}));
  if (share > HARDLY) parts.push(t("{share} of the outputs saturated", {share: format.percent(share)}));
  return {text: parts.join(" · ") || t("all units alive, none saturated"), bad: dead + saturated > 0};
}
