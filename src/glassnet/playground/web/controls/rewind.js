// The slider over the epochs that were trained, and the epoch as a number to type.

import { h, unique } from "./elements.js";
import { acts } from "./transport.js";

/** @param {any} playground */
export function rewind(playground) {
  const { store, t, format } = playground;
  const act = acts(playground);
  const id = unique("epoch");
  const slider = h("input", { type: "range", min: 0, max: 1, step: 1, value: 0, class: "rewind", "aria-label": t("Rewind: epoch") });
  const field = h("input", { id, type: "text", inputmode: "numeric", class: "epoch", autocomplete: "off", value: "0", "aria-label": t("Epoch; type one to go there") });
  const speed = h("span", { class: "speed" });
  let farthest = 0;
  let latest = /** @type {any} */ (null); // the frame whose epoch was shown last
  let moving = false;
  let asked = /** @type {number | null} */ (null);
  let busy = false;

  // While the slider is dragged, only the newest place is asked for.
  async function follow() {
    if (busy || asked === null) return;
    busy = true;
    const epoch = asked;
    asked = null;
    await act.goTo(epoch);
    busy = false;
    if (asked !== null) follow();
    else moving = false;
  }
  slider.addEventListener("input", () => {
    moving = true;
    asked = Number(slider.value);
    field.value = format.count(asked);
    follow();
  });
  field.addEventListener("change", () => {
    const epoch = Math.round(Number(field.value.replace(/[^\d.]/g, "")));
    const most = store.state.setup?.model.max_iter ?? 1e6;
    if (Number.isFinite(epoch) && field.value.trim()) act.goTo(Math.min(most, Math.max(0, epoch)));
    else show();
    field.blur();
  });
  field.addEventListener("focus", () => field.select());

  function show() {
    const frame = store.state.runs.main.frame;
    if (!frame) return;
    latest = frame;
    farthest = Math.max(farthest, frame.epoch);
    if (!moving) {
      slider.max = String(Math.max(1, farthest));
      slider.value = String(frame.epoch);
      slider.style.setProperty("--done", `${(100 * frame.epoch) / Math.max(1, farthest)}%`);
      if (document.activeElement !== field) field.value = format.count(frame.epoch);
    }
    slider.setAttribute("aria-valuetext", t("epoch {n} of {most}", { n: frame.epoch, most: farthest }));
    const fast = frame.state === "playing" ? frame.epochs_per_second : 0;
    const ended = store.state.stopped?.run === "main" && frame.epoch === farthest ? store.state.stopped.text : "";
    speed.textContent = fast
      ? t("{n} epochs a second", { n: format.count(fast) })
      : ended || t("of {n} trained", { n: format.count(farthest) });
  }
  store.subscribe((/** @type {any} */ state) => state.runs.main.described, () => {
    farthest = 0;
    latest = null;
  });
  store.subscribe((/** @type {any} */ state) => state.stopped, show);
  let waiting = false;
  store.subscribe((/** @type {any} */ state) => state.runs.main.frame, () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (store.state.runs.main.frame !== latest) show();
    });
  });
  return h(
    "div",
    { class: "time" },
    h("label", { class: "epoch-label", for: id }, t("Epoch"), " "),
    field,
    h("div", { class: "rewind-box" }, slider, speed),
  );
}
