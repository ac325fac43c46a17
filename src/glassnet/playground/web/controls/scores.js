// What matters of the frame, in numbers: loss and test loss, and how many test rows are right.

import { h } from "./elements.js";

/** @param {any} playground */
export function scores(playground) {
  const { store, t, format } = playground;
  const cells = {
    loss: cell(t("training loss")),
    test_loss: cell(t("test loss")),
    test_score: cell(t("test accuracy")),
  };
  const status = h("span", { class: "visually-hidden", role: "status" });
  let waiting = false;
  const show = () => {
    waiting = false;
    const { frame, described } = store.state.runs.main;
    if (!frame) return;
    const classes = described?.task === "classification";
    cells.loss.value.textContent = format.number(frame.loss);
    cells.test_loss.value.textContent = format.number(frame.test_loss);
    cells.test_score.name.textContent = classes ? t("test accuracy") : t("test R²");
    cells.test_score.value.textContent = classes ? format.percent(frame.test_score, 1) : format.number(frame.test_score);
  };
  store.subscribe((/** @type {any} */ state) => state.runs.main.frame, () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(show);
  });
  // Numbers that change thirty times a second are not read aloud; where it has stopped, is.
  store.subscribe((/** @type {any} */ state) => state.playing, (/** @type {boolean} */ playing) => {
    const frame = store.state.runs.main.frame;
    if (!frame) return;
    status.textContent = playing
      ? t("Training")
      : t("Epoch {n}, test loss {loss}", { n: frame.epoch, loss: format.number(frame.test_loss) });
  });
  return h("dl", { class: "scores" }, ...Object.entries(cells).map(([name, { node }]) => (node.setAttribute("data-score", name), node)), status);
}

/** @param {string} text */
function cell(text) {
  const name = h("dt", {}, text);
  const value = h("dd", {}, "–");
  return { name, value, node: h("div", {}, name, value) };
}
