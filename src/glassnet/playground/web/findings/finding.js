// @ts-check
// One finding: what is the case, why it matters, the likely cause, and a button for each thing to try.

import { button, el } from "../explain/dom.js";

/**
 * @param {any} finding
 * @param {any[]} effects other findings that follow from it
 * @param {{playground: any, tryBeside: null | function(any): void, opened: Map<string, boolean>, run: string}} options
 */
export function card(finding, effects, options) {
  const { t } = options.playground;
  const warning = finding.severity === "warning";
  const key = `${options.run} ${finding.name} ${finding.layer ?? ""}`;
  const words = el(
    "dl",
    {},
    ...[
      [t("why it matters"), finding.why],
      [t("likely cause"), finding.cause],
      [t("follows from"), finding.follows_text],
    ]
      .filter(([, text]) => text)
      .map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text))),
  );
  const head = [
    el("span", { class: "finding-kind" }, el("span", { "aria-hidden": "true" }, warning ? "▲ " : "● "), warning ? t("warning") : t("note")),
    " ",
    el("span", { class: "finding-text" }, finding.head),
  ];
  const rest = [words, remedies(finding, key, options), effects.length ? following(effects, key, options) : null];
  const attributes = { class: `finding ${warning ? "is-warning" : "is-note"}`, "data-name": finding.name };
  if (warning) return el("article", attributes, el("p", { class: "finding-head" }, ...head), ...rest);
  // What is only worth knowing takes a line until somebody opens it.
  const details = el(
    "details",
    { ...attributes, open: options.opened.get(`${key} note`) ?? false },
    el("summary", { class: "finding-head", "data-key": `${key} note` }, ...head),
    ...rest,
  );
  details.addEventListener("toggle", () => options.opened.set(`${key} note`, details.open));
  return details;
}

function remedies(/** @type {any} */ finding, /** @type {string} */ key, /** @type {any} */ { playground, tryBeside }) {
  const { t } = playground;
  if (!finding.remedies.length) return null;
  const items = finding.remedies.map((/** @type {any} */ remedy, /** @type {number} */ i) => {
    const isSetting = Object.keys(remedy.change).length > 0;
    const text = el(isSetting ? "code" : "span", { class: "remedy-text" }, remedy.text);
    const setup = finding.setups[i];
    if (!setup) return el("li", {}, text, el("span", { class: "remedy-reason" }, finding.reasons[i]));
    const start = tryBeside
      ? button(t("Try it beside"), () => tryBeside(setup), {
          class: "remedy-try", "data-key": `${key} ${i}`, "aria-label": t("Try it beside: {change}", { change: remedy.text }),
        })
      : null;
    return el("li", {}, text, start);
  });
  return el("div", { class: "finding-remedies" }, el("span", { class: "finding-label" }, t("try")), el("ul", {}, ...items));
}

/** What will go when the cause is mended. */
function following(/** @type {any[]} */ effects, /** @type {string} */ key, /** @type {any} */ options) {
  const { t } = options.playground;
  const { opened } = options;
  const details = el(
    "details",
    { class: "finding-effects", open: opened.get(key) ?? false },
    el("summary", { "data-key": `${key} effects` }, effects.length === 1 ? t("1 more finding follows from it") : t("{n} more findings follow from it", { n: effects.length })),
    el("ul", {}, ...effects.map((one) => el("li", { "data-name": one.name }, one.head))),
  );
  details.addEventListener("toggle", () => opened.set(key, details.open));
  return details;
}
