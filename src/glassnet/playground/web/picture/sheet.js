// @ts-check
/** Test images with what the network takes them for, the wrong ones first. */

import {css, look, mixed, onTheme} from "./colors.js";
import {pixels} from "./fields.js";
import {element, fitted, onWidth, painter} from "./painting.js";
import {arrayOf, classesOf} from "./runs.js";

const CELL = 44;
const GAP = 8;
const WORDS = 15;

/** The order changes no more often than this, so that the eye can follow, in milliseconds. */
const SORT_EVERY = 800;
const MOST_ROWS = 7;
const KEYS = /** @type {Record<string, number>} */ ({ArrowLeft: -1, ArrowRight: 1});

/**
 * Predictions for the images that are shown.
 * @param {any} run @returns {{index: number, target: number, taken: number, sure: number}[]} wrong ones first, the surest of them before
 */
export function sheetOrder(run) {
  const outputs = arrayOf(run.frame, "test_outputs");
  const targets = arrayOf(run.data, "test_y");
  if (!outputs || !targets) return [];
  const [shown, classes] = outputs.shape;
  const result = [];
  for (let index = 0; index < Math.min(shown, targets.length); index++) {
    let taken = 0;
    for (let k = 1; k < classes; k++) if (outputs[index * classes + k] > outputs[index * classes + taken]) taken = k;
    result.push({index, target: targets[index], taken, sure: outputs[index * classes + taken]});
  }
  const wrong = (/** @type {any} */ one) => (one.target !== one.taken ? 1 : 0);
  return result.sort((one, other) => wrong(other) - wrong(one) || (wrong(one) ? other.sure - one.sure : one.sure - other.sure));
}

/** @param {number} width @param {number} count */
export function sheetLayout(width, count) {
  const columns = Math.max(1, Math.floor((width + GAP) / (CELL + GAP)));
  const rows = Math.min(MOST_ROWS, Math.ceil(count / columns));
  return {width, columns, rows, height: Math.max(1, rows) * (CELL + WORDS + GAP), count: Math.min(count, rows * columns)};
}

export class SheetPainter {
  /** All images once, side by side. @param {any} data @param {any} theme */
  atlas(data, theme) {
    if (this.data === data && this.theme === theme) return this.image;
    this.data = data;
    this.theme = theme;
    const rows = arrayOf(data, "test_x");
    const wide = Math.round(Math.sqrt(rows.shape[1]));
    let [low, high] = [Infinity, -Infinity];
    for (const value of rows) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const image = pixels(wide * rows.shape[0], wide);
    for (let at = 0; at < rows.length; at++) {
      const [index, pixel] = [Math.floor(at / (wide * wide)), at % (wide * wide)];
      const color = mixed(theme.paper, theme.ink, (rows[at] - low) / (high - low || 1));
      image.words[Math.floor(pixel / wide) * image.columns + index * wide + (pixel % wide)] =
        ((255 << 24) | (color[2] << 16) | (color[1] << 8) | color[0]) >>> 0;
    }
    image.show();
    this.image = {...image, wide};
    return this.image;
  }

  /** @param {any} context @param {any} layout @param {any} run @param {any[]} order @param {number} [focused] @param {any} [selected] */
  draw(context, layout, run, order, focused = -1, selected = null) {
    const theme = look();
    const classes = classesOf(run) ?? [];
    if (!arrayOf(run.data, "test_x")) return;
    const image = /** @type {any} */ (this.atlas(run.data, theme));
    order.slice(0, layout.count).forEach((one, i) => {
      const [x, y] = [(i % layout.columns) * (CELL + GAP), Math.floor(i / layout.columns) * (CELL + WORDS + GAP)];
      const wrong = one.target !== one.taken;
      context.imageSmoothingEnabled = false;
      context.drawImage(image.canvas, one.index * image.wide, 0, image.wide, image.wide, x + 1, y + 1, CELL - 2, CELL - 2);
      const chosen = selected?.row?.part === "test" && selected.row.index === one.index;
      context.strokeStyle = css(wrong ? theme.wrong : theme.faint);
      context.lineWidth = wrong ? 2 : 1;
      context.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
      if (i === focused || chosen) {
        context.strokeStyle = css(theme.ink);
        context.lineWidth = 2;
        context.strokeRect(x - 1, y - 1, CELL + 2, CELL + 2);
      }
      context.font = `${wrong ? "600 " : ""}11px ${theme.font}`;
      context.fillStyle = css(wrong ? theme.wrong : theme.soft);
      context.textAlign = "center";
      context.textBaseline = "top";
      const name = (/** @type {number} */ k) => classes[k] ?? String(k);
      context.fillText(wrong ? `${name(one.target)} → ${name(one.taken)}` : name(one.taken), x + CELL / 2, y + CELL + 2);
      // How sure it is, as a line under the image.
      context.fillStyle = css(wrong ? theme.wrong : theme.classes[1], 0.75);
      context.fillRect(x + 1, y + CELL - 3, (CELL - 2) * one.sure, 2);
    });
  }
}

