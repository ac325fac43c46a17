// @ts-check
// A point, explained: what the network makes of it, p − t, its way forward in numbers, and the graph of its loss.

import { button, el, Live } from "./dom.js";
import { forwardPass } from "./forward.js";
import { graphPicture } from "./graph.js";

/**
 * @param {any} answer of `point`
 * @param {any} selected
 * @param {any} playground
 */
export function pointView(answer, selected, playground) {
  const { t, format } = playground;
  const live = new Live();
  const classes = playground.store.state.runs[selected.run ?? "main"]?.described?.class_names ?? [];

  const summary = el(
    "dl",
    { class: "point-summary" },
    pair(t("prediction"), live.text(el("dd", { class: "point-prediction" }), (now) => now.prediction.text)),
    el("div", {}, el("dt", {}, t("target")), el("dd", {}, targetChoice(answer, selected, playground, classes))),
    pair(live.text(el("dt", {}), (now) => t("loss ({name})", { name: now.loss.name })), live.text(el("dd", {}), (now) => format.number(now.loss.value))),
  );
  const difference = el(
    "p",
    { class: "point-difference" },
    live.text(el("strong", {}), (now) => now.p_minus_t?.text ?? ""),
    " ",
    live.text(el("span", {}), (now) => (now.p_minus_t?.push ? `— ${now.p_minus_t.push}` : "")),
  );
  live.each((now) => {
    difference.hidden = !now.p_minus_t;
    difference.classList.toggle("holds", Boolean(now.p_minus_t?.holds));
  });
  const remarks = el("ul", { class: "point-remarks" });
  live.each((now) => {
    remarks.hidden = !now.remarks.length;
    remarks.replaceChildren(...now.remarks.map((/** @type {string} */ text) => el("li", {}, text)));
  });
  const forward = forwardPass(answer, playground, live);
  const graph = graphPicture(answer, playground, live);
  return {
    element: el(
      "div",
      { class: "point" },
      el("div", { class: "point-top" }, summary, walking(selected, playground)),
      difference,
      remarks,
      forward,
      graph,
    ),
    title: () => titleOf(answer, selected, playground),
    update: (/** @type {any} */ now) => live.update(now),
  };
}

// A view can be written anew as long as there are the same layers, the same steps of the loss, and the same point.
pointView.key = (/** @type {any} */ answer, /** @type {any} */ selected, /** @type {string} */ lang) =>
  JSON.stringify([
    lang,
    selected.run,
    selected.row ?? selected.x,
    selected.target,
    answer.target,
    answer.layers.map((/** @type {any} */ layer) => [layer.activation, layer.units.length]),
    answer.graph?.nodes.map((/** @type {any} */ node) => [node.name, node.formula]),
  ]);

/** @param {any} answer @param {any} selected @param {any} playground */
function titleOf(answer, selected, { t, format }) {
  const of = selected.run === "beside" ? ` · ${t("of the new run")}` : "";
  if (selected.row) {
    const text = selected.row.part === "test" ? t("Test row {n}") : t("Training row {n}");
    return text.replace("{n}", format.count(selected.row.index + 1)) + of;
  }
  if (answer.x.length > 4) return t("A point") + of;
  return t("The point ({place})", { place: answer.x.map((/** @type {number} */ v) => format.number(v)).join(", ") }) + of;
}

function pair(/** @type {any} */ label, /** @type {any} */ value) {
  return el("div", {}, typeof label === "string" ? el("dt", {}, label) : label, value);
}

/** The target, and another one to suppose: what would be learned then? */
function targetChoice(/** @type {any} */ answer, /** @type {any} */ selected, /** @type {any} */ playground, /** @type {string[]} */ classes) {
  const { store, t } = playground;
  const label = t("suppose another target");
  const suppose = (/** @type {number | null} */ target) => store.update({ selected: { ...selected, target } });
  const how = answer.target.nearest ? el("span", { class: "point-how" }, t("as its nearest training point has")) : null;
  if (classes.length) {
    const select = el(
      "select",
      { "aria-label": label, title: label, onchange: (/** @type {any} */ event) => suppose(Number(event.target.value)) },
      ...classes.map((name, code) => el("option", { value: code, selected: code === answer.target.value }, name)),
    );
    return el("span", { class: "point-target" }, select, how);
  }
  const input = el("input", {
    type: "number", step: "any", value: Number(answer.target.value.toPrecision(4)), "aria-label": label, title: label,
    onchange: (/** @type {any} */ event) => {
      if (event.target.value !== "" && Number.isFinite(event.target.valueAsNumber)) suppose(event.target.valueAsNumber);
    },
  });
  return el("span", { class: "point-target" }, input, how);
}

/** From one row to the next: the way for who has no mouse. */
function walking(/** @type {any} */ selected, /** @type {any} */ playground) {
  const { store, t } = playground;
  const row = selected.row ?? { part: "train", index: -1 };
  const size = store.state.runs[selected.run ?? "main"]?.data?.[row.part === "test" ? "test_y" : "train_y"]?.length ?? 1;
  const to = (/** @type {number} */ step) => () =>
    store.update({
      selected: { kind: "point", run: selected.run ?? "main", row: { part: row.part, index: (Math.max(row.index, step < 0 ? 0 : -1) + step + size) % size } },
    });
  return el(
    "div",
    { class: "point-walk" },
    button("‹", to(-1), { "aria-label": t("Previous row"), title: t("Previous row") }),
    button("›", to(1), { "aria-label": t("Next row"), title: t("Next row") }),
  );
}
