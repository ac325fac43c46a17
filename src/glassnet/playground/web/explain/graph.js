// @ts-check
// The computational graph of a point's loss: from left to right, values above the lines, gradients below them.

import { button, el, svg } from "./dom.js";
import { graphNode, lastSum, LINE, widthOf } from "./graph_node.js";

const GAP = 34; // between columns
const MARGIN = 14;
const ZOOMS = [0.4, 0.5, 0.63, 0.8, 1, 1.25, 1.6, 2];

/**
 * @param {any} answer of `point`
 * @param {any} playground
 * @param {import("./dom.js").Live} live
 */
export function graphPicture(answer, playground, live) {
  const { t } = playground;
  const { graph } = answer;
  if (!graph) return el("p", {});
  const places = placed(graph);
  const size = { width: places.width, height: graph.height * LINE + 2 * MARGIN };
  const picture = svg("svg", {
    class: "graph-svg", viewBox: `0 0 ${size.width} ${size.height}`, role: "img",
    "aria-label": t("the graph of the loss: {n} steps, from the inputs at the left to the loss at the right", { n: graph.nodes.length }),
  });
  picture.append(arrowHeads());
  const back = wayBack(graph);
  for (const line of graph.lines) picture.append(drawnLine(line, graph, places, back));
  for (const [i, node] of graph.nodes.entries()) picture.append(graphNode(node, i, places, answer, playground, live));

  const scroll = el("div", { class: "graph-view", tabindex: 0, role: "group", "aria-label": t("graph of the loss; it can be scrolled") }, picture);
  const zoom = zooming(scroll, picture, size);
  const head = el(
    "header",
    { class: "graph-head" },
    el("h3", { id: "graph-title" }, t("Backward: the graph of the loss")),
    el(
      "span",
      { class: "graph-zoom", role: "group", "aria-label": t("zoom") },
      button("−", () => zoom.by(-1), { "aria-label": t("smaller"), title: t("smaller") }),
      button("+", () => zoom.by(1), { "aria-label": t("larger"), title: t("larger") }),
      button(t("fit to width"), zoom.fit),
    ),
  );
  return el(
    "section",
    { class: "loss-graph", "aria-labelledby": "graph-title" },
    head,
    el("p", { class: "explain-legend" },
      el("span", { class: "graph-forward" }, t("above a line: its value, forward")), " · ",
      el("span", { class: "graph-backward" }, t("below: the derivative of L by it, backward"))),
    scroll,
    table(answer, playground, live),
  );
}

/** Where columns begin, and how wide boxes and lines are in each. */
function placed(/** @type {any} */ graph) {
  /** @type {{left: number, box: number, stub: number}[]} */
  const columns = Array.from({ length: graph.columns }, () => ({ left: 0, box: 0, stub: 0 }));
  for (const node of graph.nodes) {
    const { box, stub } = widthOf(node);
    const column = columns[node.column];
    column.box = Math.max(column.box, box);
    column.stub = Math.max(column.stub, stub);
  }
  let left = MARGIN;
  for (const column of columns) {
    column.left = left;
    left += column.box + column.stub + GAP;
  }
  return {
    columns,
    width: left - GAP + MARGIN,
    y: (/** @type {number} */ height) => height * LINE + MARGIN,
  };
}

/** Nodes on the way from the loss to the raw scores, where the gradient is p − t. */
function wayBack(/** @type {any} */ graph) {
  const on = new Set([lastSum(graph.nodes)]);
  for (const [i, node] of graph.nodes.entries()) if (node.parents.some((/** @type {number} */ parent) => on.has(parent))) on.add(i);
  return on;
}

function drawnLine(/** @type {any} */ line, /** @type {any} */ graph, /** @type {any} */ places, /** @type {Set<number>} */ back) {
  const start = places.columns[line.places[0][0]];
  const points = [[start.left + widthOf(graph.nodes[line.from]).box + widthOf(graph.nodes[line.from]).stub, places.y(line.places[0][1])]];
  for (const [column, height] of line.places.slice(1, -1)) {
    const { left, box, stub } = places.columns[column];
    points.push([left + (box + stub) / 2, places.y(height)]);
  }
  const [column, height] = line.places[line.places.length - 1];
  points.push([places.columns[column].left - 1, places.y(height)]);
  let path = `M${points[0][0]},${points[0][1]}`;
  for (let i = 1; i < points.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const bend = (x1 - x0) / 2;
    path += ` C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1},${y1}`;
  }
  const marked = back.has(line.from) && back.has(line.to);
  return svg("path", { d: path, class: marked ? "graph-line on-way-back" : "graph-line", "marker-end": marked ? "url(#graph-arrow-back)" : "url(#graph-arrow)" });
}