export class SheetPane {
  /** @param {any} playground @param {"main" | "beside"} name */
  constructor(playground, name) {
    const {t, store} = playground;
    this.playground = playground;
    this.name = name;
    this.canvas = element("canvas", {role: "img"});
    this.tip = element("p", {class: "sheet-words", role: "status"});
    this.stage = element(
      "div", {class: "sheet-stage", tabindex: 0, role: "group", "aria-label": t("Test images. Arrow keys move among them; Enter explains one.")}, this.canvas,
    );
    this.node = element("div", {class: "sheet"}, this.stage, this.tip);
    this.contents = new SheetPainter();
    this.painter = painter(`sheet ${name}`, () => this.draw());
    this.focused = -1;
    this.sorted = 0;
    /** @type {any[]} */ this.order = [];
    this.ends = [
      onWidth(this.node, (width) => {
        this.width = width;
        this.painter.soon();
      }),
      onTheme(() => this.painter.soon()),
      store.subscribe((/** @type {any} */ state) => state.selected, () => this.painter.soon()),
    ];
    this.stage.addEventListener("click", (/** @type {MouseEvent} */ event) => this.clicked(event));
    this.stage.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.moved(event));
    this.stage.addEventListener("blur", () => {
      this.focused = -1;
      this.painter.soon();
    });
  }

  /** @param {any} run */
  update(run) {
    this.run = run;
    this.painter.soon();
  }

  stop() {
    this.painter.stop();
    clearTimeout(this.later);
    this.ends.forEach((end) => end());
  }

  draw() {
    if (!this.run || !this.width) return;
    const now = performance.now();
    clearTimeout(this.later);
    if (now - this.sorted > SORT_EVERY || this.data !== this.run.data) {
      this.sorted = now;
      this.data = this.run.data;
      this.order = sheetOrder(this.run);
      this.describe();
    } else this.later = setTimeout(() => this.painter.soon(), SORT_EVERY);
    this.layout = sheetLayout(this.width, this.order.length);
    const context = fitted(this.canvas, this.layout.width, this.layout.height);
    const {selected} = this.playground.store.state;
    this.contents.draw(context, this.layout, this.run, this.order, this.focused, selected?.run === this.name ? selected : null);
  }

  describe() {
    const {t} = this.playground;
    const wrong = this.order.filter((one) => one.target !== one.taken).length;
    const text = t("{wrong} of these {count} test images are taken for another digit; they stand first", {wrong, count: this.order.length});
    this.canvas.setAttribute("aria-label", text);
    if (this.order.length) this.tip.textContent = text;
  }

  /** @param {number} at */
  select(at) {
    const one = this.order[at];
    if (!one) return;
    const rows = arrayOf(this.run.data, "test_x");
    const size = rows.shape[1];
    this.playground.store.update({
      selected: {
        kind: "point", run: this.name, x: [...rows.subarray(one.index * size, (one.index + 1) * size)], target: one.target,
        row: {part: "test", index: one.index},
      },
    });
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (!this.layout) return;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / (CELL + GAP));
    const row = Math.floor((event.clientY - box.top) / (CELL + WORDS + GAP));
    const at = row * this.layout.columns + column;
    if (column < this.layout.columns && at < this.layout.count) this.select(at);
  }

  /** @param {KeyboardEvent} event */
  moved(event) {
    if (!this.layout) return;
    const {columns, count} = this.layout;
    const step = KEYS[event.key] ?? {ArrowUp: -columns, ArrowDown: columns}[event.key];
    if (step) {
      const next = this.focused < 0 ? 0 : this.focused + step;
      if (next >= 0 && next < count) this.focused = next;
      this.painter.soon();
    } else if ((event.key === "Enter" || event.key === " ") && this.focused >= 0) this.select(this.focused);
    else return;
    event.preventDefault();
  }
}
