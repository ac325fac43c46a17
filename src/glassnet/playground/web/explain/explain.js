// @ts-check
// What is selected, explained: a unit in words, a point's way through the network and back. And what the pointer is on.

import { button, el } from "./dom.js";
import { hoverWords } from "./hover.js";
import { peekAt } from "./peek.js";
import { pointView } from "./point.js";
import { unitView } from "./unit.js";

const EVERY = 400; // milliseconds between questions while the network trains

/**
 * @param {HTMLElement} element
 * @param {any} playground
 */
export function mount(element, playground) {
  const { store, t } = playground;
  const title = el("h2", { id: "explain-title", tabindex: -1 });
  const close = button("×", () => closed(), { class: "explain-close", "aria-label": t("Close the explanation") });
  const head = el("header", { class: "explain-head" }, title, close);
  const body = el("div", { class: "explain-body" });
  element.replaceChildren(head, body);
  element.setAttribute("aria-labelledby", "explain-title");
  hoverWords(playground);
  const peek = peekAt(element, playground);

  /** @type {any} */ let view = null; // what is shown: {key, element, update}
  /** @type {any} */ let timer = null;
  let asking = false;
  let stale = false;

  function closed() {
    store.update({ selected: null });
    title.focus();
  }

  function show(/** @type {any} */ answer, /** @type {any} */ selected) {
    const make = selected.kind === "unit" ? unitView : pointView;
    const key = make.key(answer, selected, store.state.lang);
    if (view?.key !== key) {
      view = { key, ...make(answer, selected, playground) };
      body.replaceChildren(view.element);
    }
    view.update(answer);
    title.textContent = view.title(answer);
    close.hidden = false;
    peek.tell(inALine(answer, selected, title.textContent, playground));
  }

  function nothing() {
    peek.tell("");
    view = null;
    title.textContent = t("Look inside");
    close.hidden = true;
    body.replaceChildren(invitation(playground));
  }

  async function ask() {
    const { selected, connected } = store.state;
    if (!selected || !connected) return;
    if (asking) {
      stale = true;
      return;
    }
    asking = true;
    try {
      const answer = await playground.request(...question(selected));
      if (store.state.selected === selected) show(answer, selected);
    } catch (error) {
      if (store.state.selected === selected && store.state.connected) {
        view = null;
        close.hidden = false;
        body.replaceChildren(el("p", { class: "explain-trouble", role: "alert" }, /** @type {Error} */ (error).message));
      }
    } finally {
      asking = false;
      if (stale) {
        stale = false;
        soon();
      }
    }
  }

  // While the network trains, not with every frame.
  function soon() {
    timer ??= setTimeout(() => {
      timer = null;
      ask();
    }, EVERY);
  }

  store.subscribe(
    (/** @type {any} */ state) => state.selected,
    (/** @type {any} */ selected) => {
      if (!selected) nothing();
      else if (selected.kind === "unit" || selected.kind === "point") ask();
    },
  );
  const epochOf = (/** @type {any} */ state) => state.runs[state.selected?.run ?? "main"]?.frame;
  store.subscribe(epochOf, () => {
    if (store.state.selected) soon();
  });
  store.subscribe((/** @type {any} */ state) => state.described, () => {
    if (store.state.selected) soon();
    else nothing();
  });
}

function inALine(/** @type {any} */ answer, /** @type {any} */ selected, /** @type {string} */ title, /** @type {any} */ { t, format }) {
  if (selected.kind === "unit") return `${title}: ${answer.text}`;
  const values = { title, prediction: answer.prediction.text, target: answer.target.name, loss: format.number(answer.loss.value) };
  return t("{title}: prediction {prediction}, target {target}, loss {loss}", values);
}

/** @param {any} selected @returns {[string, any]} */
function question(selected) {
  const { kind, run = "main" } = selected;
  if (kind === "unit") return ["unit", { run, layer: selected.layer, unit: selected.unit }];
  const fields = /** @type {any} */ ({ run });
  if (selected.row) fields.row = { part: selected.row.part, index: selected.row.index };
  else fields.x = Array.from(selected.x);
  if (selected.target !== undefined && selected.target !== null) fields.target = selected.target;
  return ["point", fields];
}

function invitation(/** @type {any} */ playground) {
  const { store, t } = playground;
  const follow = () => store.update({ selected: { kind: "point", run: "main", row: { part: "train", index: 0 } } });
  return el(
    "div",
    { class: "explain-nothing" },
    el("p", {}, t("Click a point in the picture: its way through the network is shown in numbers, and how the gradient comes back. Click a unit: it is put in words.")),
    button(t("Follow a training point"), follow, { class: "explain-button" }),
  );
}
