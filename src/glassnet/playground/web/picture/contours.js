// @ts-check
/**
 * Lines and areas of equal value in a grid (marching squares). Positions are in steps of the grid: x from 0 to columns - 1, y
 * from 0 to rows - 1, row 0 first.
 */

/**
 * For each of the 16 ways in which a cell's corners lie above the level (top left 8, top right 4, bottom right 2, bottom left
 * 1): the sides that a line enters and leaves, above on its left. Sides: 0 top, 1 right, 2 bottom, 3 left. 5 and 10 are the
 * saddles, where the middle of the cell decides; the second list of each is for a middle above the level.
 */
const CASES = [
  [], [2, 3], [1, 2], [1, 3], [0, 1], [0, 1, 2, 3], [0, 2], [0, 3], [3, 0], [2, 0], [3, 0, 1, 2], [1, 0], [3, 1], [2, 1], [3, 2], [],
];
const SADDLES = /** @type {Record<number, number[]>} */ ({5: [0, 3, 2, 1], 10: [1, 0, 3, 2]});

/**
 * @param {ArrayLike<number>} field @param {number} columns @param {number} level @param {number} r @param {number} c
 */
function sidesOf(field, columns, level, r, c) {
  const at = r * columns + c;
  const [a, b, d, e] = [field[at], field[at + 1], field[at + columns + 1], field[at + columns]];
  const which = (a >= level ? 8 : 0) | (b >= level ? 4 : 0) | (d >= level ? 2 : 0) | (e >= level ? 1 : 0);
  if ((which === 5 || which === 10) && (a + b + d + e) / 4 >= level) return SADDLES[which];
  return CASES[which];
}

/** Where between two values the level lies. @param {number} from @param {number} to @param {number} level */
function crossing(from, to, level) {
  return from === to ? 0.5 : (level - from) / (to - from);
}

/**
 * Draw the line where `field` equals `level` into `path` (a canvas context, a Path2D or an SVG context).
 * @param {ArrayLike<number>} field @param {number} rows @param {number} columns @param {number} level
 * @param {{moveTo(x: number, y: number): void, lineTo(x: number, y: number): void}} path
 * @param {(x: number) => number} toX @param {(y: number) => number} toY
 */
export function traceLevel(field, rows, columns, level, path, toX, toY) {
  for (let r = 0; r < rows - 1; r++) {
    for (let c = 0; c < columns - 1; c++) {
      const sides = sidesOf(field, columns, level, r, c);
      for (let i = 0; i < sides.length; i += 2) {
        const [x1, y1] = sidePoint(field, columns, level, r, c, sides[i]);
        const [x2, y2] = sidePoint(field, columns, level, r, c, sides[i + 1]);
        path.moveTo(toX(x1), toY(y1));
        path.lineTo(toX(x2), toY(y2));
      }
    }
  }
}

/**
 * @param {ArrayLike<number>} field @param {number} columns @param {number} level @param {number} r @param {number} c
 * @param {number} side @returns {[number, number]}
 */
function sidePoint(field, columns, level, r, c, side) {
  const at = r * columns + c;
  if (side === 0) return [c + crossing(field[at], field[at + 1], level), r];
  if (side === 1) return [c + 1, r + crossing(field[at + 1], field[at + columns + 1], level)];
  if (side === 2) return [c + crossing(field[at + columns], field[at + columns + 1], level), r + 1];
  return [c, r + crossing(field[at], field[at + columns], level)];
}

/** The side of a cell, the same number seen from both cells that share it. */
function sideNumber(/** @type {number} */ columns, /** @type {number} */ r, /** @type {number} */ c, /** @type {number} */ side) {
  if (side === 0) return 2 * (r * columns + c);
  if (side === 1) return 2 * (r * columns + c + 1) + 1;
  if (side === 2) return 2 * ((r + 1) * columns + c);
  return 2 * (r * columns + c) + 1;
}

/** The grid with a rim of very low values, so that every area is closed. */
function rimmed(/** @type {ArrayLike<number>} */ field, /** @type {number} */ rows, /** @type {number} */ columns) {
  const wide = columns + 2;
  const result = new Float64Array((rows + 2) * wide).fill(-1e12);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[(r + 1) * wide + c + 1] = field[r * columns + c];
  return result;
}

/**
 * Add the outline of the area where `field >= level` to `path`, as closed rings to be filled by the even-odd rule.
 * @param {ArrayLike<number>} field @param {number} rows @param {number} columns @param {number} level
 * @param {{moveTo(x: number, y: number): void, lineTo(x: number, y: number): void, closePath(): void}} path
 * @param {(x: number) => number} toX @param {(y: number) => number} toY
 * @returns {boolean} whether there was anything
 */
export function traceArea(field, rows, columns, level, path, toX, toY) {
  const wide = columns + 2;
  const grid = rimmed(field, rows, columns);
  const next = /** @type {Map<number, {to: number, x: number, y: number}>} */ (new Map());
  for (let r = 0; r < rows + 1; r++) {
    for (let c = 0; c < columns + 1; c++) {
      const sides = sidesOf(grid, wide, level, r, c);
      for (let i = 0; i < sides.length; i += 2) {
        const [x, y] = sidePoint(grid, wide, level, r, c, sides[i]);
        next.set(sideNumber(wide, r, c, sides[i]), {to: sideNumber(wide, r, c, sides[i + 1]), x, y});
      }
    }
  }
  const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(most, Math.max(0, value - 1));
  const found = next.size > 0;
  for (const start of next.keys()) {
    let step = next.get(start);
    for (let first = true; step; first = false) {
      const [x, y] = [toX(clamp(step.x, columns - 1)), toY(clamp(step.y, rows - 1))];
      if (first) path.moveTo(x, y);
      else path.lineTo(x, y);
      const key = step.to;
      step = next.get(key);
      next.delete(key);
    }
    path.closePath();
  }
  return found;
}
