// A menu below a button: arrows move, Escape and a press elsewhere close it.

import { h } from "./elements.js";

/**
 * @typedef {{name: string, text: string, hint?: string, act?: function(): void, also?: {name: string, text: string, act: function(): void}[]}} Entry
 *   An entry with `also` is a row of several.
 * @param {HTMLElement} button The menu is put beside it, into the same parent.
 * @param {Entry[]} entries
 */
export function openMenu(button, entries) {
  if (button.getAttribute("aria-expanded") === "true") return;
  const item = (/** @type {any} */ entry, more = "") =>
    h(
      "button",
      { type: "button", role: "menuitem", tabindex: -1, class: more, "data-entry": entry.name, "aria-label": entry.label, onclick: () => (close(), entry.act()) },
      h("span", {}, entry.text),
      entry.hint ? h("small", {}, entry.hint) : null,
    );
  const menu = h(
    "div",
    { class: "menu", role: "menu" },
    ...entries.map((entry) =>
      entry.also
        ? h("div", { class: "menu-row", role: "none", "data-row": entry.name }, h("span", {}, entry.text), ...entry.also.map((one) => item({ ...one, label: `${entry.text}, ${one.text}` }, "small")))
        : item(entry),
    ),
  );
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      items.at(to % items.length)?.focus();
      event.preventDefault();
    } else if (event.key === "Escape" || event.key === "Tab") {
      close();
      button.focus();
      if (event.key === "Escape") event.preventDefault();
    }
  });
  const elsewhere = (/** @type {Event} */ event) => {
    if (!menu.contains(/** @type {Node} */ (event.target)) && !button.contains(/** @type {Node} */ (event.target))) close();
  };
  const again = (/** @type {Event} */ event) => {
    event.stopImmediatePropagation();
    close();
  };
  function close() {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere);
    button.removeEventListener("click", again, true);
  }
  button.setAttribute("aria-expanded", "true");
  button.addEventListener("click", again, true);
  document.addEventListener("pointerdown", elsewhere);
  button.parentElement?.append(menu);
  items[0]?.focus();
}
