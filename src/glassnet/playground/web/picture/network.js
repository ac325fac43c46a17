// @ts-check
/** The picture of the network: mounted in `#network`. */

import {look, onTheme} from "./colors.js";
import {UnitPainter, curveOf, drawEdges, edgesOf} from "./graph_drawing.js";
import {columnControls, layerCounter} from "./graph_controls.js";
import {drawLabels} from "./graph_labels.js";
import {graphLayout} from "./graph_layout.js";
import {UnitButtons} from "./graph_units.js";
import {heading} from "./heading.js";
import {element, fitted, onWidth, painter} from "./painting.js";
import {Panes} from "./panes.js";
import {agrees, columnName, shapeOf} from "./runs.js";

/** How often the names for screen readers follow the training, in milliseconds. */
const NAMES_EVERY = 2000;

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const {t, store} = playground;
  const counter = layerCounter(playground);
  const panes = new Panes(playground, (name) => new GraphPane(playground, name));
  root.classList.add("picture");
  root.replaceChildren(heading(t("Network"), counter.node), panes.node);
  const ends = [
    panes.follow(),
    store.subscribe((/** @type {any} */ state) => state.setup, counter.update),
    store.subscribe((/** @type {any} */ state) => state.runs?.main?.described, counter.update),
  ];
  counter.update();
  return () => ends.forEach((end) => end());
}

/** The graph of one run. */
class GraphPane {
  /** @param {any} playground @param {"main" | "beside"} name */
  constructor(playground, name) {
    this.playground = playground;
    this.name = name;
    this.canvas = element("canvas", {role: "img"});
    this.units = new UnitButtons(playground, name, playground.t);
    this.controls = element("div", {class: "graph-controls"});
    this.tip = element("div", {class: "graph-tip", hidden: true});
    this.graph = element("div", {class: "graph"}, this.canvas, this.units.group, this.controls, this.tip);
    this.node = element("div", {class: "graph-scroll"}, this.graph);
    this.contents = new UnitPainter();
    this.painter = painter(`network ${name}`, () => this.draw());
    /** @type {any} */ this.layout = null;
    /** @type {any} */ this.described = null;
    this.named = 0;
    this.width = 0;
    const {store} = playground;
    this.ends = [
      onWidth(this.node, (width) => this.resized(width)),
      onTheme(() => this.painter.soon()),
      store.subscribe((/** @type {any} */ state) => state.hovered, () => this.painter.soon()),
      store.subscribe((/** @type {any} */ state) => state.selected, () => this.painter.soon()),
    ];
    this.graph.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.pointed(event));
    this.graph.addEventListener("pointerleave", () => this.unpoint());
  }

  /** @param {any} run */
  update(run) {
    this.run = run;
    if (run.described !== this.described && this.width) this.arrange();
    this.painter.soon();
  }

  stop() {
    this.painter.stop();
    this.ends.forEach((end) => end());
  }

  /** @param {number} width */
  resized(width) {
    this.width = width;
    if (this.run) this.arrange();
  }

  arrange() {
    this.described = this.run.described;
    this.layout = graphLayout(shapeOf(this.run), this.width);
    const {width, height} = this.layout;
    Object.assign(this.graph.style, {width: `${width}px`, height: `${height}px`});
    const [first, second] = this.layout.columns;
    this.graph.classList.toggle("tight", second.x - first.x < 96);
    this.graph.classList.toggle("tightest", second.x - first.x < 60);
    this.controls.replaceChildren(...columnControls(this.playground, this.layout, this.run, this.name === "main"));
    this.units.place(this.layout, this.run);
    this.painter.soon();
  }

  draw() {
    if (!this.layout || !this.run) return;
    const context = fitted(this.canvas, this.layout.width, this.layout.height);
    this.edges = agrees(this.run) ? edgesOf(this.layout, this.run) : [];
    paintGraph(context, this.layout, this.run, {
      edges: this.edges, contents: this.contents, ...marksOf(this.playground.store.state, this.name),
    });
    const now = performance.now();
    if (now - this.named > NAMES_EVERY || this.run.frame?.state !== this.state) {
      this.named = now;
      this.state = this.run.frame?.state;
      this.units.nameAll(this.run);
      this.describe();
    }
  }

  describe() {
    const {t} = this.playground;
    const shape = shapeOf(this.run);
    const dead = (this.run.frame?.dead ?? []).reduce((/** @type {number} */ sum, /** @type {any[]} */ units) => sum + units.length, 0);
    this.canvas.setAttribute(
      "aria-label",
      t("The network as a graph: {inputs} inputs, hidden layers of {hidden} units, {outputs} outputs; {dead} dead units", {
        inputs: shape.inputs, hidden: shape.hidden.join(", ") || "0", outputs: shape.outputs, dead,
      }),
    );
  }

  /** Over an edge, its weight is shown. @param {PointerEvent} event */
  pointed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target !== this.canvas && !target.classList.contains("graph-units")) return this.unpoint();
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const edge = nearest(this.layout, this.edges ?? [], x, y);
    if (!edge) return this.unpoint();
    const {t, format, store} = this.playground;
    const weight = format?.number ? format.number(edge.weight) : edge.weight.toPrecision(3);
    const from = edge.layer === 0
      ? (this.layout.block ? t("all pixels") : columnName(this.run, edge.from))
      : t("layer {layer}, unit {unit}", {layer: edge.layer, unit: edge.from + 1});
    const to = t("layer {layer}, unit {unit}", {layer: edge.layer + 1, unit: edge.to + 1});
    this.tip.replaceChildren(element("b", {}, weight), ` ${from} → ${to}`);
    this.tip.hidden = false;
    const left = Math.min(this.layout.width - this.tip.offsetWidth - 4, Math.max(4, x + 12));
    Object.assign(this.tip.style, {left: `${left}px`, top: `${y > 60 ? y - 34 : y + 18}px`});
    const hovered = store.state.hovered;
    if (hovered?.kind !== "edge" || hovered.layer !== edge.layer || hovered.from !== edge.from || hovered.to !== edge.to) {
      store.update({hovered: {kind: "edge", run: this.name, layer: edge.layer, from: edge.from, to: edge.to}});
    }
  }

  unpoint() {
    this.tip.hidden = true;
    const {store} = this.playground;
    if (store.state.hovered?.kind === "edge" && store.state.hovered.run === this.name) store.update({hovered: null});
  }
}

