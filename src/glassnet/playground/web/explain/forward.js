// @ts-check
// The forward pass, layer by layer: every unit with its weighted sum and its output; opened, with all that is added up.

import { el, svg } from "./dom.js";

/**
 * @param {any} answer of `point`
 * @param {any} playground
 * @param {import("./dom.js").Live} live
 */
export function forwardPass(answer, playground, live) {
  const { t } = playground;
  const columns = [
    inputs(answer, playground, live),
    ...answer.layers.map((/** @type {any} */ _layer, /** @type {number} */ i) => layerColumn(answer, i, playground, live)),
  ];
  return el(
    "section",
    { class: "forward", "aria-labelledby": "forward-title" },
    el("h3", { id: "forward-title" }, t("Forward, layer by layer")),
    el("p", { class: "explain-legend" }, t("z is the weighted sum of a unit, a what its activation makes of it. Open a unit to see what is added up.")),
    el("div", { class: "forward-columns", tabindex: 0, role: "group", "aria-labelledby": "forward-title" }, ...columns),
  );
}

function inputs(/** @type {any} */ answer, /** @type {any} */ playground, /** @type {any} */ live) {
  const { t, format } = playground;
  const most = 16;
  const items = answer.x.slice(0, most).map((/** @type {number} */ _x, /** @type {number} */ j) =>
    el("li", { class: "forward-input" }, el("span", {}, answer.columns[j]), live.text(el("output", {}), (/** @type {any} */ now) => format.number(now.x[j]))),
  );
  if (answer.x.length > most) items.push(el("li", { class: "forward-input" }, t("… and {n} more", { n: answer.x.length - most })));
  const image = playground.store.state.described?.images && answer.x.length === 64 ? imageOf(answer, live) : null;
  return el("div", { class: "forward-column" }, el("h4", {}, t("inputs")), image, el("ul", {}, ...items));
}

/** A digit, as its 8 × 8 pixels: dark where the ink is. */
function imageOf(/** @type {any} */ answer, /** @type {any} */ live) {
  const pixels = answer.x.map((/** @type {number} */ _x, /** @type {number} */ j) => svg("rect", { x: j % 8, y: Math.floor(j / 8), width: 1.02, height: 1.02 }));
  live.each((/** @type {any} */ now) => {
    const most = Math.max(...now.x.map((/** @type {number} */ v) => v ?? 0), 1e-9);
    pixels.forEach((/** @type {any} */ pixel, /** @type {number} */ j) => pixel.setAttribute("fill-opacity", (Math.max(0, now.x[j] ?? 0) / most).toFixed(3)));
  });
  return svg("svg", { class: "forward-image", viewBox: "0 0 8 8", "aria-hidden": "true" }, ...pixels);
}

function layerColumn(/** @type {any} */ answer, /** @type {number} */ i, /** @type {any} */ playground, /** @type {any} */ live) {
  const { t } = playground;
  const layer = answer.layers[i];
  const last = layer.kind === "output";
  const name = last
    ? t("output · {activation}", { activation: layer.activation })
    : t("layer {layer} · {activation}", { layer: i + 1, activation: layer.activation });
  const units = layer.units.map((/** @type {any} */ _unit, /** @type {number} */ u) => unitRow(answer, i, u, playground, live));
  return el("div", { class: last ? "forward-column forward-output" : "forward-column" }, el("h4", { title: name }, name), ...units);
}

