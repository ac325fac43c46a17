// @ts-check
/** One pane a run: alone, or two side by side with their titles while two set-ups are compared. */

import {element} from "./painting.js";
import {shownRuns} from "./runs.js";

/** @typedef {{node: HTMLElement, update(run: any): void, stop(): void}} Pane */

export class Panes {
  /** @param {any} playground @param {(name: "main" | "beside") => Pane} make */
  constructor(playground, make) {
    this.playground = playground;
    this.make = make;
    this.node = element("div", {class: "picture-panes"});
    /** @type {Map<string, {pane: Pane, frame: HTMLElement, title: HTMLElement}>} */ this.panes = new Map();
  }

  /** Follow the store. @returns {() => void} that ends it */
  follow() {
    const {store} = this.playground;
    const update = () => this.update(shownRuns(store.state));
    const end = store.subscribe((/** @type {any} */ state) => state.runs, update);
    update();
    return () => {
      end();
      for (const {pane} of this.panes.values()) pane.stop();
    };
  }

  /** @param {{name: "main" | "beside", run: any}[]} runs */
  update(runs) {
    const {t} = this.playground;
    for (const [name, {pane, frame}] of this.panes) {
      if (runs.some((shown) => shown.name === name)) continue;
      pane.stop();
      frame.remove();
      this.panes.delete(name);
    }
    this.node.classList.toggle("two", runs.length > 1);
    for (const {name, run} of runs) {
      let entry = this.panes.get(name);
      if (!entry) {
        const title = element("h3", {class: `pane-title pane-${name}`}, name === "main" ? t("this run") : t("beside"));
        const frame = element("div", {class: "picture-pane", "data-run": name}, title);
        this.node.append(frame);
        const pane = this.make(name);
        frame.append(pane.node);
        entry = {pane, frame, title};
        this.panes.set(name, entry);
      }
      entry.title.hidden = runs.length < 2;
      entry.pane.update(run);
    }
  }
}
