// @ts-check
// In what two set-ups differ, as one would type it.

/**
 * @param {any} before
 * @param {any} after
 * @param {any} playground
 * @returns {string[]} as "learning_rate_init: 1 → 0.01"
 */
export function differences(before, after, { format }) {
  if (!before || !after) return [];
  const found = [];
  for (const part of ["data", "model"]) {
    for (const name of Object.keys(after[part])) {
      const [one, two] = [before[part][name], after[part][name]];
      if (JSON.stringify(one) !== JSON.stringify(two)) found.push(`${name}: ${written(one, format)} → ${written(two, format)}`);
    }
  }
  return found;
}

function written(/** @type {any} */ value, /** @type {any} */ format) {
  if (Array.isArray(value)) {
    const texts = value.map((one) => written(one, format));
    return texts.length > 1 && new Set(texts).size === 1 ? `${texts[0]} × ${texts.length}` : `[${texts.join(", ")}]`;
  }
  if (typeof value === "number") return format.number(value);
  if (value && typeof value === "object") return value.name ?? value.formula ?? JSON.stringify(value);
  return String(value);
}
