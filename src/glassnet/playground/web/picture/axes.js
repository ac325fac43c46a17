// @ts-check
/** Round numbers on axes, and the lines and words there. */

import {css, mixed} from "./colors.js";

/**
 * Round numbers between two bounds, about `count` of them.
 * @param {number} low @param {number} high @param {number} count @returns {number[]}
 */
export function ticks(low, high, count) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(low) ? [low] : [];
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10);
  const result = /** @type {number[]} */ ([]);
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) result.push(i === 0 ? 0 : i * step);
  return result;
}

/**
 * Round numbers on a logarithmic axis: powers of ten, with 2 and 5 between where there is room.
 * @param {number} low above 0 @param {number} high @returns {number[]}
 */
export function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const factors = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 2.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 6));
  const result = /** @type {number[]} */ ([]);
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every) continue;
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) result.push(value);
    }
  }
  return result;
}

/** A number on an axis: as many digits as the steps need. @param {number} value @param {number} step */
export function tickText(value, step) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) {
    const [digits, power] = value.toExponential(1).split("e");
    return `${digits.replace(/\.0$/, "").replace("-", "−")}e${power.replace("+", "").replace("-", "−")}`;
  }
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step || size || 1) + 1e-9) + (/^2\.5/.test((step / 10 ** Math.floor(Math.log10(step || 1))).toFixed(3)) ? 1 : 0)));
  return value.toFixed(digits).replace("-", "−");
}

/**
 * @param {any} context @param {import("./colors.js").Look} look
 * @param {{x: number, y: number, width: number, height: number}} plot
 * @param {{at: number, text: string}[]} across places and words of the x axis @param {{at: number, text: string}[]} up of the y axis
 * @param {{across?: string, up?: string, grid?: boolean}} [words] titles of the axes
 */
export function drawAxes(context, look, plot, across, up, words = {}) {
  const {x, y, width, height} = plot;
  context.lineWidth = 1;
  context.font = `11px ${look.font}`;
  context.strokeStyle = css(words.grid ? mixed(look.paper, look.faint, 0.9) : look.axis);
  context.beginPath();
  for (const {at} of across) {
    context.moveTo(at, words.grid ? y : y + height);
    context.lineTo(at, y + height + 4);
  }
  for (const {at} of up) {
    context.moveTo(words.grid ? x + width : x, at);
    context.lineTo(x - 4, at);
  }
  context.stroke();
  context.fillStyle = css(look.soft);
  context.textBaseline = "top";
  for (const {at, text} of across) {
    // The last one stands within the picture.
    const outside = at + context.measureText(text).width / 2 > x + width + 10;
    context.textAlign = outside ? "right" : "center";
    context.fillText(text, outside ? x + width + 10 : at, y + height + 7);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const {at, text} of up) context.fillText(text, x - 7, at);
  context.font = `12px ${look.font}`;
  if (words.across) {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillText(words.across, x + width / 2, y + height + 21);
  }
  if (words.up) {
    context.save();
    context.translate(12, y + height / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(words.up, 0, 0);
    context.restore();
  }
}
