// How much each class counts: all the same, by how rare it is, or as one says.

import { h, unique } from "./elements.js";
import { errorLine, steady, within } from "./fields.js";

/** @param {any} playground @param {function(any): boolean} shown */
export function classWeights(playground, shown) {
  const { store, t } = playground;
  const id = unique("field");
  const select = h(
    "select",
    { id },
    h("option", { value: "none" }, t("all the same")),
    h("option", { value: "balanced" }, t("rare ones more")),
    h("option", { value: "own" }, t("as typed here")),
  );
  const list = h("div", { class: "weights" });
  const change = steady((value) => playground.change({ model: { class_weight: value } }));
  const names = () => store.state.described?.class_names ?? [];
  select.addEventListener("change", () => {
    if (select.value === "own") change(Object.fromEntries(names().map((/** @type {string} */ name) => [name, 1])));
    else change(select.value === "none" ? null : select.value);
  });

  function show() {
    const { setup } = store.state;
    if (!setup) return;
    const weights = setup.model.class_weight;
    select.value = weights === null ? "none" : weights === "balanced" ? "balanced" : "own";
    list.hidden = select.value !== "own";
    if (list.hidden || list.contains(document.activeElement)) return;
    list.replaceChildren(
      ...names().map((/** @type {string} */ name) => {
        const field = unique("weight");
        const input = h("input", { id: field, type: "text", inputmode: "decimal", class: "number", value: String(weights[name] ?? 1) });
        input.addEventListener("change", () => change({ ...store.state.setup.model.class_weight, [name]: Number(input.value) }));
        return h("div", { class: "field" }, h("label", { for: field }, name), input);
      }),
    );
  }
  for (const part of ["setup", "described"]) store.subscribe((/** @type {any} */ state) => state[part], show);
  const node = h(
    "div",
    {},
    h("div", { class: "field", "data-where": "model.class_weight" }, h("label", { for: id }, t("Class weights")), select, errorLine(playground, within("model.class_weight"), select)),
    list,
  );
  store.subscribe((/** @type {any} */ state) => shown(state), (/** @type {boolean} */ there) => (node.hidden = !there));
  return node;
}
