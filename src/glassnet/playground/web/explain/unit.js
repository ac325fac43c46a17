// @ts-check
// A unit in words: a few sentences, and facts with their numbers.

import { el } from "./dom.js";

/**
 * @param {any} _answer of `unit`
 * @param {any} selected
 * @param {any} playground
 */
export function unitView(_answer, selected, playground) {
  const { t, store } = playground;
  const text = el("p", { class: "unit-text" });
  const facts = el("dl", { class: "unit-facts" });
  const beside = selected.run === "beside" ? el("p", { class: "explain-of" }, t("of the new run")) : null;
  return {
    element: el("div", { class: "unit-words" }, beside, text, facts),
    title: (/** @type {any} */ now) => now.title,
    update(/** @type {any} */ now) {
      if (text.textContent !== now.text) text.textContent = now.text;
      text.classList.toggle("unit-dead", now.dead);
      facts.replaceChildren(...factsOf(now));
      if (!store.state.runs[selected.run]) store.update({ selected: null });
    },
  };
}

unitView.key = (/** @type {any} */ _answer, /** @type {any} */ selected, /** @type {string} */ lang) =>
  `unit ${selected.run} ${lang}`;

/** @param {any} answer */
export function factsOf(answer) {
  return answer.facts.map((/** @type {[string, string]} */ [label, value]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, value)),
  );
}
