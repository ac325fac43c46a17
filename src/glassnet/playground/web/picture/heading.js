// @ts-check
/** The line above each picture: its title, its switches, and the buttons that save it. */

import {element} from "./painting.js";

/**
 * @param {any} playground @param {string} title already translated
 * @param {"network" | "plane" | "losses" | "layers"} kind @param {...Node} switches
 */
export function heading(playground, title, kind, ...switches) {
  const {t} = playground;
  const save = (/** @type {"png" | "svg"} */ format) =>
    element(
      "button",
      {
        type: "button", class: "picture-save", "aria-label": t("save the picture “{title}” as {format}", {title, format: format.toUpperCase()}),
        title: t("save the picture “{title}” as {format}", {title, format: format.toUpperCase()}),
        // Fetched when it is asked for: it knows all pictures, and they know this.
        onclick: async () => (await import("./export.js")).exportPicture(playground, kind, format),
      },
      format.toUpperCase(),
    );
  return element(
    "header", {class: "picture-head"},
    element("h2", {}, title),
    ...switches,
    element("span", {class: "picture-saves"}, save("png"), save("svg")),
  );
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

/** A switch that is on or off. @param {string} text @param {boolean} on @param {(on: boolean) => void} changed */
export function toggle(text, on, changed) {
  const box = element("input", {type: "checkbox", onchange: () => changed(box.checked)});
  box.checked = on;
  return element("label", {class: "picture-toggle"}, box, text);
}
