// The choice of data: a small picture of each set.

import { h, icon, svg } from "./elements.js";

const KINDS = { drawn: "draw", table: "table" };
// A 5 in 8 × 8 pixels, row by row: 0 paper to 3 ink.
const DIGIT = ["00133200", "00310000", "00322000", "00113300", "00000310", "00000220", "00211300", "00133100"];

/**
 * @param {any} playground
 * @param {(set: any) => void} chosen
 */
export function setChooser({ store, t }, chosen) {
  const grid = h("div", { class: "sets", role: "radiogroup", "aria-label": t("Data") });
  let buttons = /** @type {HTMLElement[]} */ ([]);
  store.subscribe((/** @type {any} */ state) => state.sets, (/** @type {any[]} */ sets) => {
    buttons = sets.map((set) =>
      h(
        "button",
        { type: "button", class: "set", role: "radio", "data-set": set.name, title: set.title, "aria-label": set.title, onclick: () => chosen(set) },
        set.points ? picture(set) : set.kind === "digits" ? digit() : icon(KINDS[set.kind] ?? "table"),
      ),
    );
    grid.replaceChildren(...buttons);
    mark();
  });
  store.subscribe((/** @type {any} */ state) => state.setup?.data.name, mark);
  function mark() {
    const name = store.state.setup?.data.name;
    for (const button of buttons) {
      const on = button.dataset.set === name;
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
    }
    if (buttons.length && !buttons.some((button) => button.tabIndex === 0)) buttons[0].tabIndex = 0;
  }
  grid.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = buttons.at((at + step) % buttons.length);
    next?.focus();
  });
  return grid;
}

/** @param {any} set */
function picture(set) {
  const numbers = set.task === "regression";
  const dots = set.points.map(([x, y, value]) =>
    svg("circle", {
      cx: (2 + 36 * x).toFixed(1), cy: (38 - 36 * y).toFixed(1), r: 1.7,
      style: numbers
        ? `fill: color-mix(in srgb, var(--${value < 0.5 ? "negative" : "positive"}) ${Math.round(200 * Math.abs(value - 0.5))}%, var(--faint))`
        : `fill: var(--class-${value})`,
    }),
  );
  return svg("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" }, ...dots);
}

function digit() {
  const squares = DIGIT.flatMap((row, y) =>
    [...row].flatMap((ink, x) => (ink === "0" ? [] : [svg("rect", { x: 4 + 4 * x, y: 4 + 4 * y, width: 4, height: 4, style: `fill: var(--ink); opacity: ${Number(ink) / 3}` })])),
  );
  return svg("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" }, ...squares);
}
