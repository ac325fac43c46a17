// Controls for one value of the set-up each: they show what the set-up says, change it, and show at their place what the
// server will not take.

import { h, tidy, unique } from "./elements.js";

/**
 * @typedef {{where: string, label: string, hint?: string, stops?: number[], options?: function(any): Option[], whole?: boolean,
 *   read?: function(any): any, write?: function(any): any, shown?: function(any): boolean, unit?: string}} Field
 *   `where` is the value's place, "model.alpha". `stops`: what a slider offers; any number may be typed.
 *   `read` and `write` turn the set-up's value into what the control shows, and back. `shown` says when it is there at all.
 * @typedef {{value: string, text: string, title?: string}} Option
 */

/** The value at a place of a set-up. @param {any} setup @param {string} where */
export function valueAt(setup, where) {
  const [part, name] = where.split(".");
  return setup?.[part]?.[name];
}

/** The change that puts a value at a place. @param {string} where @param {any} value */
export function changeAt(where, value) {
  const [part, name] = where.split(".");
  return { [part]: { [name]: value } };
}

/**
 * Changes one after the other, the newest last: none is asked for while another is under way.
 *
 * @param {function(any): Promise<any>} act
 * @returns {function(any): void}
 */
export function steady(act) {
  let busy = false;
  let next = /** @type {{value: any} | null} */ (null);
  async function run(/** @type {any} */ value) {
    busy = true;
    try {
      await act(value);
    } catch {
      // The control shows the server's words.
    }
    busy = false;
    if (next) {
      const { value: newest } = next;
      next = null;
      run(newest);
    }
  }
  return (value) => {
    if (busy) next = { value };
    else run(value);
  };
}

/**
 * A paragraph for the server's words about a place; hidden while there is nothing to say.
 *
 * @param {any} playground
 * @param {(place: string) => boolean} belongs
 * @param {HTMLElement | null} control Marked as invalid meanwhile.
 */
export function errorLine({ store }, belongs, control = null) {
  const id = unique("error");
  const line = h("p", { class: "field-error", id, role: "alert", hidden: true });
  store.subscribe((/** @type {any} */ state) => state.refused, (/** @type {any} */ refused) => {
    const here = Boolean(refused) && belongs(refused.where);
    line.hidden = !here;
    line.textContent = here ? refused.text.replace(`${refused.where}: `, "") : "";
    if (!control) return;
    if (here) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    if (here) control.setAttribute("aria-describedby", id);
  });
  return line;
}

/** Whether the server's place lies within a field's. @param {string} where */
export const within = (where) => (/** @type {string} */ place) => place === where || place.startsWith(`${where}[`) || place.startsWith(`${where}.`);

/**
 * The row of a field: label, control, error; it is there while `shown` says so.
 *
 * @param {any} playground @param {Field} field @param {HTMLElement} control @param {...Node} inside
 */
function row(playground, field, control, ...inside) {
  const node = h(
    "div",
    { class: "field", "data-where": field.where },
    h("label", { for: control.id, title: field.hint }, field.label),
    ...inside,
    errorLine(playground, within(field.where), control),
  );
  if (field.shown) {
    const shown = field.shown;
    playground.store.subscribe((/** @type {any} */ state) => Boolean(state.setup) && shown(state), (/** @type {boolean} */ there) => {
      node.hidden = !there;
    });
  }
  return node;
}

/** Calls `show(value, state)` whenever the value at the field's place is another. */
function follow(playground, field, show) {
  const { read = (/** @type {any} */ value) => value, where } = field;
  playground.store.subscribe((/** @type {any} */ state) => state.setup, (/** @type {any} */ setup, /** @type {any} */ state) => {
    if (setup) show(read(valueAt(setup, where)), state);
  });
}

/**
 * A number: typed, and with `stops` also moved by a slider.
 *
 * @param {any} playground @param {Field} field
 */
