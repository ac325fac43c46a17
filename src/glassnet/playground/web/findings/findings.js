// @ts-check
// What stands out while the network trains, why, and what to try: each remedy starts a second run beside this one.

import { el } from "../explain/dom.js";
import { comparison } from "./comparison.js";
import { card } from "./finding.js";

/**
 * @param {HTMLElement} element
 * @param {any} playground
 */
export function mount(element, playground) {
  const { store, t } = playground;
  const title = el("h2", { id: "findings-title" });
  const trouble = el("p", { class: "findings-trouble", role: "alert", hidden: true });
  const compared = el("div", {});
  const main = el("div", { class: "findings-list" });
  const beside = el("div", { class: "findings-list" });
  const spoken = el("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  element.replaceChildren(title, trouble, compared, main, beside, spoken);
  element.setAttribute("aria-labelledby", "findings-title");

  const known = { main: new Set(), beside: new Set() };
  /** @type {Map<string, boolean>} */ const opened = new Map(); // details that somebody opened or closed

  async function tryBeside(/** @type {any} */ setup) {
    trouble.hidden = true;
    try {
      await playground.request("beside", { setup });
      await playground.request("play", { pace: store.state.pace });
    } catch (error) {
      trouble.textContent = /** @type {Error} */ (error).message;
      trouble.hidden = false;
    }
  }

  function list(/** @type {any} */ box, /** @type {"main" | "beside"} */ run) {
    const { runs, findings } = store.state;
    box.hidden = !runs[run];
    if (box.hidden) return;
    const found = findings[run] ?? [];
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const heading = runs.beside ? el("h3", {}, run === "main" ? t("In this run") : t("In the new run")) : null;
    const options = { playground, tryBeside: runs.beside ? null : tryBeside, opened, run };
    box.replaceChildren(...[heading, ...cardsOf(found, options), found.length ? null : nothing(run)].filter((part) => part !== null));
    if (focused) box.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    speak(found, run);
  }

  function nothing(/** @type {string} */ run) {
    const epoch = store.state.runs[run].frame?.epoch ?? 0;
    return el("p", { class: "findings-none" }, epoch ? t("Nothing stands out.") : t("What goes wrong in training is told here, and what to do."));
  }

  // A warning is read out once, when it appears; its numbers change all the time.
  function speak(/** @type {any[]} */ found, /** @type {"main" | "beside"} */ run) {
    const warnings = found.filter((one) => one.severity === "warning");
    const fresh = warnings.filter((one) => !known[run].has(`${one.name} ${one.layer}`));
    known[run] = new Set(warnings.map((one) => `${one.name} ${one.layer}`));
    if (fresh.length) spoken.textContent = fresh.map((one) => one.head).join(". ");
  }

  const runsThere = (/** @type {any} */ state) => `${state.lang} ${Boolean(state.runs.beside)} ${Boolean(state.runs.main.frame?.epoch)}`;
  store.subscribe((/** @type {any} */ state) => state.lang, () => {
    title.textContent = t("Findings");
  });
  store.subscribe((/** @type {any} */ state) => state.findings.main, () => list(main, "main"));
  store.subscribe((/** @type {any} */ state) => state.findings.beside, () => list(beside, "beside"));
  store.subscribe(runsThere, () => {
    list(main, "main");
    list(beside, "beside");
  });
  comparison(compared, playground);
}

/** Causes first, each with what follows from it inside. */
function cardsOf(/** @type {any[]} */ found, /** @type {any} */ options) {
  const names = new Set(found.map((one) => one.name));
  const effects = new Map();
  const causes = [];
  for (const one of found) {
    if (one.follows_from && names.has(one.follows_from) && one.follows_from !== one.name) {
      effects.set(one.follows_from, [...(effects.get(one.follows_from) ?? []), one]);
    } else causes.push(one);
  }
  // An effect of an effect stands with the first cause.
  const first = (/** @type {string} */ name, seen = new Set()) => {
    const one = found.find((other) => other.name === name);
    if (!one || causes.includes(one) || seen.has(name)) return name;
    return first(one.follows_from, seen.add(name));
  };
  const gathered = new Map();
  for (const [name, list] of effects) gathered.set(first(name), [...(gathered.get(first(name)) ?? []), ...list]);
  return causes.map((one, i) => {
    const own = causes.findIndex((other) => other.name === one.name) === i ? (gathered.get(one.name) ?? []) : [];
    return card(one, own, options);
  });
}