/** The marks that concern one run. @param {any} state @param {string} name */
export function marksOf(state, name) {
  return {
    near: state.hovered?.run === name ? state.hovered : null,
    selected: state.selected?.run === name ? state.selected : null,
  };
}

/**
 * All of one graph; the same for the screen and for files.
 * @param {any} context @param {import("./graph_layout.js").Layout} layout @param {any} run
 * @param {{edges: any[], contents: UnitPainter, near: any, selected: any}} marks
 */
export function paintGraph(context, layout, run, marks) {
  const theme = look();
  const near = marks.near ?? (marks.selected?.kind === "unit" ? marks.selected : null);
  drawEdges(context, layout, marks.edges, theme, near);
  marks.contents.draw(context, layout, run, theme, marks);
  drawLabels(context, layout, run, theme);
}

/** The edge within six pixels of a place. @param {any} layout @param {any[]} edges @param {number} x @param {number} y */
function nearest(layout, edges, x, y) {
  let [best, found] = [36, null];
  for (let i = edges.length - 1; i >= 0; i--) {
    const [x1, y1, ax, , bx, , x2, y2] = curveOf(layout, edges[i]);
    if (x < x1 || x > x2 || edges[i].strength < 0.03) continue;
    // The handles are level, so x along the curve is a cubic that grows: solved by halving.
    let [low, high] = [0, 1];
    for (let step = 0; step < 12; step++) {
      const s = (low + high) / 2;
      if (cubic(x1, ax, bx, x2, s) < x) low = s;
      else high = s;
    }
    const distance = (cubic(y1, y1, y2, y2, low) - y) ** 2;
    if (distance < best) [best, found] = [distance, edges[i]];
  }
  return found;
}

/** @param {number} a @param {number} b @param {number} c @param {number} d @param {number} s */
function cubic(a, b, c, d, s) {
  const r = 1 - s;
  return r * r * r * a + 3 * r * r * s * b + 3 * r * s * s * c + s * s * s * d;
}
