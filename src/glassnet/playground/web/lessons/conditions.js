// @ts-check
// When a condition of a step is met. Once met it stays met, until the step is set up anew: what was seen was seen.

import { placed, readings } from "./readings.js";

/** @param {any} left @param {any} right */
export const same = (left, right) => JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));

/** Keys in one order, since objects that say the same may list them in another. @param {any} value @returns {any} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/**
 * Whether a condition is met now.
 * @param {any} condition one entry of a step's `expects`
 * @param {any} state the store's state
 * @returns {boolean}
 */
export function holds(condition, state) {
  const run = state.runs[condition.run];
  if (!run?.frame || !run.described) return false;
  // A frame of the set-up before this one may still be under way.
  if (run.frame.epoch < condition.after) return false;
  const inSetup = condition.reading.includes(".");
  const value = inSetup ? placed(run.described.setup, condition.reading) : readings[condition.reading](run, state);
  if (value === null || value === undefined || Number.isNaN(value)) return false;
  return (
    (condition.at_least === null || value >= condition.at_least) &&
    (condition.at_most === null || value <= condition.at_most) &&
    (condition.equals === null || same(value, condition.equals)) &&
    (condition.differs === null || !same(value, condition.differs))
  );
}
