// @ts-check
/** What each layer did over the epochs so far: kept by the page, thinned, cut when a run goes back. */

import {arrayOf} from "./runs.js";

/** In the order of glassnet.engine.trace.LAYER_STATISTICS. */
export const STATISTICS = {dead: 0, saturated: 1, mean: 2, std: 3, gradient_norm: 4, weight_norm: 5, update_norm: 6};

/** As many epochs are kept; beyond, every second one is dropped. */
const MOST = 400;

export class LayerHistory {
  constructor() {
    /** @type {{epoch: number, statistics: Float32Array}[]} */ this.rows = [];
    /** @type {any} */ this.described = null;
    /** @type {any} */ this.frame = null;
    this.every = 0;
  }

  /** Take a run's newest frame. @param {any} run */
  take(run) {
    if (run.described !== this.described) {
      this.described = run.described;
      this.rows = [];
      this.every = 0;
    }
    const {frame} = run;
    const statistics = arrayOf(frame, "layer_statistics");
    if (!statistics || frame === this.frame) return;
    this.frame = frame;
    while (this.rows.length && this.rows[this.rows.length - 1].epoch >= frame.epoch) this.rows.pop();
    const last = this.rows[this.rows.length - 1];
    // The newest row is replaced as long as it is near the one before, so that the history has even steps.
    const before = this.rows[this.rows.length - 2];
    if (last && before && last.epoch - before.epoch < this.every) this.rows.pop();
    this.rows.push({epoch: frame.epoch, statistics});
    if (this.rows.length > MOST) {
      this.rows = this.rows.filter((_, i) => i % 2 === 0);
      this.every = Math.max(1, (this.rows[this.rows.length - 1].epoch - this.rows[0].epoch) / (MOST / 2));
    }
  }

  /**
   * One quantity of one layer over the epochs.
   * @param {number} layer @param {(statistics: ArrayLike<number>) => number} quantity
   */
  series(layer, quantity) {
    return this.rows.map(({epoch, statistics}) => {
      const width = /** @type {any} */ (statistics).shape[1];
      return {epoch, value: quantity(statistics.subarray(layer * width, (layer + 1) * width))};
    });
  }
}
