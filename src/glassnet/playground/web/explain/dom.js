// @ts-check
// Elements in one call each, and parts of a view that are written anew without being made anew.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element; `on…` functions are listeners, null and undefined are left out.
 *
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * An SVG element.
 *
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(/** @type {any} */ made, /** @type {Record<string, any>} */ attributes, /** @type {any[]} */ children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/**
 * A button.
 *
 * @param {string} text
 * @param {function(): void} pressed
 * @param {Record<string, any>} attributes
 */
export const button = (text, pressed, attributes = {}) =>
  el("button", { type: "button", ...attributes, onclick: pressed }, text);

/** Texts and bars of a view that change with the numbers, while its elements stay: focus and scrolling stay with them. */
export class Live {
  constructor() {
    /** @type {(function(any): void)[]} */ this.parts = [];
  }

  /**
   * An element whose text is written from each answer.
   *
   * @param {any} element
   * @param {function(any): string} text
   */
  text(element, text) {
    this.parts.push((answer) => {
      const now = text(answer);
      if (element.textContent !== now) element.textContent = now;
    });
    return element;
  }

  /** Calls `change` with each answer. @param {function(any): void} change */
  each(change) {
    this.parts.push(change);
  }

  /** @param {any} answer */
  update(answer) {
    for (const part of this.parts) part(answer);
  }
}
