// @ts-check
/** What happens in each layer: mounted in `#layers`. */

import {look, onTheme} from "./colors.js";
import {heading} from "./heading.js";
import {LayerHistory} from "./layer_history.js";
import {HEALTHY, LINES, commonRange, drawHistogram, drawSparkline, layerWords} from "./layers_drawing.js";
import {element, fitted, onWidth, painter} from "./painting.js";
import {Panes} from "./panes.js";
import {arrayOf, layersOf} from "./runs.js";

/** Words change no more often than this, in milliseconds. */
const WORDS_EVERY = 400;

/** @type {Map<string, LayerHistory>} */
const histories = new Map();

/** What was kept of a run. @param {string} name */
export function historyOf(name) {
  let history = histories.get(name);
  if (!history) {
    history = new LayerHistory();
    histories.set(name, history);
  }
  return history;
}

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const panes = new Panes(playground, (name) => new LayersPane(playground, name));
  root.classList.add("picture");
  root.replaceChildren(heading(playground.t("Inside the layers")), panes.node);
  return panes.follow();
}

class LayersPane {
  /** @param {any} playground @param {"main" | "beside"} name */
  constructor(playground, name) {
    this.playground = playground;
    this.name = name;
    this.node = element("div", {class: "layers"});
    /** @type {any[]} */ this.rows = [];
    this.painter = painter(`layers ${name}`, () => this.draw());
    this.worded = 0;
    this.ends = [onWidth(this.node, () => this.painter.soon()), onTheme(() => this.painter.soon())];
  }

  /** @param {any} run */
  update(run) {
    this.run = run;
    historyOf(this.name).take(run);
    if (run.described !== this.described) this.arrange();
    this.painter.soon();
  }

  stop() {
    this.painter.stop();
    histories.delete(this.name);
    this.ends.forEach((end) => end());
  }

  /** A row of small pictures for each layer. */
  arrange() {
    const {t} = this.playground;
    this.described = this.run.described;
    const layers = layersOf(this.run);
    this.rows = layers.map((layer, i) => {
      const canvases = [0, 1, 2].map(() => element("canvas", {role: "img"}));
      const values = [0, 1].map(() => element("b", {}));
      const words = element("p", {class: "layer-words"});
      const title = i === layers.length - 1 ? t("output") : t("layer {layer}", {layer: i + 1});
      const cell = (/** @type {number} */ k, /** @type {string} */ text, /** @type {any} */ ...more) =>
        element("figure", {class: "layer-cell"}, element("figcaption", {}, element("span", {}, text), ...more), canvases[k]);
      const node = element(
        "div", {class: "layer"},
        element("h3", {}, title, " ", element("span", {}, layer.activation)),
        words,
        element(
          "div", {class: "layer-cells"},
          cell(0, i === layers.length - 1 ? t("raw scores") : t("activations")), cell(1, t("gradient"), values[0]), cell(2, t("update / weight"), values[1]),
        ),
      );
      return {node, canvases, values, words, title};
    });
    this.node.replaceChildren(...this.rows.map(({node}) => node));
    this.worded = 0;
  }

  draw() {
    if (!this.run?.frame || !arrayOf(this.run.frame, "layer_statistics")) return;
    const theme = look();
    const history = historyOf(this.name);
    const series = LINES.map(({of}) => this.rows.map((_, layer) => history.series(layer, of)));
    const ranges = series.map((all) => commonRange(all));
    const now = performance.now();
    const wording = now - this.worded > WORDS_EVERY || this.run.frame.state !== "playing";
    if (wording) this.worded = now;
    this.rows.forEach((row, layer) => {
      row.canvases.forEach((/** @type {HTMLCanvasElement} */ canvas, /** @type {number} */ k) => {
        const width = Math.floor(/** @type {HTMLElement} */ (canvas.parentElement).clientWidth);
        const height = 48;
        if (width <= 0) return;
        const context = fitted(canvas, width, height);
        const place = {x: 1, y: 3, width: width - 2, height: height - 3};
        if (k === 0) drawHistogram(context, place, this.run, layer, theme);
        else drawSparkline(context, {...place, height: height - 18}, series[k - 1][layer], theme, {...ranges[k - 1], band: k === 2 ? HEALTHY : undefined});
      });
      if (wording) this.word(row, layer, series);
    });
  }

  /** @param {any} row @param {number} layer @param {any[][][]} series */
  word(row, layer, series) {
    const {t, format} = this.playground;
    const latest = series.map((all) => all[layer][all[layer].length - 1]?.value);
    latest.forEach((value, k) => {
      row.values[k].textContent = format.number(value, 2);
    });
    const {text, bad} = layerWords(this.run, layer, t, format);
    row.words.textContent = text;
    row.words.classList.toggle("bad", bad);
    const names = [
      t("histogram of the activations of {layer}", {layer: row.title}),
      t("gradient of {layer} over the epochs, now {value}", {layer: row.title, value: format.number(latest[0], 2)}),
      t("updates of {layer} as a share of its weights over the epochs, now {value}", {layer: row.title, value: format.number(latest[1], 2)}),
    ];
    row.canvases.forEach((/** @type {HTMLElement} */ canvas, /** @type {number} */ k) => canvas.setAttribute("aria-label", names[k]));
  }
}
