// @ts-check
/** The units of the graph as buttons over the canvas: focus, names for screen readers, arrows, hover and click. */

import {element} from "./painting.js";
import {arrayOf, classesOf, indexOf, layersOf} from "./runs.js";

const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
});

export class UnitButtons {
  /** @param {any} playground @param {"main" | "beside"} name of the run @param {any} t */
  constructor(playground, name, t) {
    this.playground = playground;
    this.name = name;
    this.t = t;
    this.group = element("div", {role: "group", class: "graph-units", "aria-label": t("units of the network; arrow keys move among them")});
    /** @type {Map<string, any>} */ this.buttons = new Map();
    /** @type {any} */ this.layout = null;
    this.group.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.moved(event));
  }

  /** New buttons where the layout has changed. @param {any} layout @param {any} run */
  place(layout, run) {
    this.layout = layout;
    const focused = [...this.buttons].find(([, button]) => button === document.activeElement)?.[0];
    const known = this.buttons;
    this.buttons = new Map();
    for (const nodes of layout.layers.slice(1)) {
      for (const node of nodes) {
        const key = `${node.layer}.${node.unit}`;
        const button = known.get(key) ?? this.made(node.layer, node.unit);
        const size = Math.max(node.size, 12);
        Object.assign(button.style, {
          left: `${node.x - size / 2}px`, top: `${node.y - size / 2}px`, width: `${size}px`, height: `${size}px`,
        });
        this.buttons.set(key, button);
      }
    }
    this.group.replaceChildren(...this.buttons.values());
    const reached = (focused && this.buttons.get(focused)) || this.buttons.values().next().value;
    for (const button of this.buttons.values()) button.tabIndex = button === reached ? 0 : -1;
    if (focused && this.buttons.has(focused)) this.buttons.get(focused).focus();
    this.nameAll(run);
  }

  /** @param {number} layer @param {number} unit */
  made(layer, unit) {
    const {store} = this.playground;
    const mark = {kind: "unit", run: this.name, layer, unit};
    const enter = () => store.update({hovered: mark});
    const leave = () => {
      const hovered = store.state.hovered;
      if (hovered?.kind === "unit" && hovered.run === this.name && hovered.layer === layer && hovered.unit === unit) store.update({hovered: null});
    };
    return element("button", {
      type: "button", class: "graph-unit", "data-layer": layer, "data-unit": unit,
      onpointerenter: enter, onpointerleave: leave, onblur: leave,
      onfocus: () => {
        this.reach(layer, unit);
        enter();
      },
      onclick: () => store.update({selected: mark}),
    });
  }

  /** Make one button the one that Tab comes to. @param {number} layer @param {number} unit */
  reach(layer, unit) {
    for (const button of this.buttons.values()) button.tabIndex = -1;
    const button = this.buttons.get(`${layer}.${unit}`);
    button.tabIndex = 0;
    this.rename(layer, unit);
  }

  /** @param {KeyboardEvent} event */
  moved(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const [layer, unit] = [Number(target.dataset.layer), Number(target.dataset.unit)];
    const step = STEPS[event.key];
    const here = this.layout?.layers[layer]?.[unit];
    if (!here || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    if (!step) return this.focus(layer, event.key === "Home" ? 0 : this.layout.layers[layer].length - 1);
    if (step[1]) return this.focus(layer, unit + step[1]);
    const nodes = this.layout.layers[layer + step[0]];
    if (layer + step[0] < 1 || !nodes) return;
    const distance = (/** @type {any} */ node) => Math.hypot(node.y - here.y, (node.x - here.x) / 10);
    this.focus(layer + step[0], nodes.reduce((/** @type {any} */ best, /** @type {any} */ node) => (distance(node) < distance(best) ? node : best)).unit);
  }

  /** @param {number} layer @param {number} unit */
  focus(layer, unit) {
    this.buttons.get(`${layer}.${unit}`)?.focus();
  }

  /** @param {any} run */
  nameAll(run) {
    this.run = run;
    for (const nodes of this.layout?.layers.slice(1) ?? []) for (const node of nodes) this.rename(node.layer, node.unit);
  }

  /** The name that a screen reader speaks, with what holds now. @param {number} layer @param {number} unit */
  rename(layer, unit) {
    const button = this.buttons.get(`${layer}.${unit}`);
    const text = unitName(this.run, layer, unit, this.t, this.playground.format);
    if (!button || button.getAttribute("aria-label") === text) return;
    button.setAttribute("aria-label", text);
    const state = unitState(this.run, layer, unit, this.t);
    if (state) button.title = state;
    else button.removeAttribute("title");
  }
}

/** "layer 1, unit 3, tanh, active on 52% of the rows". @param {any} run @param {number} layer @param {number} unit @param {any} t @param {any} format */
export function unitName(run, layer, unit, t, format) {
  const layers = layersOf(run);
  const activation = layers[layer - 1]?.activation ?? "";
  if (layer === layers.length) {
    const classes = classesOf(run);
    const name = classes?.length === layers.at(-1).units ? classes[unit] : classes?.[1];
    return classes
      ? t("output {unit}, {activation}, the probability of {name}", {unit: unit + 1, activation, name: name ?? unit})
      : t("output {unit}, {activation}, the predicted number", {unit: unit + 1, activation});
  }
  const facts = arrayOf(run?.frame, "unit_facts");
  const at = indexOf(run, layer, unit);
  const base = facts && at < facts.shape[0]
    ? t("layer {layer}, unit {unit}, {activation}, active on {share} of the rows", {
        layer, unit: unit + 1, activation, share: percent(facts[facts.shape[1] * at], format),
      })
    : t("layer {layer}, unit {unit}, {activation}", {layer, unit: unit + 1, activation});
  const state = unitState(run, layer, unit, t);
  return state ? `${base}, ${state}` : base;
}

/** @param {any} run @param {number} layer @param {number} unit @param {any} t @returns {string} */
function unitState(run, layer, unit, t) {
  if (run?.frame?.dead?.[layer - 1]?.includes(unit)) return t("dead: inactive on every row, so it gets no gradient");
  if (run?.frame?.saturated?.[layer - 1]?.includes(unit)) return t("saturated: its output hardly moves on any row");
  return "";
}

/** @param {number} share @param {any} format */
export function percent(share, format) {
  return format?.percent ? format.percent(share) : `${Math.round(100 * share)}%`;
}
