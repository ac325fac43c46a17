// Numbers as people read them.

const MINUS = "\u2212";

const typographic = (text) => text.replaceAll("-", MINUS);

/** A number with so many significant digits: 0.0123, 12.3, 1.2e−7. */
export function number(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return typographic(value.toExponential(Math.max(0, digits - 2)));
  return typographic(String(Number(value.toPrecision(digits))));
}

/** A share as a percentage; with a digit more where rounding would make all or nothing of it. */
export function percent(share, digits = 0) {
  if (share === null || share === undefined || Number.isNaN(share)) return "–";
  const rounded = (100 * share).toFixed(digits);
  const hides = (Number(rounded) === 0 && share > 0) || (Number(rounded) === 100 && share < 1);
  return `${hides ? (100 * share).toFixed(digits + 1) : rounded}%`;
}

/** A whole number with its thousands apart. */
export function count(value) {
  return Math.round(value).toLocaleString("en-US");
}