function unitRow(/** @type {any} */ answer, /** @type {number} */ i, /** @type {number} */ u, /** @type {any} */ playground, /** @type {any} */ live) {
  const { t, format } = playground;
  const of = (/** @type {any} */ now) => now.layers[i].units[u];
  const last = answer.layers[i].kind === "output";
  const isClass = last && answer.prediction.share !== null;
  const name = isClass ? t("class {name}", { name: answer.outputs[u].name }) : last ? answer.outputs[u].name : String(u + 1);
  const bar = el("span", { class: "forward-bar", "aria-hidden": "true" }, el("i", {}));
  const state = el("span", { class: "forward-state" });
  const states = /** @type {Record<string, string>} */ ({ inactive: t("inactive"), saturated: t("saturated") });
  live.each((/** @type {any} */ now) => {
    const unit = of(now);
    state.textContent = states[unit.state] ?? "";
    state.title = unit.state === "inactive" ? t("its slope is 0 here: no gradient passes") : unit.state ? t("its slope is nearly 0 here: hardly any gradient passes") : "";
    state.hidden = !state.textContent;
    const most = isClass ? 1 : Math.max(...now.layers[i].units.map((/** @type {any} */ one) => Math.abs(one.output ?? 0)), 1e-12);
    barred(bar, (unit.output ?? 0) / most);
  });
  const details = el("div", { class: "forward-inside" });
  const box = el(
    "details",
    { class: "forward-unit" },
    el(
      "summary",
      {},
      el("span", { class: "forward-name" }, name),
      bar,
      el("span", { class: "forward-numbers" },
        live.text(el("span", {}), (/** @type {any} */ now) => `z ${format.number(of(now).z)}`),
        live.text(el("b", {}), (/** @type {any} */ now) => `${last ? "p" : "a"} ${format.number(of(now).output)}`)),
      state,
    ),
    details,
  );
  box.addEventListener("toggle", () => {
    if (box.open && latest) inside(details, of(latest), i, latest, playground);
  });
  /** @type {any} */ let latest = null;
  live.each((/** @type {any} */ now) => {
    latest = now;
    if (box.open) inside(details, of(now), i, now, playground);
  });
  return box;
}

/** A bar from the middle: right for positive, left for negative. */
function barred(/** @type {any} */ bar, /** @type {number} */ share) {
  const inner = bar.firstChild;
  const width = 50 * Math.min(1, Math.abs(share));
  inner.style.width = `${width}%`;
  inner.style.left = share < 0 ? `${50 - width}%` : "50%";
  bar.classList.toggle("below", share < 0);
}

/** What a unit adds up, and what comes back to it. */
function inside(/** @type {any} */ element, /** @type {any} */ unit, /** @type {number} */ i, /** @type {any} */ answer, /** @type {any} */ playground) {
  const { t, format } = playground;
  const source = (/** @type {number} */ j) => (i === 0 ? answer.columns[j] : `${t("unit {unit}", { unit: j + 1 })}`);
  const n = format.number;
  const rows = unit.products.map((/** @type {number[]} */ [j, x, w, product]) =>
    el("tr", {}, el("th", { scope: "row" }, source(j)), el("td", {}, `${n(x)} · ${n(w)}`), el("td", {}, n(product))),
  );
  if (unit.n_others) rows.push(el("tr", {}, el("th", { scope: "row" }, t("{n} others", { n: unit.n_others })), el("td"), el("td", {}, n(unit.others))));
  rows.push(el("tr", {}, el("th", { scope: "row" }, t("bias")), el("td"), el("td", {}, n(unit.bias))));
  rows.push(el("tr", { class: "total" }, el("th", { scope: "row" }, t("sum z")), el("td"), el("td", {}, n(unit.z))));
  const back = [
    [t("slope at z"), unit.slope],
    [answer.layers[i].kind === "output" ? t("∂L/∂p") : t("∂L/∂a"), unit.gradient],
    [t("∂L/∂z"), unit.gradient_z],
  ].filter(([, value]) => value !== null && value !== undefined);
  element.replaceChildren(
    ...(unit.pieces ? [el("p", {}, t("the largest of {sums}", { sums: unit.pieces.map((/** @type {number} */ v) => n(v)).join(", ") }))] : []),
    el("table", {}, el("tbody", {}, ...rows)),
    el("p", { class: "forward-back" }, ...back.map(([label, value]) => el("span", {}, `${label} = ${n(value)}`))),
  );
}
