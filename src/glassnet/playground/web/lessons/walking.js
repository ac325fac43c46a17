// @ts-check
// Walking through a lesson: set a step up, follow its conditions, go on. What is shown is another file's matter.
//
// Conditions are met in their order: one that asks for a change of the set-up holds back those after it, which speak
// of what the change does.

import { holds, same } from "./conditions.js";

/**
 * @typedef {object} Walk
 * @property {any} lesson
 * @property {number} step
 * @property {boolean[]} met one for each condition of the step
 * @property {boolean} finished
 */

export class Walking {
  /**
   * @param {any} playground
   * @param {() => void} changed called whenever there is something new to show
   */
  constructor(playground, changed) {
    this.playground = playground;
    this.changed = changed;
    /** @type {Walk | null} */
    this.walk = null;
    this.setting = false;
    /** @type {Map<string, any>} frames of before the last set-up, one for each run: they tell nothing about it */
    this.old = new Map();
    const { store } = playground;
    for (const run of ["main", "beside"]) {
      store.subscribe(
        (/** @type {any} */ state) => state.runs[run]?.described,
        () => {
          this.old.set(run, store.state.runs[run]?.frame);
          this.playWhatWasChanged(run);
        },
      );
      store.subscribe((/** @type {any} */ state) => state.runs[run]?.frame, () => this.look());
    }
    store.subscribe((/** @type {any} */ state) => state.selected, () => this.look());
    store.subscribe((/** @type {any} */ state) => state.hovered, () => this.look());
  }

  /** The step that is walked, or null. */
  get step() {
    return this.walk && this.walk.lesson.steps[this.walk.step];
  }

  /**
   * Begin a lesson, or go to one of its steps.
   * @param {any} lesson
   * @param {number} step
   * @param {boolean} setsUp false for a link, whose set-up came with it
   */
  async goTo(lesson, step, setsUp = true) {
    const goesOn = this.walk?.lesson === lesson && step === (this.walk?.step ?? 0) + 1;
    const { expects } = lesson.steps[step];
    this.walk = { lesson, step, met: expects.map(() => false), finished: false };
    this.playground.store.update({ lesson: { name: lesson.name, step } });
    this.changed();
    if (setsUp) await this.setUp(goesOn && lesson.steps[step].goes_on);
    this.look();
  }

  /**
   * Set the step up.
   * @param {boolean} mayGoOn a step that goes on with what is there keeps the run, if it is still the same set-up
   */
  async setUp(mayGoOn = false) {
    const { playground, step } = this;
    const { store } = playground;
    if (!step || !this.walk) return;
    this.walk.met = step.expects.map(() => false);
    this.changed();
    if (store.state.runs.beside) await playground.request("keep", { run: "main" });
    if (mayGoOn && !step.beside && same(store.state.setup, step.setup)) {
      if (step.plays) this.play();
      return;
    }
    await this.set(step.setup);
    if (step.beside) await playground.request("beside", { setup: step.beside });
    if (step.plays) this.play();
  }

  /** Do what the step asks for. */
  async change() {
    const { step } = this;
    if (!step?.changed) return;
    await this.set(step.changed);
    if (step.plays) this.play();
  }

  /** @param {any} setup */
  async set(setup) {
    this.setting = true;
    try {
      if (!this.step?.plays) await this.playground.request("pause", {});
      await this.playground.request("set", { setup, run: "main" });
    } finally {
      this.setting = false;
    }
  }

  play() {
    const { step, playground } = this;
    if (!step) return;
    const pace = step.slowly ? "slow" : "full";
    playground.store.update({ pace });
    playground.send("play", { pace });
  }

  /** What a reader changes is trained at once, or waits at its beginning, as the step has it. @param {string} run */
  playWhatWasChanged(run) {
    const { step } = this;
    if (run !== "main" || !step || this.setting) return;
    if (step.plays) this.play();
    else setTimeout(() => this.wait(), 0); // a change may let an ended run play again: after that
  }

  async wait() {
    if (this.step?.plays !== false) return;
    await this.playground.request("pause", {});
    await this.playground.request("go_to", { epoch: 0 });
  }

  /** See whether a condition has come true. */
  look() {
    const { state } = this.playground.store;
    const { walk, step } = this;
    if (!walk || !step) return;
    const before = walk.met.filter(Boolean).length;
    for (let index = 0; index < step.expects.length; index += 1) {
      if (walk.met[index]) continue;
      const condition = step.expects[index];
      if (state.runs[condition.run]?.frame === this.old.get(condition.run)) break;
      if (!holds(condition, state)) break;
      walk.met[index] = true;
    }
    if (walk.met.filter(Boolean).length !== before) this.changed();
  }

  /** The lesson's last words. */
  finish() {
    if (this.walk) this.walk.finished = true;
    this.changed();
  }

  /** Leave the lesson; the playground stays as it is. */
  leave() {
    this.walk = null;
    this.playground.store.update({ lesson: null });
    this.changed();
  }
}
