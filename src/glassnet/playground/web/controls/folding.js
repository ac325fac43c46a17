// Panels that fold: what is folded is kept for the next visit.

import { keep, kept } from "../words.js";
import { h, icon, unique } from "./elements.js";

/**
 * Fills a panel with a heading that folds what is below.
 *
 * @param {HTMLElement} root
 * @param {string} name Under which the browser remembers it.
 * @param {string} title
 * @param {Node[]} aside Beside the title.
 * @param {Node[]} content
 * @param {boolean} closed Whether it is folded where nothing is remembered.
 */
export function folding(root, name, title, aside, content, closed = false) {
  const id = unique("panel");
  const body = h("div", { id, class: "panel-body" }, ...content);
  const button = h("button", { type: "button", class: "fold", "aria-controls": id, onclick: () => set(body.hidden, true) }, icon("chevron"), h("span", {}, title));
  function set(/** @type {boolean} */ open, remember = false) {
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (remember) keep(`fold-${name}`, open ? "open" : "closed");
  }
  const before = kept(`fold-${name}`);
  set(before ? before === "open" : !closed);
  const heading = h("h2", { id: `${root.id}-title` }, button);
  root.setAttribute("aria-labelledby", heading.id);
  root.replaceChildren(h("header", { class: "panel-head" }, heading, ...aside), body);
  return { open: () => set(true) };
}

/** A group of fields that are seldom changed. @param {string} title @param {string} name @param {...Node} fields */
export function more(title, name, ...fields) {
  const details = h("details", { class: "more", "data-more": name, open: kept(`more-${name}`) === "open" }, h("summary", {}, title), ...fields);
  details.addEventListener("toggle", () => keep(`more-${name}`, /** @type {HTMLDetailsElement} */ (details).open ? "open" : "closed"));
  return details;
}
