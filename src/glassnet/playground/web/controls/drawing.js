// Points drawn into the plane: a brush for each class, or for a number; an eraser. With the mouse, a pen or a finger.

import { planeTransform } from "../picture/plane.js";
import { h, icon } from "./elements.js";
import { steady } from "./fields.js";

const APART = 11; // pixels between the points of a stroke
const REACH = 13; // pixels around the eraser
const COPIED = 400; // points of another set that drawing begins with

/** Goes to the drawn points; where there are none, those on show are the first. @param {any} playground */
export async function startDrawing(playground) {
  const { store } = playground;
  const { setup } = store.state;
  const data = { name: "drawn" };
  if (setup.data.points.length === 0) Object.assign(data, copied(store.state));
  if (setup.data.name !== "drawn") await playground.change({ data });
  store.update({ drawing: { value: store.state.described?.task === "regression" ? 1 : 0 } });
}

/** @param {any} state */
function copied({ runs, described }) {
  const { data } = runs.main;
  const regression = described?.task === "regression";
  const points = /** @type {number[][]} */ ([]);
  for (const part of ["train", "test"]) {
    const [x, y] = [data?.[`${part}_x`], data?.[`${part}_y`]];
    if (!x || x.shape[1] !== 2) continue;
    for (let i = 0; i < y.length && points.length < COPIED; i++) points.push([rounded(x[2 * i]), rounded(x[2 * i + 1]), regression ? rounded(y[i]) : y[i]]);
  }
  // Something has to be there to learn from: two points of each of two classes.
  if (points.length < 4) points.splice(0, points.length, [-1.2, -0.3, 0], [-1, 0.4, 0], [1, 0.3, 1], [1.2, -0.4, 1]);
  return { points, task: regression ? "regression" : "classification" };
}

/** @param {number} value */
const rounded = (value) => Number(value.toFixed(3));

/** The brushes, and what they do in the plane. @param {any} playground */
export function brush(playground) {
  const { store, t } = playground;
  const tools = h("div", { class: "brushes", role: "group", "aria-label": t("Brush") });
  const words = h("p", { class: "soft small" });
  const node = h("div", { class: "draw", hidden: true }, tools, words);
  let points = /** @type {number[][]} */ ([]); // what is being drawn, ahead of the server
  let asked = /** @type {number[][] | null} */ (null); // what the server was or will be told last
  const tell = steady(async (value) => {
    try {
      await playground.change({ data: { points: value } });
    } finally {
      if (value === asked) {
        asked = null;
        points = store.state.setup.data.points;
      }
    }
  });
  function change() {
    asked = points;
    tell(points);
  }

  function show() {
    const { setup, drawing, described } = store.state;
    node.hidden = setup?.data.name !== "drawn";
    document.getElementById("plane")?.classList.toggle("drawing", Boolean(drawing) && !node.hidden);
    if (node.hidden) return;
    const numbers = described?.task === "regression";
    words.textContent = t("{n} points. Press or pull in the plane to add some.", { n: setup.data.points.length });
    tools.replaceChildren(
      ...(numbers ? numberBrushes(drawing) : classBrushes(drawing)),
      tool("erase", t("Erase"), drawing?.value === "erase", icon("eraser")),
      h("button", { type: "button", class: "brush", "data-brush": "clear", title: t("Start with four points"), "aria-label": t("Start with four points"), onclick: clear }, icon("restart")),
    );
  }
  function tool(/** @type {any} */ value, /** @type {string} */ label, /** @type {boolean} */ on, /** @type {Node} */ content) {
    // Pressed again, the brush is put away, and points can be selected.
    return h("button", { type: "button", class: "brush", "data-brush": value, title: label, "aria-label": label, "aria-pressed": String(on), onclick: () => store.update({ drawing: on ? null : { value } }) }, content);
  }
  function classBrushes(/** @type {any} */ drawing) {
    const used = Math.max(1, ...store.state.setup.data.points.map((/** @type {number[]} */ point) => point[2]));
    const most = Math.min(store.state.limits.classes ?? 10, used + 2); // all in use, and one more
    return Array.from({ length: most }, (_, value) =>
      tool(value, t("Points of class {n}", { n: value }), drawing?.value === value, h("span", { class: "swatch", style: `background: var(--class-${value})` }, String(value))),
    );
  }
  function numberBrushes(/** @type {any} */ drawing) {
    return [-1, 0, 1].map((value) =>
      tool(value, t("Points with the number {n}", { n: value }), drawing?.value === value, h("span", { class: `swatch number-${value}` }, value < 0 ? `\u2212${-value}` : String(value))),
    );
  }
  function clear() {
    points = store.state.described?.task === "regression" ? [[-1, 0, -1], [-1, 1, -1], [1, 0, 1], [1, 1, 1]] : copied({ runs: { main: {} } }).points;
    change();
  }

  store.subscribe((/** @type {any} */ state) => state.setup?.data.points ?? [], (/** @type {number[][]} */ known) => {
    if (!asked) points = known;
  });
  for (const part of ["setup", "drawing", "described"]) store.subscribe((/** @type {any} */ state) => state[part], show);

  let last = /** @type {[number, number] | null} */ (null);
  const stroke = (/** @type {PointerEvent} */ event) => {
    const plane = planeTransform("main");
    const place = plane?.toData(event.clientX, event.clientY);
    if (!plane || !place) return;
    const { value } = store.state.drawing;
    if (last && Math.hypot(event.clientX - last[0], event.clientY - last[1]) < (value === "erase" ? 3 : APART)) return;
    last = [event.clientX, event.clientY];
    if (value === "erase") {
      const left = points.filter(([x1, x2]) => {
        const [x, y] = plane.toPixel(x1, x2);
        return Math.hypot(x - event.clientX, y - event.clientY) > REACH;
      });
      if (left.length === points.length) return;
      points = left;
    } else if (points.length < (store.state.limits.points ?? 2000)) points = [...points, [rounded(place[0]), rounded(place[1]), value]];
    change();
  };
  const plane = document.getElementById("plane");
  plane?.addEventListener("pointerdown", (event) => {
    const target = planeTransform("main");
    if (!store.state.drawing || store.state.setup.data.name !== "drawn" || event.button !== 0 || !target) return;
    if (!target.canvas.parentElement?.contains(/** @type {Node} */ (event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    last = null;
    stroke(event);
    const end = () => {
      removeEventListener("pointermove", stroke);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", stroke);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }, { capture: true });
  return node;
}
