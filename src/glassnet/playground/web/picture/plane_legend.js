// @ts-check
/** What the signs in the plane mean: a line of words under it. */

import {classColor, css, look, onTheme} from "./colors.js";
import {element, fitted} from "./painting.js";
import {classesOf} from "./runs.js";
import {addSymbol} from "./symbols.js";

/** As many classes as get a sign each. */
const MOST = 10;

/** @param {any} playground */
export function legend(playground) {
  const {t, store} = playground;
  const node = element("p", {class: "plane-legend"});
  const update = () => {
    const run = store.state.runs?.main;
    const classes = classesOf(run);
    if (!run?.described || run.described.images) return node.replaceChildren();
    const entry = (/** @type {(context: any) => void} */ draw, /** @type {string} */ text) => {
      const canvas = element("canvas", {"aria-hidden": "true"});
      draw(fitted(canvas, 14, 14));
      return element("span", {}, canvas, text);
    };
    const plain = look().soft;
    const point = (/** @type {any} */ color, /** @type {number} */ shape, /** @type {string} */ kind) => (/** @type {any} */ context) => {
      context.beginPath();
      addSymbol(context, shape, 7, 7, kind === "wrong" ? 3 : 4);
      context.lineWidth = 1.5;
      context.fillStyle = css(kind === "hollow" ? look().paper : color);
      context.strokeStyle = css(color);
      context.fill();
      if (kind === "hollow") context.stroke();
      if (kind !== "wrong") return;
      context.beginPath();
      context.arc(7, 7, 5.8, 0, 2 * Math.PI);
      context.strokeStyle = css(look().wrong);
      context.stroke();
    };
    node.replaceChildren(
      ...(classes ?? []).slice(0, MOST).map((name, k) => entry(point(classColor(look(), k), k, "filled"), name)),
      entry(point(plain, 0, "filled"), t("training")),
      entry(point(plain, 0, "hollow"), t("test")),
      entry(point(plain, 0, "wrong"), classes ? t("wrong") : t("off by more than a tenth of the range")),
    );
  };
  onTheme(update);
  return {node, update};
}
