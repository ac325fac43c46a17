// @ts-check
/** What stands above and below the columns of the graph: counts to change, activations to choose. */

import {element} from "./painting.js";
import {layersOf} from "./runs.js";

/** Bounds that hold where the server has not told its own. */
const MOST = {layers: 8, units: 64};

/** @param {any} playground @returns {{layers: number, units: number}} */
function most(playground) {
  const limits = playground.store.state.limits ?? {};
  return {layers: limits.layers ?? limits.hidden_layers ?? MOST.layers, units: limits.units ?? MOST.units};
}

/** Sizes and per-layer lists of the set-up as it is now. @param {any} playground */
function model(playground) {
  const {state} = playground.store;
  const now = state.setup?.model ?? {};
  const hidden = layersOf(state.runs?.main).slice(0, -1);
  const sizes = [...(now.hidden_layer_sizes ?? hidden.map((/** @type {any} */ layer) => layer.units))];
  const list = (/** @type {any} */ value, /** @type {any} */ plain) =>
    Array.isArray(value) ? [...value] : sizes.map(() => value ?? plain);
  return {sizes, activation: list(now.activation, "tanh"), dropout: Array.isArray(now.dropout) ? [...now.dropout] : null};
}

/** Give a hidden layer another number of units. @param {any} playground @param {number} layer 0 is the first @param {number} units */
export function setUnits(playground, layer, units) {
  const {sizes} = model(playground);
  const wanted = Math.min(most(playground).units, Math.max(1, Math.round(units)));
  if (!Number.isFinite(wanted) || sizes[layer] === wanted) return;
  sizes[layer] = wanted;
  playground.change({model: {hidden_layer_sizes: sizes}});
}

/** Add a hidden layer at the end, a copy of the last, or take the last away. @param {any} playground @param {1 | -1} step */
export function changeLayers(playground, step) {
  const {sizes, activation, dropout} = model(playground);
  if (step > 0 && sizes.length >= most(playground).layers) return;
  if (step < 0 && sizes.length === 0) return;
  for (const list of [sizes, activation, ...(dropout ? [dropout] : [])]) {
    if (step < 0) list.pop();
    else list.push(list.at(-1) ?? (list === sizes ? 8 : list === activation ? "tanh" : 0));
  }
  playground.change({model: {hidden_layer_sizes: sizes, activation, ...(dropout ? {dropout} : {})}});
}

/** The buttons for the number of layers. @param {any} playground */
export function layerCounter(playground) {
  const {t} = playground;
  const count = element("output", {class: "graph-count"});
  const less = element("button", {type: "button", class: "graph-step", "aria-label": t("take the last hidden layer away"), onclick: () => changeLayers(playground, -1)}, "−");
  const more = element("button", {type: "button", class: "graph-step", "aria-label": t("add a hidden layer"), onclick: () => changeLayers(playground, 1)}, "+");
  const node = element("span", {class: "graph-layers"}, element("span", {class: "picture-label"}, t("hidden layers")), less, count, more);
  const update = () => {
    const {sizes} = model(playground);
    count.textContent = String(sizes.length);
    less.disabled = sizes.length === 0;
    more.disabled = sizes.length >= most(playground).layers;
  };
  return {node, update};
}

/**
 * Heads and feet of the columns.
 * @param {any} playground @param {import("./graph_layout.js").Layout} layout @param {any} run @param {boolean} changeable
 * @returns {HTMLElement[]}
 */
export function columnControls(playground, layout, run, changeable) {
  const {t} = playground;
  const layers = layersOf(run);
  const nodes = /** @type {HTMLElement[]} */ ([]);
  const put = (/** @type {any} */ node, /** @type {number} */ x, /** @type {"top" | "bottom"} */ side) => {
    node.style.left = `${x}px`;
    node.classList.add(side === "top" ? "graph-top" : "graph-bottom");
    nodes.push(node);
  };
  for (const {layer, kind, x, units, shown} of layout.columns) {
    if (kind === "input") {
      const text = shown < units && !layout.block ? t("{shown} of {units} inputs", {shown, units}) : units === 1 ? t("1 input") : t("{units} inputs", {units});
      put(element("span", {class: "graph-caption"}, text), x, "top");
    } else if (kind === "output") {
      put(element("span", {class: "graph-caption"}, units === 1 ? t("1 output") : t("{units} outputs", {units})), x, "top");
      put(element("span", {class: "graph-caption", title: layers.at(-1)?.formula}, String(layers.at(-1)?.activation ?? "")), x, "bottom");
    } else {
      put(changeable ? unitCounter(playground, layer - 1, units) : element("span", {class: "graph-caption"}, String(units)), x, "top");
      put(activationButton(playground, layer - 1, layers[layer - 1], changeable), x, "bottom");
    }
  }
  return nodes;
}

/** @param {any} playground @param {number} layer @param {number} units */
function unitCounter(playground, layer, units) {
  const {t} = playground;
  const values = {layer: layer + 1};
  const field = element("input", {
    type: "number", min: 1, max: most(playground).units, value: units, "aria-label": t("units in layer {layer}", values),
    onchange: () => setUnits(playground, layer, field.valueAsNumber),
  });
  const step = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ label) =>
    element(
      "button",
      {type: "button", class: "graph-step", "aria-label": label, "data-step": by, disabled: units + by < 1 || units + by > most(playground).units, onclick: () => setUnits(playground, layer, units + by)},
      sign,
    );
  return element(
    "span", {class: "graph-counter", "data-layer": layer + 1},
    step(-1, "−", t("one unit less in layer {layer}", values)), field, step(1, "+", t("one unit more in layer {layer}", values)),
  );
}

/** @param {any} playground @param {number} layer @param {any} described @param {boolean} changeable */
function activationButton(playground, layer, described, changeable) {
  const {t} = playground;
  const name = String(described?.activation ?? "");
  if (!changeable) return element("span", {class: "graph-caption", title: described?.formula}, name);
  const button = element(
    "button",
    {
      type: "button", class: "graph-activation", title: described?.formula, "aria-haspopup": "dialog",
      "aria-label": t("activation of layer {layer}: {name}; choose another", {layer: layer + 1, name}),
      onclick: () => playground.chooseActivation?.(layer, button),
    },
    element("span", {}, name),
  );
  return button;
}
