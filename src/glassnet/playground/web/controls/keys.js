// Keys: space trains, arrows step. Where something is typed or moved by keys, they keep their meaning there.

import { h, iconButton } from "./elements.js";
import { openDialog } from "./dialogs.js";
import { acts } from "./transport.js";

const TYPED = "input, select, textarea, [contenteditable], [role='slider'], [role='grid'], [role='listbox']";

/** @param {any} playground */
export function listenToKeys(playground) {
  const { t } = playground;
  const act = acts(playground);
  const keys = [
    { key: " ", name: t("Space"), text: t("train, or pause"), act: act.toggle },
    { key: "ArrowRight", name: "→", text: t("one epoch on"), act: () => act.step(1) },
    { key: "ArrowLeft", name: "←", text: t("one epoch back"), act: () => act.step(-1) },
    { key: "ArrowRight", shift: true, name: t("Shift →"), text: t("ten epochs on"), act: () => act.step(10) },
    { key: "ArrowLeft", shift: true, name: t("Shift ←"), text: t("ten epochs back"), act: () => act.step(-10) },
    { key: "Home", name: t("Home"), text: t("back to the start"), act: () => act.goTo(0) },
    { key: "?", name: "?", text: t("these keys"), act: help },
  ];
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(TYPED)) return;
    // A focused button is pressed by space; units of the graph move by arrows.
    if (event.key === " " && target.closest("button, summary, a")) return;
    if (event.key.startsWith("Arrow") && target.closest("#network .graph-units, #plane, [role='tablist'], #explain")) return;
    const found = keys.find(({ key, shift = false }) => key === event.key && (key === "?" || shift === event.shiftKey));
    if (!found) return;
    event.preventDefault();
    found.act();
  });

  function help() {
    openDialog(playground, {
      title: t("Keys, and what to press"),
      class: "help",
      content: [
        h("dl", { class: "keys" }, ...keys.flatMap(({ name, text }) => [h("dt", {}, h("kbd", {}, name)), h("dd", {}, text)])),
        h(
          "ul",
          { class: "hints" },
          h("li", {}, t("Point at a unit of the network: it is explained in words. Press it: it stays selected; arrows move to its neighbors.")),
          h("li", {}, t("Press a point of the plane: its forward pass and the gradients of its loss are shown.")),
          h("li", {}, t("Press the name under a layer: choose its activation, or type a formula of x.")),
          h("li", {}, t("Drop a CSV or Parquet file on the page: it is read on this machine, and goes nowhere else.")),
        ),
      ],
    });
  }
  return { button: iconButton("help", t("Keys and hints (?)"), help, { "data-act": "help" }) };
}
