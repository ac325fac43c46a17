// @ts-check
// What the pointer, or the focus, is on, in words beside it: after a moment, so that it does not flicker.

import { el } from "./dom.js";
import { factsOf } from "./unit.js";

const AFTER = 350; // milliseconds
const AGAIN = 700; // between questions while it stays and the network trains
const APART = 16; // pixels from the pointer

/** @param {any} playground */
export function hoverWords(playground) {
  const { store, request } = playground;
  const words = el("div", { class: "hover-words", role: "tooltip", id: "hover-words", hidden: true });
  document.body.append(words);

  /** @type {any} */ let timer = null;
  let pointer = { x: 0, y: 0, at: -Infinity };
  let dismissed = false;

  document.addEventListener(
    "pointermove",
    (event) => {
      pointer = { x: event.clientX, y: event.clientY, at: performance.now() };
    },
    { passive: true },
  );
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || words.hidden) return;
    dismissed = true;
    hide();
  });
  // What is scrolled away takes its words with it; what stays under the pointer is explained again.
  window.addEventListener("scroll", () => wait(store.state.hovered), { passive: true });

  function wait(/** @type {any} */ hovered) {
    hide();
    if (hovered?.kind === "unit" && !dismissed) timer = setTimeout(() => ask(hovered), AFTER);
  }

  function hide() {
    words.hidden = true;
    clearTimeout(timer);
    timer = null;
  }

  function place() {
    const focused = document.activeElement;
    const byKey = performance.now() - pointer.at > 5000 && focused && focused !== document.body;
    const box = byKey ? focused.getBoundingClientRect() : { right: pointer.x, left: pointer.x, top: pointer.y, bottom: pointer.y };
    const { offsetWidth: width, offsetHeight: height } = words;
    const left = box.right + APART + width < innerWidth ? box.right + APART : Math.max(8, box.left - APART - width);
    const top = Math.max(8, Math.min(box.bottom + APART, innerHeight - height - 8));
    words.style.left = `${Math.min(left, Math.max(8, innerWidth - width - 8))}px`;
    words.style.top = `${top}px`;
  }

  async function ask(/** @type {any} */ hovered) {
    timer = null;
    const { connected, runs } = store.state;
    if (store.state.hovered !== hovered || dismissed || !connected || !runs[hovered.run ?? "main"]) return;
    try {
      const answer = await request("unit", { run: hovered.run ?? "main", layer: hovered.layer, unit: hovered.unit });
      if (store.state.hovered !== hovered || dismissed) return;
      const first = words.hidden;
      words.replaceChildren(
        el("strong", {}, answer.title),
        el("p", {}, answer.text),
        el("dl", { class: "unit-facts" }, ...factsOf(answer)),
      );
      words.hidden = false;
      if (first) place();
    } catch {
      hide(); // the network has changed meanwhile: there is no such unit any more
      return;
    }
    timer = setTimeout(() => ask(hovered), AGAIN);
  }

  store.subscribe(
    (/** @type {any} */ state) => state.hovered,
    (/** @type {any} */ hovered) => {
      dismissed = false;
      wait(hovered);
    },
  );
}
