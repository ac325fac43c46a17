// Elements in one line each, and the icons: drawn here, so that they take the color of the text.

/**
 * @param {string} tag
 * @param {Object<string, *>} attributes `on…` are listeners, `class` and `aria-…` attributes, true and false switch.
 * @param {...(Node|string|null|undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {Object<string, string|number>} attributes @param {...Node} children */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

// Paths in a square of 24; filled ones begin with "!".
const ICONS = {
  play: "!M7 4.5v15l12.5-7.5z",
  pause: "!M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  back: "!M17.5 5v14L8 12zM5.5 5h2.5v14H5.5z",
  forward: "!M6.5 5v14L16 12zM16 5h2.5v14H16z",
  restart: "M4.5 12a7.5 7.5 0 1 0 2.2-5.3M4.5 4v4.5H9",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1.200 1.200M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1.200-1.200",
  download: "M12 4v11m-4.500-4.500L12 15l4.500-4.500M4.500 19.500h15",
  upload: "M12 16V5m-4.500 4.500L12 5l4.500 4.500M4.500 19.500h15",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  help: "M9 9a3 3 0 1 1 4.300 2.700c-.9.500-1.300 1-1.300 2.100M12 17.500v.1M12 2.800a9.200 9.200 0 1 0 0 18.400 9.200 9.200 0 0 0 0-18.400z",
  close: "M6 6l12 12M18 6L6 18",
  chevron: "M7 9.500l5 5 5-5",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 5v14",
  draw: "M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM14 7l3 3",
  eraser: "M8.500 19.500L4 15l9.500-9.500 6 6-8 8zM8 11l6 6M8.500 19.500H20",
  check: "M5 12.500l4.500 4.500L19 7.500",
  dice: "M5 5h14v14H5zM9 9v.1M15 9v.1M9 15v.1M15 15v.1M12 12v.1",
};

/** @param {keyof ICONS} name */
export function icon(name) {
  const path = ICONS[name];
  const filled = path.startsWith("!");
  const drawing = svg("path", {
    d: path.replace("!", ""), fill: filled ? "currentColor" : "none", stroke: filled ? "none" : "currentColor",
    "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round",
  });
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true", class: "icon" }, drawing);
}

/**
 * A button with an icon and a name for those who do not see it.
 *
 * @param {keyof ICONS} name
 * @param {string} label
 * @param {function(MouseEvent): void} onclick
 * @param {Object<string, *>} attributes
 */
export function iconButton(name, label, onclick, attributes = {}) {
  const { class: more = "", ...others } = attributes;
  return h("button", { type: "button", class: `icon-button ${more}`.trim(), "aria-label": label, title: label, onclick, ...others }, icon(name));
}

let numbered = 0;

/** A name that no other element has. */
export const unique = (stem) => `${stem}-${++numbered}`;

/** Calls `act` once no further call came for `milliseconds`. */
export function debounced(act, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), milliseconds);
  };
}

/** A number without the noise of binary fractions: 0.1 + 0.2 is 0.3. */
export const tidy = (number) => Number(number.toPrecision(6));