export function numberField(playground, field) {
  const { where, stops, whole = false, write = (/** @type {any} */ value) => value } = field;
  const id = unique("field");
  const input = h("input", { id, type: "text", inputmode: whole ? "numeric" : "decimal", autocomplete: "off", class: "number", title: field.hint });
  const change = steady((value) => playground.change(changeAt(where, write(value))));
  const slider = stops ? h("input", { type: "range", min: 0, max: stops.length - 1, step: 1, "aria-label": field.label, title: field.hint }) : null;
  const fill = () => slider?.style.setProperty("--done", `${(100 * Number(slider.value)) / Math.max(1, Number(slider.max))}%`);
  const text = (/** @type {number} */ value) => (Math.abs(value) >= 1e-4 || value === 0 ? String(tidy(value)) : value.toExponential().replace("e-", "e\u2212"));
  slider?.addEventListener("input", () => {
    const value = /** @type {number[]} */ (stops)[Number(slider.value)];
    input.value = text(value);
    slider.setAttribute("aria-valuetext", input.value);
    fill();
    change(value);
  });
  input.addEventListener("change", () => {
    const typed = input.value.trim().replaceAll("\u2212", "-").replace(/[,\s]/g, "");
    const value = Number(typed);
    // What is no number is sent as it is: the server knows the words for it.
    change(typed !== "" && Number.isFinite(value) ? value : input.value.trim() || null);
  });
  input.addEventListener("keydown", (event) => {
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || !stops) return;
    const up = event.key === "ArrowUp";
    const now = Number(input.value.replaceAll("\u2212", "-"));
    const next = up ? stops.find((stop) => stop > now) : stops.findLast((stop) => stop < now);
    if (next === undefined) return;
    event.preventDefault();
    input.value = text(next);
    change(next);
  });
  follow(playground, field, (/** @type {number | null} */ value) => {
    if (value === null) {
      if (document.activeElement !== input) input.value = playground.t("mixed");
      return;
    }
    if (document.activeElement !== input || Number(input.value.replaceAll("\u2212", "-")) !== value) input.value = text(value);
    if (!slider || !stops || slider.matches(":active")) return;
    slider.value = String(nearest(stops, value));
    slider.setAttribute("aria-valuetext", input.value);
    fill();
  });
  return row(playground, field, input, h("span", { class: slider ? "with-slider" : "alone" }, ...(slider ? [slider] : []), input));
}

/** @param {number[]} stops @param {number} value */
function nearest(stops, value) {
  let best = 0;
  stops.forEach((stop, i) => {
    if (Math.abs(stop - value) <= Math.abs(stops[best] - value)) best = i;
  });
  return best;
}

/** One of several. @param {any} playground @param {Field} field */
export function selectField(playground, field) {
  const { where, options = () => [], write = (/** @type {any} */ value) => value } = field;
  const id = unique("field");
  const select = h("select", { id, title: field.hint });
  const change = steady((value) => playground.change(changeAt(where, write(value))).finally(show));
  select.addEventListener("change", () => change(select.value));
  let offered = "";
  function show() {
    const { state } = playground.store;
    if (!state.setup || !state.catalog) return;
    const { read = (/** @type {any} */ value) => value } = field;
    const value = String(read(valueAt(state.setup, where)));
    const list = options(state);
    // A value that is not offered, as a formula from a link, is shown nevertheless.
    if (!list.some((option) => option.value === value)) list.push({ value, text: value });
    const key = JSON.stringify(list);
    if (key !== offered) {
      offered = key;
      select.replaceChildren(...list.map((option) => h("option", { value: option.value, title: option.title }, option.text)));
    }
    select.value = value;
    select.title = list.find((option) => option.value === value)?.title ?? field.hint ?? "";
  }
  playground.store.subscribe((/** @type {any} */ state) => state.setup, show);
  playground.store.subscribe((/** @type {any} */ state) => state.catalog, show);
  playground.store.subscribe((/** @type {any} */ state) => state.described, show);
  return row(playground, field, select, select);
}

/** On or off. @param {any} playground @param {Field} field */
export function checkField(playground, field) {
  const id = unique("field");
  const box = h("input", { id, type: "checkbox" });
  const change = steady((value) => playground.change(changeAt(field.where, value)));
  box.addEventListener("change", () => change(box.checked));
  follow(playground, field, (/** @type {boolean} */ value) => {
    box.checked = Boolean(value);
  });
  return row(playground, field, box, box);
}

/** 0.001, 0.002, 0.005, 0.01, … from 10^low to 10^high. @param {number} low @param {number} high @param {number[]} steps */
export function decades(low, high, steps = [1, 2, 5]) {
  const stops = [];
  for (let power = low; power < high; power++) for (const step of steps) stops.push(tidy(step * 10 ** power));
  return [...stops, 10 ** high];
}
