// @ts-check
/** The words of the graph that belong to the picture: names of inputs and of outputs. */

import {classColor, css} from "./colors.js";
import {addSymbol} from "./symbols.js";
import {classesOf, columnName} from "./runs.js";

/**
 * @param {any} context @param {import("./graph_layout.js").Layout} layout @param {any} run
 * @param {import("./colors.js").Look} look
 */
export function drawLabels(context, layout, run, look) {
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.fillStyle = css(look.soft);
  for (const node of layout.block ? [] : layout.layers[0]) {
    const size = Math.max(9, Math.min(12, node.size / 3));
    context.font = `${size}px ${look.font}`;
    context.fillText(fitting(context, columnName(run, node.unit), 82), node.x, node.y + node.size / 2 + size * 0.75);
  }
  const classes = classesOf(run);
  const outputs = layout.layers.at(-1) ?? [];
  if (!classes || outputs.length !== classes.length || outputs.length < 2) return;
  for (const node of outputs) {
    const room = outputs.length > 1 ? outputs[1].y - outputs[0].y - node.size : 20;
    const size = Math.min(12, Math.max(9, node.size / 4));
    context.font = `${size}px ${look.font}`;
    const text = fitting(context, classes[node.unit], 70);
    if (room >= size) {
      const y = node.y + node.size / 2 + size * 0.8;
      const width = context.measureText(text).width;
      context.fillStyle = css(classColor(look, node.unit));
      context.beginPath();
      addSymbol(context, node.unit, node.x - width / 2 - 3, y, 3.4);
      context.fill();
      context.fillStyle = css(look.soft);
      context.fillText(text, node.x + 4, y);
    } else {
      context.fillStyle = css(look.soft);
      context.textAlign = "left";
      context.fillText(fitting(context, classes[node.unit], 18), node.x + node.size / 2 + 4, node.y);
      context.textAlign = "center";
    }
  }
}

/** A text cut to a width. @param {any} context @param {string} text @param {number} width */
export function fitting(context, text, width) {
  let result = text ?? "";
  if (context.measureText(result).width <= width) return result;
  while (result.length > 1 && context.measureText(`${result}…`).width > width) result = result.slice(0, -1);
  return `${result}…`;
}
