// @ts-check
/**
 * Where everything of the network's graph stands: inputs on the left, hidden layers in columns, outputs on the right. A
 * layer with too many units for one column gets several; pixels of images are one block.
 *
 * @typedef {{layer: number, unit: number, x: number, y: number, size: number}} Node layer 0 are the inputs, x and y the middle
 * @typedef {{layer: number, kind: "input" | "hidden" | "output", x: number, width: number, units: number, shown: number}} Column
 * @typedef {{width: number, height: number, columns: Column[], layers: Node[][], block: boolean, head: number, foot: number}} Layout
 */

/** Heights for what stands above and below the units: counts with buttons, activations. */
export const HEAD = 40;
export const FOOT = 42;

const LARGEST = {input: 46, hidden: 46, output: 64};
const NARROWEST = 54;
const LEGIBLE = 30;

/** As many inputs or outputs as are shown one by one. */
const MOST_INPUTS = 12;

/**
 * The best number of columns for `units` units in a place of `width` × `height`, and their size.
 * @param {number} units @param {number} width @param {number} height @param {number} largest
 * @param {number} words room under each for its name
 */
function packing(units, width, height, largest, words = 0) {
  let best = {columns: 1, rows: units, size: 0, gap: 0};
  for (let columns = 1; columns <= 8; columns++) {
    const rows = Math.ceil(units / columns);
    const [down, across] = [height / rows, width / columns];
    const gap = Math.max(1, Math.min(14, down * 0.2), columns === 1 && down > 2.4 * words ? words : 0);
    const size = Math.min(largest, down - gap, across - Math.max(1, Math.min(14, across * 0.2)));
    // One column as long as its units are large enough to be read.
    if (size > best.size * 1.25 && best.size < LEGIBLE) best = {columns, rows, size, gap: Math.min(down - size, Math.max(2, size * 0.28, gap))};
  }
  return best;
}

/**
 * @param {{inputs: number, hidden: number[], outputs: number, images: boolean}} shape
 * @param {number} room the width that there is @returns {Layout}
 */
export function graphLayout(shape, room) {
  const columns = shape.hidden.length + 2;
  const width = Math.max(room, columns * NARROWEST);
  const tallest = Math.max(2, ...shape.hidden, shape.images ? 4 : Math.min(shape.inputs, MOST_INPUTS), shape.outputs);
  const inner = Math.min(width < 480 ? 380 : 440, Math.max(180, tallest * 58));
  const height = HEAD + inner + FOOT;
  // The outer columns stand at the rims; what is left is shared evenly.
  const left = shape.images ? 56 : 42;
  const right = 50;
  const step = (width - left - right) / (columns - 1);
  const layout = /** @type {Layout} */ ({width, height, columns: [], layers: [], block: shape.images, head: HEAD, foot: FOOT});
  for (let layer = 0; layer < columns; layer++) {
    const kind = layer === 0 ? "input" : layer === columns - 1 ? "output" : "hidden";
    const units = kind === "input" ? shape.inputs : kind === "output" ? shape.outputs : shape.hidden[layer - 1];
    const x = left + step * layer;
    if (kind === "input" && shape.images) {
      layout.columns.push({layer, kind, x, width: 84, units, shown: 1});
      layout.layers.push([{layer, unit: 0, x, y: HEAD + inner / 2, size: 84}]);
      continue;
    }
    const shown = kind === "input" ? Math.min(units, MOST_INPUTS) : units;
    const wide = kind === "hidden" ? step * 0.74 : Math.min(84, step * 0.9);
    const pack = packing(shown, wide, inner, Math.min(LARGEST[kind], kind === "hidden" ? 99 : step * 0.72), kind === "hidden" ? 0 : 20);
    layout.columns.push({layer, kind, x, width: pack.columns * (pack.size + pack.gap) - pack.gap, units, shown});
    layout.layers.push(nodesOf(layer, shown, x, HEAD + inner / 2, pack));
  }
  return layout;
}

/**
 * @param {number} layer @param {number} units @param {number} x @param {number} y
 * @param {{columns: number, rows: number, size: number, gap: number}} pack
 */
function nodesOf(layer, units, x, y, pack) {
  const pitch = pack.size + pack.gap;
  const across = pack.size + Math.max(2, pack.size * 0.28);
  return Array.from({length: units}, (_, unit) => {
    const [column, row] = [Math.floor(unit / pack.rows), unit % pack.rows];
    const rows = Math.min(pack.rows, units - column * pack.rows);
    return {
      layer, unit, size: pack.size,
      x: x + (column - (pack.columns - 1) / 2) * across,
      y: y + (row - (rows - 1) / 2) * pitch,
    };
  });
}
