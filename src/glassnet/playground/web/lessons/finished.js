// @ts-check
// Which lessons have been walked to their end, kept by the browser where it lets a page keep something.

const KEY = "glassnet-lessons";

/** @returns {string[]} names */
export function finishedLessons() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

/** @param {string} name */
export function keepFinished(name) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...finishedLessons(), name])]));
  } catch {
    // A browser that keeps nothing shows no marks.
  }
}
