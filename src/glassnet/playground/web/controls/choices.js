// What was chosen by the task, and why: task, output, loss in a line; with whatever else the server says, if one asks why.

import { h } from "./elements.js";

const IN_LINE = 3;

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const { store, t } = playground;
  const names = { task: t("task"), output: t("output"), loss: t("loss"), weights: t("weights"), initializer: t("weights") };
  store.subscribe((/** @type {any} */ state) => state.described?.choices, (/** @type {any[] | undefined} */ choices) => {
    root.hidden = !choices?.length;
    if (!choices) return;
    const open = root.querySelector("details")?.open;
    const line = choices.slice(0, IN_LINE).flatMap(({ name, value }, i) => [
      ...(i ? [h("span", { class: "arrow", "aria-hidden": "true" }, "→")] : []),
      h("span", { class: "chosen" }, h("span", { class: "soft" }, names[name] ?? name), " ", h("b", {}, value.replaceAll("_", " "))),
    ]);
    root.replaceChildren(
      h(
        "details",
        { open },
        h("summary", {}, h("span", { class: "chosen-line" }, ...line), h("span", { class: "why" }, t("why?"))),
        h("dl", { class: "reasons" }, ...choices.filter(({ reason }) => reason).flatMap(({ name, value, reason }) => [h("dt", {}, `${names[name] ?? name}: ${value.replaceAll("_", " ")}`), h("dd", {}, reason)])),
      ),
    );
  });
}
