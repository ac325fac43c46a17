// @ts-check
/** Losses over epochs: mounted in `#losses`. A click goes to that epoch. */

import {look, onTheme} from "./colors.js";
import {choice, heading} from "./heading.js";
import {drawLosses, rowAt, seriesOf} from "./losses_drawing.js";
import {element, fitted, onWidth, painter} from "./painting.js";
import {curveRows, shownRuns} from "./runs.js";

const DESCRIBE_EVERY = 3000;

/** What is shown; the same for files. @type {import("./losses_drawing.js").LossOptions} */
export const options = {what: "loss", log: false};

/** @param {number} width */
export const heightFor = (width) => Math.round(Math.min(260, Math.max(190, width * 0.5)));

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const {t, store, format} = playground;
  const canvas = element("canvas", {role: "img"});
  const tip = element("div", {class: "losses-tip", hidden: true});
  const stage = element("div", {class: "losses-stage", title: t("a click goes to that epoch")}, canvas, tip);
  let [width, described, state] = [0, 0, ""];
  let axis = /** @type {{toEpoch(x: number): number} | null} */ (null);

  const describe = () => {
    const run = store.state.runs?.main;
    canvas.setAttribute(
      "aria-label",
      t("Loss over {epochs} epochs: now {loss} on the training rows, {test} on the test rows", {
        epochs: format.count(run?.frame?.epoch ?? 0), loss: format.number(run?.frame?.loss), test: format.number(run?.frame?.test_loss),
      }),
    );
  };
  const picture = painter("losses", () => {
    if (!width) return;
    const height = heightFor(width);
    const context = fitted(canvas, width, height);
    axis = drawLosses(context, width, height, shownRuns(store.state), options, look(), {t, format});
    const now = performance.now();
    const reached = store.state.runs?.main?.frame?.state;
    if (now - described > DESCRIBE_EVERY || reached !== state) {
      [described, state] = [now, reached];
      describe();
    }
  });
  const scale = element(
    "button",
    {
      type: "button", class: "picture-switch", "aria-pressed": String(options.log), title: t("logarithmic scale"), "aria-label": t("logarithmic scale"),
      onclick: () => {
        options.log = !options.log;
        scale.setAttribute("aria-pressed", String(options.log));
        picture.soon();
      },
    },
    t("log"),
  );
  const what = choice(
    t("what is drawn over the epochs"), [{value: "loss", text: t("loss")}, {value: "score", text: t("score")}], options.what,
    (value) => {
      options.what = /** @type {"loss" | "score"} */ (value);
      scale.hidden = value === "score";
      picture.soon();
    },
  );
  scale.hidden = options.what === "score";
  root.classList.add("picture");
  root.replaceChildren(heading(t("Learning curves"), what, scale), stage);

  const place = (/** @type {MouseEvent} */ event) => event.clientX - canvas.getBoundingClientRect().left;
  stage.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const runs = shownRuns(store.state);
    if (!axis || !curveRows(runs[0]?.run.curves).n) return;
    const x = place(event);
    const epoch = axis.toEpoch(x);
    const words = seriesOf(runs, options, t).map((one) => {
      const at = rowAt(one, epoch);
      return `${one.text} ${format.number(at < 0 ? NaN : one.values[4 * at + one.column])}`;
    });
    tip.replaceChildren(element("b", {}, t("epoch {epoch}", {epoch: format.count(epoch)})), ...words.map((text) => element("span", {}, text)));
    tip.hidden = false;
    tip.style.left = `${x > width / 2 ? x - tip.offsetWidth - 12 : x + 12}px`;
  });
  stage.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  stage.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (axis && curveRows(store.state.runs?.main?.curves).n) playground.request("go_to", {epoch: axis.toEpoch(place(event))}).catch(() => {});
  });
  const ends = [
    onWidth(stage, (now) => {
      width = now;
      picture.soon();
    }),
    onTheme(picture.soon),
    store.subscribe((/** @type {any} */ all) => all.runs, picture.soon),
    picture.stop,
  ];
  describe();
  return () => ends.forEach((end) => end());
}
