// @ts-check
// Two runs side by side: in what they differ, how each does, which is better so far, and which one to keep.

import { button, el } from "../explain/dom.js";
import { differences } from "./differences.js";

const TIE = 0.01; // difference of scores that is none
const NEARLY = 0.02; // relative difference of losses that is none

/**
 * @param {HTMLElement} element
 * @param {any} playground
 */
export function comparison(element, playground) {
  const { store, t, format } = playground;
  const spoken = el("p", { class: "compare-verdict", role: "status", "aria-live": "polite" });
  const body = el("tbody", {});
  const head = el("thead", {});
  const changes = el("ul", { class: "compare-changes" });
  const trouble = el("p", { class: "findings-trouble", role: "alert", hidden: true });
  const title = el("h3", {});
  const keepNew = button("", () => keep("beside"), { class: "compare-keep" });
  const keepOld = button("", () => keep("main"), { class: "compare-keep" });
  const box = el(
    "section",
    { class: "compare", hidden: true },
    title,
    changes,
    el("table", {}, head, body),
    spoken,
    trouble,
    el("p", { class: "compare-buttons" }, keepNew, keepOld),
  );
  element.replaceChildren(box);

  async function keep(/** @type {"main" | "beside"} */ run) {
    trouble.hidden = true;
    try {
      await playground.request("keep", { run });
    } catch (error) {
      trouble.textContent = /** @type {Error} */ (error).message;
      trouble.hidden = false;
    }
  }

  function begin(/** @type {any} */ runs) {
    box.hidden = !runs.beside;
    if (box.hidden) return;
    title.textContent = t("Two runs beside each other");
    keepNew.textContent = t("Keep the new one");
    keepOld.textContent = t("Keep the old one");
    const score = runs.main.described?.task === "regression" ? t("test R²") : t("test accuracy");
    head.replaceChildren(
      el("tr", {}, ...["", t("epoch"), t("loss"), t("test loss"), score].map((text) => (text ? el("th", { scope: "col" }, text) : el("td", {})))),
    );
    changes.replaceChildren(
      ...differences(runs.main.described?.setup, runs.beside.described?.setup, playground).map((text) => el("li", {}, el("code", {}, text))),
    );
  }

  function numbers(/** @type {any} */ { main, beside }) {
    if (!beside?.frame || !main.frame) return;
    const isRegression = main.described?.task === "regression";
    const score = (/** @type {number | null} */ value) => (isRegression ? format.number(value) : format.percent(value));
    const setups = [main.described?.setup, beside.described?.setup];
    const comparable = setups[0]?.model.loss === setups[1]?.model.loss;
    const better = betterOf(main.frame, beside.frame, comparable);
    const rows = [
      [t("this run"), main.frame, "main"],
      [t("new run"), beside.frame, "beside"],
    ].map(([label, frame, name]) =>
      el(
        "tr",
        { class: better === name ? "is-better" : null, "data-run": name },
        el("th", { scope: "row" }, label, frame.state === "diverged" ? el("span", { class: "compare-diverged" }, t("diverged")) : null),
        el("td", { class: "compare-epoch" }, format.count(frame.epoch)),
        el("td", { class: "compare-loss" }, format.number(frame.loss)),
        el("td", { class: "compare-test-loss" }, format.number(frame.test_loss)),
        el("td", { class: "compare-score" }, score(frame.test_score)),
      ),
    );
    body.replaceChildren(...rows);
    const text = verdict(better, main.frame, beside.frame);
    if (spoken.textContent !== text) spoken.textContent = text;
  }

  function verdict(/** @type {string} */ better, /** @type {any} */ main, /** @type {any} */ beside) {
    const young = beside.state === "playing" && beside.epoch < Math.min(main.epoch, 20);
    if (young || !beside.epoch) return t("The new run has only begun.");
    if (better === "beside") return t("So far the new one is better.");
    if (better === "main") return t("So far the old one is better.");
    return t("So far both are equally good.");
  }

  // Texts and buttons when a comparison begins or ends, numbers at most some times a second.
  store.subscribe(
    (/** @type {any} */ state) => `${state.lang} ${Boolean(state.runs.beside)}`,
    () => begin(store.state.runs),
  );
  store.subscribe((/** @type {any} */ state) => state.runs.beside?.described, () => begin(store.state.runs));
  let waiting = false;
  store.subscribe((/** @type {any} */ state) => state.runs, () => {
    if (waiting || !store.state.runs.beside) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      numbers(store.state.runs);
    }, 150);
  });
}

/**
 * Which of two frames is better: by the score on the test rows, where both have one, else by the loss.
 *
 * @param {any} main
 * @param {any} beside
 * @param {boolean} comparable whether their losses are of one kind
 * @returns {"main" | "beside" | ""}
 */
export function betterOf(main, beside, comparable = true) {
  const diverged = [main, beside].map((frame) => frame.state === "diverged");
  if (diverged[0] !== diverged[1]) return diverged[0] ? "beside" : "main";
  const [one, two] = [main.test_score, beside.test_score];
  if (Number.isFinite(one) && Number.isFinite(two) && Math.abs(one - two) > TIE) return two > one ? "beside" : "main";
  if (!comparable) return "";
  const losses = Number.isFinite(main.test_loss) && Number.isFinite(beside.test_loss) ? [main.test_loss, beside.test_loss] : [main.loss, beside.loss];
  if (!losses.every(Number.isFinite)) return "";
  const [low, high] = losses[0] < losses[1] ? losses : [losses[1], losses[0]];
  if (high - low <= NEARLY * Math.abs(high)) return "";
  return losses[1] < losses[0] ? "beside" : "main";
}
