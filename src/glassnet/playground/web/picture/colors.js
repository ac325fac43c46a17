// @ts-check
/**
 * Colors of the pictures, read from the page's CSS variables: themes are made in one place, the style sheet.
 *
 * @typedef {[number, number, number]} Rgb
 * @typedef {{dark: boolean, paper: Rgb, ink: Rgb, soft: Rgb, faint: Rgb, axis: Rgb, negative: Rgb, positive: Rgb, wrong: Rgb,
 *   warn: Rgb, classes: Rgb[], font: string, signed: Uint32Array, shades: Uint32Array[]}} Look
 */

/** What is taken where the style sheet does not define a variable. */
const PLAIN = {
  paper: "#ffffff", ink: "#1a202c", soft: "#565e6c", faint: "#e2e5ea", axis: "#9ca3af",
  negative: "#d9730d", positive: "#2468b8", wrong: "#c2185b", warn: "#b45309",
};
const PLAIN_CLASSES = [
  "#d9730d", "#2468b8", "#2a9d6f", "#8e5bb5", "#c9a40a", "#56b4e9", "#c2407f", "#7a6a58", "#6b8e23", "#606c80",
];

/** Levels of `Look.signed` on each side of zero, and of `Look.shades`. */
export const LEVELS = 255;

let pixel = /** @type {CanvasRenderingContext2D | null} */ (null);

/** Any CSS color as three numbers; the browser is the parser. @param {string} text @returns {Rgb} */
function parsed(text) {
  if (!pixel) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    pixel = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", {willReadFrequently: true}));
  }
  pixel.fillStyle = "#000";
  pixel.fillStyle = text;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** @param {Rgb} from @param {Rgb} to @param {number} share @returns {Rgb} */
export function mixed(from, to, share) {
  return [0, 1, 2].map((i) => Math.round(from[i] + (to[i] - from[i]) * share));
}

/** @param {Rgb} color @param {number} [alpha] */
export function css(color, alpha = 1) {
  return alpha >= 1 ? `rgb(${color[0]},${color[1]},${color[2]})` : `rgba(${color[0]},${color[1]},${color[2]},${alpha})`;
}

/** One pixel of an ImageData seen as 32-bit integers (little-endian, as every machine with a browser). @param {Rgb} color */
function packed(color) {
  return ((255 << 24) | (color[2] << 16) | (color[1] << 8) | color[0]) >>> 0;
}

/** Shades from the ground to a color. @param {Rgb} ground @param {Rgb} color @param {number} most */
function ramp(ground, color, most) {
  const table = new Uint32Array(LEVELS + 1);
  for (let i = 0; i <= LEVELS; i++) table[i] = packed(mixed(ground, color, most * Math.pow(i / LEVELS, 0.85)));
  return table;
}

/** @returns {Look} */
function read() {
  const style = getComputedStyle(document.documentElement);
  const value = (/** @type {string} */ name, /** @type {string} */ plain) =>
    parsed(style.getPropertyValue(`--${name}`).trim() || plain);
  const named = /** @type {any} */ ({});
  for (const [name, plain] of Object.entries(PLAIN)) named[name] = value(name, plain);
  const classes = PLAIN_CLASSES.map((plain, i) => value(`class-${i}`, plain));
  const {paper, ink} = named;
  const dark = paper[0] + paper[1] + paper[2] < ink[0] + ink[1] + ink[2];
  const ground = mixed(paper, ink, dark ? 0.02 : 0.015);
  const below = ramp(ground, named.negative, 0.92);
  const above = ramp(ground, named.positive, 0.92);
  const signed = new Uint32Array(2 * LEVELS + 1);
  for (let i = 0; i <= LEVELS; i++) {
    signed[LEVELS - i] = below[i];
    signed[LEVELS + i] = above[i];
  }
  return {
    ...named, dark, classes, signed,
    shades: classes.map((color) => ramp(ground, color, dark ? 0.6 : 0.5)),
    font: getComputedStyle(document.body).fontFamily,
  };
}

let current = /** @type {Look | null} */ (null);
const listeners = /** @type {Set<() => void>} */ (new Set());

function forget() {
  current = null;
  for (const listener of listeners) listener();
}

/** The colors of the theme in use. @returns {Look} */
export function look() {
  current ??= read();
  return current;
}

/** Call `listener` when the theme has changed. @param {() => void} listener @returns {() => void} that ends it */
export function onTheme(listener) {
  if (listeners.size === 0 && !watching) watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let watching = false;

function watch() {
  watching = true;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", forget);
  new MutationObserver(forget).observe(document.documentElement, {attributeFilter: ["class", "style", "data-theme"]});
}

/** A packed pixel as CSS. @param {number} pixel32 */
export function cssOfPacked(pixel32) {
  return `rgb(${pixel32 & 255},${(pixel32 >> 8) & 255},${(pixel32 >> 16) & 255})`;
}

/**
 * The color of a class. Of two classes the first has the color of negative, the second that of positive numbers: then a
 * unit that leans to a class is drawn in the class's color.
 * @param {Look} theme @param {number} index @returns {Rgb}
 */
export function classColor(theme, index) {
  return theme.classes[index % theme.classes.length];
}
