// @ts-check
/** The line above each picture: its title and its switches. */

import {element} from "./painting.js";

/** @param {string} title already translated @param {...Node} switches */
export function heading(title, ...switches) {
  return element("header", {class: "picture-head"}, element("h2", {}, title), ...switches);
}

/**
 * A group of buttons of which one is pressed.
 * @param {string} label @param {{value: string, text: string}[]} choices @param {string} value @param {(value: string) => void} chosen
 */
export function choice(label, choices, value, chosen) {
  const buttons = choices.map(({value: name, text}) =>
    element("button", {type: "button", "aria-pressed": String(name === value), onclick: () => pick(name)}, text),
  );
  const pick = (/** @type {string} */ name) => {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(choices[i].value === name)));
    chosen(name);
  };
  return element("span", {class: "picture-choice", role: "group", "aria-label": label}, ...buttons);
}
