// @ts-check
/** A shape for each class, so that color is never the only sign. Areas are about equal. */

/** @typedef {{moveTo(x: number, y: number): void, lineTo(x: number, y: number): void, closePath(): void, arc: any}} Path */

/** A star or polygon: corners at one radius, or at two by turns. */
function corners(/** @type {number} */ count, /** @type {number} */ outer, /** @type {number} */ inner, /** @type {number} */ turn) {
  const result = /** @type {[number, number][]} */ ([]);
  for (let i = 0; i < count; i++) {
    const angle = turn + (2 * Math.PI * i) / count;
    const radius = i % 2 && inner ? inner : outer;
    result.push([radius * Math.sin(angle), -radius * Math.cos(angle)]);
  }
  return result;
}

const ARM = 0.42;
const PLUS = /** @type {[number, number][]} */ ([
  [-ARM, -1.15], [ARM, -1.15], [ARM, -ARM], [1.15, -ARM], [1.15, ARM], [ARM, ARM], [ARM, 1.15], [-ARM, 1.15], [-ARM, ARM],
  [-1.15, ARM], [-1.15, -ARM], [-ARM, -ARM],
]);
const turned = PLUS.map(([x, y]) => /** @type {[number, number]} */ ([(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]));

/** Of each class in turn; null is a circle. */
const SHAPES = /** @type {([number, number][] | null)[]} */ ([
  null,
  [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  corners(3, 1.3, 0, 0),
  corners(4, 1.25, 0, 0),
  corners(10, 1.4, 0.62, 0),
  corners(3, 1.3, 0, Math.PI),
  PLUS,
  corners(6, 1.08, 0, 0),
  turned,
  corners(5, 1.15, 0, Math.PI),
]);

/**
 * Add the shape of a class to a path.
 * @param {any} path @param {number} index of the class @param {number} x @param {number} y @param {number} radius
 */
export function addSymbol(path, index, x, y, radius) {
  const shape = SHAPES[index % SHAPES.length];
  if (!shape) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  shape.forEach(([dx, dy], i) => (i ? path.lineTo(x + radius * dx, y + radius * dy) : path.moveTo(x + radius * dx, y + radius * dy)));
  path.closePath();
}
