// @ts-check
/** The plane (or, for images, the sheet of test images): mounted in `#plane`. */

import {heading} from "./heading.js";
import {element} from "./painting.js";
import {Panes} from "./panes.js";
import {PlanePane} from "./plane_pane.js";
import {legend} from "./plane_legend.js";
import {SheetPane} from "./sheet.js";

/** @type {Map<string, PlanePane>} */
const shown = new Map();

/**
 * How places on the screen and numbers of the data belong together in a run's plane.
 * @param {"main" | "beside"} [run]
 * @returns {null | {canvas: HTMLCanvasElement, toData(clientX: number, clientY: number): [number, number] | null, toPixel(x1: number, x2: number): [number, number]}}
 */
export function planeTransform(run = "main") {
  return shown.get(run)?.transform() ?? null;
}

/** What is drawn over the regions; the same for both runs and for files. */
export const options = {train: true, test: true};

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const {t, store} = playground;
  const panes = new Panes(playground, (name) => new EitherPane(playground, name));
  const redraw = () => panes.panes.forEach(({pane}) => /** @type {any} */ (pane).redraw());
  const words = legend(playground, options, redraw);
  root.classList.add("picture");
  root.replaceChildren(heading(t("What it answers")), panes.node, words.node);
  const ends = [panes.follow(), words.stop, store.subscribe((/** @type {any} */ state) => state.runs?.main?.described, words.update)];
  return () => ends.forEach((end) => end());
}

/** A plane, or a sheet where the data are images; the other one after a change of data. */
class EitherPane {
  /** @param {any} playground @param {"main" | "beside"} name */
  constructor(playground, name) {
    this.playground = playground;
    this.name = name;
    this.node = element("div", {class: "plane"});
    /** @type {any} */ this.pane = null;
    this.images = false;
  }

  /** @param {any} run */
  update(run) {
    const images = Boolean(run.described.images);
    if (!this.pane || images !== this.images) {
      this.stop();
      this.images = images;
      this.pane = images ? new SheetPane(this.playground, this.name) : new PlanePane(this.playground, this.name, options);
      if (!images) shown.set(this.name, this.pane);
      this.node.replaceChildren(this.pane.node);
    }
    this.pane.update(run);
  }

  redraw() {
    this.pane?.painter.soon();
  }

  stop() {
    this.pane?.stop();
    shown.delete(this.name);
    this.pane = null;
  }
}
