// @ts-check
/** The plane of one run: drawn, hovered, clicked, and walked with the arrow keys. */

import {css, look, onTheme} from "./colors.js";
import {between} from "./fields.js";
import {element, fitted, onWidth, painter} from "./painting.js";
import {PlanePainter, drawMark, drawPlaneAxes, drawPoints, fieldsOf} from "./plane_drawing.js";
import {inside, planeLayout, scaleOf, toData, toPlace} from "./plane_layout.js";
import {arrayOf, classesOf, columnName, unitField} from "./runs.js";

/** Rows beyond which points are not drawn anew with each frame: what is right and wrong then follows a little later. */
const MANY = 1500;
const POINTS_EVERY = 200;
const NAMES_EVERY = 3000;
const KEYS = /** @type {Record<string, [number, number]>} */ ({ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]});

export class PlanePane {
  /** @param {any} playground @param {"main" | "beside"} name @param {{train: boolean, test: boolean}} options */
  constructor(playground, name, options) {
    const {t, store} = playground;
    Object.assign(this, {playground, name, options});
    this.canvas = element("canvas", {role: "img", class: "plane-ground"});
    this.points = element("canvas", {class: "plane-points", "aria-hidden": "true"});
    this.tip = element("div", {class: "plane-tip", role: "status", hidden: true});
    this.node = element(
      "div",
      {class: "plane-stage", tabindex: 0, role: "group", "aria-label": t("The plane of the data. Arrow keys move a mark; Enter explains the place.")},
      this.canvas, this.points, this.tip,
    );
    this.ground = new PlanePainter();
    this.painter = painter(`plane ${name}`, () => this.draw());
    /** @type {any} */ this.layout = null;
    /** @type {any} */ this.described = null;
    /** @type {number[] | null} */ this.cursor = null;
    this.drawnPoints = {time: 0, key: /** @type {any} */ (null)};
    this.namedAt = 0;
    this.ends = [
      onWidth(this.node, (width) => {
        this.width = width;
        this.arrange();
      }),
      onTheme(() => {
        this.drawnPoints.key = null;
        this.painter.soon();
      }),
      ...["hovered", "selected", "drawing"].map((key) => store.subscribe((/** @type {any} */ state) => state[key], () => this.painter.soon())),
    ];
    this.node.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.pointed(event));
    this.node.addEventListener("pointerleave", () => this.unpoint());
    this.node.addEventListener("click", (/** @type {MouseEvent} */ event) => this.clicked(event));
    this.node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.moved(event));
    this.node.addEventListener("blur", () => this.unpoint());
  }

  /** @param {any} run */
  update(run) {
    this.run = run;
    if (run.described !== this.described) this.arrange();
    this.painter.soon();
  }

  stop() {
    this.painter.stop();
    clearTimeout(this.later);
    this.ends.forEach((end) => end());
  }

  arrange() {
    if (!this.run || !this.width) return;
    this.described = this.run.described;
    this.layout = planeLayout(this.run, this.width);
    this.drawnPoints.key = null;
    this.node.style.height = `${this.layout.height}px`;
    this.painter.soon();
  }

  draw() {
    const {layout, run} = this;
    if (!layout || !run) return;
    const context = fitted(this.canvas, layout.width, layout.height);
    const {hovered} = this.playground.store.state;
    const unit = hovered?.kind === "unit" && hovered.run === this.name ? unitField(run, hovered.layer, hovered.unit) : null;
    paintGround(context, layout, run, this.ground, unit);
    if (unit) this.nameUnit(context, hovered);
    this.drawPoints();
    const now = performance.now();
    if (now - this.namedAt > NAMES_EVERY || run.frame?.state !== this.state) {
      this.namedAt = now;
      this.state = run.frame?.state;
      this.canvas.setAttribute("aria-label", this.describe());
    }
  }

  /** While a unit is pointed at, the plane shows what it answers: said in the corner. @param {any} context @param {any} unit */
  nameUnit(context, {layer, unit}) {
    const theme = look();
    const {plot} = this.layout;
    const text = this.playground.t("layer {layer}, unit {unit}", {layer, unit: unit + 1});
    context.font = `600 12px ${theme.font}`;
    context.fillStyle = css(theme.paper, 0.88);
    context.fillRect(plot.x + 1, plot.y + 1, context.measureText(text).width + 16, 24);
    context.fillStyle = css(theme.ink);
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(text, plot.x + 9, plot.y + 13);
  }

  /** Points have a canvas of their own: with many of them it is drawn less often. */
  drawPoints() {
    const {layout, run, options} = this;
    const {selected} = this.playground.store.state;
    const mark = selected?.kind === "point" && selected.run === this.name ? selected : null;
    const key = [run.data, options.train, options.test, mark, this.cursor, layout];
    const same = this.drawnPoints.key?.every((/** @type {any} */ value, /** @type {number} */ i) => value === key[i]);
    const many = (arrayOf(run.data, "train_y")?.length ?? 0) + (arrayOf(run.data, "test_y")?.length ?? 0) > MANY;
    const now = performance.now();
    clearTimeout(this.later);
    if (same && many && now - this.drawnPoints.time < POINTS_EVERY) {
      this.later = setTimeout(() => this.painter.soon(), POINTS_EVERY);
      return;
    }
    this.drawnPoints = {time: now, key};
    const context = fitted(this.points, layout.width, layout.height);
    paintPoints(context, layout, run, options, mark);
    if (this.cursor) drawMark(context, layout, look(), this.cursor, false);
  }

  describe() {
    const {t, format} = this.playground;
    const {run} = this;
    const values = {
      across: columnName(run, 0), up: columnName(run, 1), epoch: run.frame?.epoch ?? 0,
      score: format.percent(run.frame?.test_score), loss: format.number(run.frame?.test_loss),
    };
    return classesOf(run)
      ? t("Decision regions over {across} and {up} at epoch {epoch}; {score} of the test rows are right", values)
      : t("Predicted numbers over {across} and {up} at epoch {epoch}; test loss {loss}", values);
  }

  /** @param {MouseEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  transform() {
    const {layout} = this;
    if (!layout) return null;
    return {
      canvas: this.canvas,
      toData: (/** @type {number} */ clientX, /** @type {number} */ clientY) => {
        const box = this.canvas.getBoundingClientRect();
        const [x, y] = [clientX - box.left, clientY - box.top];
        return inside(layout, x, y) ? toData(layout, x, y) : null;
      },
      toPixel: (/** @type {number} */ x1, /** @type {number} */ x2) => {
        const box = this.canvas.getBoundingClientRect();
        const [x, y] = toPlace(layout, x1, x2);
        return /** @type {[number, number]} */ ([x + box.left, y + box.top]);
      },
    };
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    if (!this.layout || !this.run) return;
    const [x, y] = this.place(event);
    if (!inside(this.layout, x, y)) return this.unpoint();
    this.tell(toData(this.layout, x, y), x, y);
  }

  unpoint() {
    this.tip.hidden = true;
    if (this.cursor) {
      this.cursor = null;
      this.painter.soon();
    }
  }

  /** Show what is at a place. @param {number[]} x @param {number} px @param {number} py */
  tell(x, px, py) {
    const {t, format} = this.playground;
    const words = [0, 1].map((i) => {
      const {offset, factor} = scaleOf(this.run, i);
      return `${columnName(this.run, i)} ${format.number(offset + factor * x[i])}`;
    });
    const row = this.nearest(px, py);
    const classes = classesOf(this.run);
    if (row) {
      const values = {row: row.index + 1, target: classes ? (classes[row.target] ?? row.target) : this.number(row.target)};
      words.unshift(row.part === "train" ? t("training row {row}: {target}", values) : t("test row {row}: {target}", values));
    }
    this.tip.replaceChildren(element("span", {}, words.join(" · ")), element("b", {}, this.answer(row?.x ?? x)));
    this.tip.hidden = false;
    const left = Math.min(this.layout.width - this.tip.offsetWidth - 2, Math.max(2, px + 14));
    Object.assign(this.tip.style, {left: `${left}px`, top: `${py > 90 ? py - this.tip.offsetHeight - 12 : py + 16}px`});
  }

  /** What the network says there, in words. @param {number[]} x */
  answer(x) {
    const {format} = this.playground;
    const found = fieldsOf(this.run);
    if (!found) return "";
    const {fields, rows, columns} = found;
    const {box} = this.layout;
    const values = fields.map((field) =>
      between(field, rows, columns, ((columns - 1) * (x[0] - box[0])) / (box[1] - box[0]), ((rows - 1) * (box[3] - x[1])) / (box[3] - box[2])),
    );
    const classes = classesOf(this.run);
    if (!classes) return `→ ${this.number(values[0])}`;
    const shares = values.map((value) => Math.exp(value));
    const whole = shares.reduce((sum, share) => sum + share, 0);
    return shares
      .map((share, k) => ({value: share / whole, name: classes[k] ?? String(k)}))
      .sort((one, other) => other.value - one.value)
      .slice(0, 3)
      .map(({value, name}) => `${name} ${format.percent(value)}`)
      .join(", ");
  }

  /** A number that is predicted, in the units of the table. @param {number} value */
  number(value) {
    const {offset, factor} = scaleOf(this.run, 2);
    return this.playground.format.number(offset + factor * value);
  }

  /** The row drawn within ten pixels of a place. @param {number} px @param {number} py */
  nearest(px, py) {
    let [best, found] = [100, /** @type {any} */ (null)];
    for (const part of ["train", "test"]) {
      const [x, y] = [arrayOf(this.run.data, `${part}_x`), arrayOf(this.run.data, `${part}_y`)];
      if (!this.options[part] || !x || x.shape[1] !== 2) continue;
      for (let index = 0; index < y.length; index++) {
        const [qx, qy] = toPlace(this.layout, x[2 * index], x[2 * index + 1]);
        const distance = (qx - px) ** 2 + (qy - py) ** 2;
        if (distance < best) [best, found] = [distance, {part, index, x: [x[2 * index], x[2 * index + 1]], target: y[index]}];
      }
    }
    return found;
  }

  /** @param {number} px @param {number} py */
  select(px, py) {
    const {store} = this.playground;
    const row = this.nearest(px, py);
    store.update({
      selected: row
        ? {kind: "point", run: this.name, x: row.x, target: row.target, row: {part: row.part, index: row.index}}
        : {kind: "point", run: this.name, x: toData(this.layout, px, py), target: null, row: null},
    });
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (!this.layout || !this.run || this.playground.store.state.drawing) return;
    const [x, y] = this.place(event);
    if (inside(this.layout, x, y)) this.select(x, y);
  }

  /** @param {KeyboardEvent} event */
  moved(event) {
    if (!this.layout || !this.run) return;
    const {box} = this.layout;
    const step = KEYS[event.key];
    if (step) {
      const size = event.shiftKey ? 0.1 : 0.02;
      const from = this.cursor ?? [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];
      this.cursor = [0, 1].map((i) => Math.min(box[2 * i + 1], Math.max(box[2 * i], from[i] + step[i] * size * (box[2 * i + 1] - box[2 * i]))));
      const [px, py] = toPlace(this.layout, this.cursor[0], this.cursor[1]);
      this.tell(this.cursor, px, py);
      this.painter.soon();
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor) {
      const [px, py] = toPlace(this.layout, this.cursor[0], this.cursor[1]);
      if (!this.playground.store.state.drawing) this.select(px, py);
    } else if (event.key === "Escape") this.unpoint();
    else return;
    event.preventDefault();
  }
}

/** @param {any} context @param {any} layout @param {any} run @param {PlanePainter} ground @param {any} unit */
export function paintGround(context, layout, run, ground, unit = null) {
  ground.ground(context, layout, run, look(), {unit});
  drawPlaneAxes(context, layout, run, look(), unit ? [unit.low, unit.high] : null);
}

/** @param {any} context @param {any} layout @param {any} run @param {{train: boolean, test: boolean}} options @param {any} mark */
export function paintPoints(context, layout, run, options, mark) {
  context.save();
  context.beginPath();
  const {plot} = layout;
  context.rect(plot.x - 4, plot.y - 4, plot.width + 8, plot.height + 8);
  context.clip();
  if (options.test) drawPoints(context, layout, run, look(), "test");
  if (options.train) drawPoints(context, layout, run, look(), "train");
  if (mark && mark.x?.length === 2) drawMark(context, layout, look(), mark.x, true);
  context.restore();
}
