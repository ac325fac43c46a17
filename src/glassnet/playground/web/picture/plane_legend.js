// @ts-check
/** What the signs in the plane mean: a line of words under it. */

import {classColor, css, look, onTheme} from "./colors.js";
import {element, fitted} from "./painting.js";
import {classesOf} from "./runs.js";
import {addSymbol} from "./symbols.js";

/** As many classes as get a sign each. */
const MOST = 10;

/**
 * @param {any} playground
 * @param {{train: boolean, test: boolean}} options which rows are drawn: changed by the boxes here
 * @param {() => void} changed
 */
export function legend(playground, options, changed) {
  const {t, store} = playground;
  const node = element("div", {class: "plane-legend"});
  const box = (/** @type {"train" | "test"} */ part) => {
    const input = element("input", {type: "checkbox", "data-part": part});
    input.checked = options[part];
    input.addEventListener("change", () => {
      options[part] = input.checked;
      changed();
    });
    return input;
  };
  const boxes = {train: box("train"), test: box("test")};
  const update = () => {
    const run = store.state.runs?.main;
    const classes = classesOf(run);
    if (!run?.described || run.described.images) return node.replaceChildren();
    const plain = look().soft;
    node.replaceChildren(
      ...(classes ?? []).slice(0, MOST).map((name, k) => element("span", {}, sign(classColor(look(), k), k, "filled"), name)),
      element("label", {}, boxes.train, sign(plain, 0, "filled"), t("training")),
      element("label", {}, boxes.test, sign(plain, 0, classes ? "hollow" : "dashed"), t("test")),
      element("span", {}, sign(plain, 0, "wrong"), classes ? t("wrong") : t("off by more than a tenth of the range")),
    );
  };
  return {node, update, stop: onTheme(update)};
}

/** @param {any} color @param {number} shape @param {"filled" | "hollow" | "dashed" | "wrong"} kind */
function sign(color, shape, kind) {
  const canvas = element("canvas", {"aria-hidden": "true"});
  const context = fitted(canvas, 14, 14);
  context.beginPath();
  addSymbol(context, shape, 7, 7, kind === "wrong" ? 3 : 4);
  context.lineWidth = 1.5;
  context.fillStyle = css(kind === "hollow" || kind === "dashed" ? look().paper : color);
  context.strokeStyle = css(color);
  context.fill();
  if (kind === "dashed") context.setLineDash([2, 1.6]);
  if (kind === "hollow" || kind === "dashed") context.stroke();
  if (kind === "wrong") {
    context.beginPath();
    context.arc(7, 7, 5.8, 0, 2 * Math.PI);
    context.strokeStyle = css(look().wrong);
    context.stroke();
  }
  return canvas;
}
