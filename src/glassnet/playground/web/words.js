// The page's words: English stands in the code, the server has the other languages. And what the browser remembers.

let known = {};
let language = "en";

/** Fetches the words of a language; what is missing stays English. */
export async function speak(chosen) {
  const response = await fetch(`/words/${chosen}.json`);
  known = response.ok ? await response.json() : {};
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-Hans" : chosen;
}

/** The language in use. */
export const spoken = () => language;

/**
 * Translates a text; `{name}` in it is filled in from `values`.
 *
 * @param {string} text A literal: tests compare all of them with words.py.
 * @param {Object<string, string|number>} values
 */
export function t(text, values = {}) {
  return (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** What was chosen in an earlier visit, or null. */
export function kept(name) {
  try {
    return localStorage.getItem(`glassnet-${name}`);
  } catch {
    return null;
  }
}

/** Keeps a choice for later visits, if the browser keeps anything. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`glassnet-${name}`);
    else localStorage.setItem(`glassnet-${name}`, value);
  } catch {
    // Nothing is lost but the memory of it.
  }
}
