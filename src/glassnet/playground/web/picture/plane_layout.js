// @ts-check
/**
 * Where the plane's picture stands, and how places in it and numbers of the data belong together.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Rectangle
 * @typedef {{width: number, height: number, plot: Rectangle, box: number[], scale: Rectangle | null}} PlaneLayout
 */

import {ticks, tickText} from "./axes.js";

const LARGEST = 560;

/** @param {any} run @param {number} room the width that there is @returns {PlaneLayout} */
export function planeLayout(run, room) {
  const numbers = run.described.task !== "classification";
  const width = Math.min(room, LARGEST + 56);
  const right = numbers ? 58 : 10;
  const plot = {x: 46, y: 8, width: width - 46 - right, height: 0};
  plot.height = plot.width;
  const scale = numbers ? {x: plot.x + plot.width + 14, y: plot.y, width: 12, height: plot.height} : null;
  return {width, height: plot.y + plot.height + 40, plot, box: run.described.box ?? [-1, 1, -1, 1], scale};
}

/** @param {PlaneLayout} layout @param {number} x1 @param {number} x2 @returns {[number, number]} */
export function toPlace(layout, x1, x2) {
  const {plot, box} = layout;
  return [
    plot.x + (plot.width * (x1 - box[0])) / (box[1] - box[0]),
    plot.y + (plot.height * (box[3] - x2)) / (box[3] - box[2]),
  ];
}

/** @param {PlaneLayout} layout @param {number} x @param {number} y @returns {[number, number]} */
export function toData(layout, x, y) {
  const {plot, box} = layout;
  return [
    box[0] + ((box[1] - box[0]) * (x - plot.x)) / plot.width,
    box[3] - ((box[3] - box[2]) * (y - plot.y)) / plot.height,
  ];
}

/** @param {PlaneLayout} layout @param {number} x @param {number} y */
export function inside(layout, x, y) {
  const {plot} = layout;
  return x >= plot.x && x <= plot.x + plot.width && y >= plot.y && y <= plot.y + plot.height;
}

/**
 * Ticks of one axis: in the units of the table where its columns were standardized.
 * @param {PlaneLayout} layout @param {any} run @param {0 | 1} column
 */
export function planeTicks(layout, run, column) {
  const [low, high] = layout.box.slice(2 * column, 2 * column + 2);
  const {offset, factor} = scaleOf(run, column);
  const bounds = [offset + factor * low, offset + factor * high];
  const values = ticks(bounds[0], bounds[1], layout.plot.width < 300 ? 4 : 6);
  const step = values.length > 1 ? values[1] - values[0] : 0;
  return values.map((value) => {
    const at = (value - offset) / factor;
    const place = column === 0 ? toPlace(layout, at, layout.box[2])[0] : toPlace(layout, layout.box[0], at)[1];
    return {at: place, text: tickText(value, step)};
  });
}

/**
 * What was done to a column of a table (the target of numbers is the last): number there = offset + factor · number here.
 * @param {any} run @param {number} column
 */
export function scaleOf(run, column) {
  const scale = run?.described?.scales?.[column];
  return Array.isArray(scale) ? {offset: scale[0], factor: scale[1]} : {offset: 0, factor: 1};
}