function arrowHeads() {
  const head = (/** @type {string} */ id, /** @type {string} */ kind) =>
    svg("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
      svg("path", { d: "M0,0.6 L8,4 L0,7.4 Z", class: kind }));
  return svg("defs", {}, head("graph-arrow", "graph-arrow"), head("graph-arrow-back", "graph-arrow back"));
}

/** Zoom in steps, to the width of the panel, and with the wheel while Ctrl is held. */
function zooming(/** @type {any} */ scroll, /** @type {any} */ picture, /** @type {{width: number, height: number}} */ size) {
  let scale = 0; // 0: fitted
  const fitted = () => Math.min(1, Math.max(0.7, (scroll.clientWidth - 2) / size.width));
  function apply(/** @type {number} */ wanted, /** @type {number} */ at = scroll.clientWidth / 2) {
    const before = picture.clientWidth || size.width * (scale || fitted());
    const place = (scroll.scrollLeft + at) / before;
    scale = wanted;
    const shown = scale || fitted();
    picture.setAttribute("width", String(Math.round(size.width * shown)));
    picture.setAttribute("height", String(Math.round(size.height * shown)));
    scroll.scrollLeft = place * size.width * shown - at;
  }
  function by(/** @type {number} */ steps, /** @type {number} */ at) {
    const now = scale || fitted();
    const next = steps > 0 ? ZOOMS.find((zoom) => zoom > now * 1.02) : ZOOMS.findLast((zoom) => zoom < now * 0.98);
    if (next) apply(next, at);
  }
  scroll.addEventListener(
    "wheel",
    (/** @type {WheelEvent} */ event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      by(event.deltaY < 0 ? 1 : -1, event.clientX - scroll.getBoundingClientRect().left);
    },
    { passive: false },
  );
  new ResizeObserver(() => {
    if (!scale) apply(0);
  }).observe(scroll);
  requestAnimationFrame(() => {
    apply(0);
    scroll.scrollLeft = scroll.scrollWidth; // the loss, p and t stand at the right end
    scroll.scrollTop = (scroll.scrollHeight - scroll.clientHeight) / 2;
  });
  return { by, fit: () => apply(0) };
}

/** The same as a table, for who reads rather than looks. */
function table(/** @type {any} */ answer, /** @type {any} */ playground, /** @type {any} */ live) {
  const { t } = playground;
  const rows = answer.graph.nodes.map((/** @type {any} */ node, /** @type {number} */ i) =>
    el(
      "tr",
      { "data-node": node.name },
      el("th", { scope: "row" }, node.name),
      el("td", {}, node.formula),
      live.text(el("td", { class: "value" }), (/** @type {any} */ now) => written(now.graph.nodes[i].value, playground)),
      live.text(el("td", { class: "gradient" }), (/** @type {any} */ now) => written(now.graph.nodes[i].gradient, playground)),
    ),
  );
  return el(
    "details",
    { class: "graph-table" },
    el("summary", {}, t("The same as a table")),
    el("div", { class: "graph-table-scroll", tabindex: 0, role: "group", "aria-label": t("The same as a table") },
      el("table", {},
        el("thead", {}, el("tr", {}, ...[t("node"), t("computed as"), t("value"), t("gradient")].map((text) => el("th", { scope: "col" }, text)))),
        el("tbody", {}, ...rows))),
  );
}

function written(/** @type {any} */ array, /** @type {any} */ { format, t }) {
  if (!array) return "";
  const { shape, numbers } = array;
  if (!numbers || numbers.length > 16) return t("{shape} numbers", { shape: shape.join(" × ") });
  const list = numbers.map((/** @type {number} */ value) => format.number(value));
  if (shape.length < 2) return list.length === 1 ? list[0] : `[${list.join(", ")}]`;
  const rows = Array.from({ length: shape[0] }, (_row, i) => `[${list.slice(i * shape[1], (i + 1) * shape[1]).join(", ")}]`);
  return `[${rows.join(", ")}]`;
}
