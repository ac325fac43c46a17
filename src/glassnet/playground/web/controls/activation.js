// The choice of a layer's activation: from the catalog, grouped and searched, or a formula of x whose curve is drawn while it
// is typed. The layer's dropout stands here, too.

import { curvePicture } from "./curve.js";
import { openDialog } from "./dialogs.js";
import { debounced, h, unique } from "./elements.js";

const TYPING = 180; // milliseconds of rest until a formula is asked about

/** What an activation of a set-up is called. @param {any} activation */
const nameOf = (activation) => (typeof activation === "string" ? activation : (activation.name ?? activation.formula ?? ""));

/**
 * Opens the choice for a hidden layer.
 *
 * @param {any} playground
 * @param {number} layer 0 is the first.
 */
export function chooseActivation(playground, layer) {
  const { store, t } = playground;
  const model = () => store.state.setup.model;
  const before = model().activation[layer];
  let chosen = before; // a name, a formula, or JSON
  let usable = true;
  let asked = 0;

  const id = unique("activation");
  const field = h("input", {
    id, type: "text", class: "formula", value: nameOf(before), autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    placeholder: "x * sigmoid(x)", "aria-describedby": `${id}-words`,
  });
  const trouble = h("p", { class: "field-error", role: "alert", hidden: true });
  const picture = h("div", { class: "curve-box" });
  const words = h("div", { class: "curve-words", id: `${id}-words` });
  const list = h("div", { class: "entries", role: "listbox", "aria-label": t("Activations") });
  const parameters = h("div", { class: "entry-parameters" });
  const all = h("input", { type: "checkbox" });
  const use = h("button", { type: "submit", class: "button primary", "data-act": "use" }, t("Use it"));

  async function look() {
    const mine = ++asked;
    try {
      const told = await playground.request("curve", { activation: chosen });
      if (mine !== asked) return;
      usable = true;
      field.removeAttribute("aria-invalid");
      trouble.hidden = true;
      picture.replaceChildren(curvePicture(told, { curve: t("the function"), slope: t("its derivative") }), legend(t));
      words.replaceChildren(...wordsOf(told, t));
    } catch (error) {
      if (mine !== asked) return;
      usable = false;
      field.setAttribute("aria-invalid", "true");
      trouble.textContent = /** @type {Error} */ (error).message;
      trouble.hidden = false;
    }
    use.disabled = !usable;
  }
  const lookSoon = debounced(look, TYPING);

  function pick(/** @type {any} */ entry) {
    chosen = entry.name;
    field.value = entry.name;
    showParameters();
    mark();
    look();
  }
  field.addEventListener("input", () => {
    chosen = field.value.trim();
    fill();
    showParameters();
    lookSoon();
  });

  /** The entry that is chosen, if it is one of the catalog. */
  const entry = () => {
    const name = nameOf(chosen);
    return store.state.catalog.activations.find((/** @type {any} */ one) => one.name === name || one.synonyms.includes(name));
  };

  function fill() {
    const wanted = field.value.trim().toLowerCase();
    const entries = store.state.catalog.activations;
    const fits = (/** @type {any} */ one) => [one.name, ...one.synonyms].some((name) => name.replaceAll("_", " ").includes(wanted.replaceAll("_", " ")));
    const found = entries.filter(fits);
    // A formula, or the name that stood there from the beginning, narrows nothing.
    const shown = found.length && wanted !== nameOf(before) ? found : entries;
    const groups = new Map();
    for (const one of shown) groups.set(one.family ?? "", [...(groups.get(one.family ?? "") ?? []), one]);
    list.replaceChildren(
      ...[...groups].map(([family, members]) =>
        h("div", { role: "group", "aria-label": family, class: "family" }, h("h3", {}, family), h("div", { class: "names" }, ...members.map(option))),
      ),
    );
    mark();
  }
  function option(/** @type {any} */ one) {
    return h("button", { type: "button", role: "option", class: "entry", "data-name": one.name, title: [one.formula, one.use].filter(Boolean).join("\n"), onclick: () => pick(one), ondblclick: apply }, one.name.replaceAll("_", " "));
  }
  function mark() {
    const name = entry()?.name;
    for (const button of list.querySelectorAll(".entry")) button.setAttribute("aria-selected", String(button.dataset.name === name));
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const buttons = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".entry")]);
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (!step || at < 0) return;
    event.preventDefault();
    buttons.at((at + step) % buttons.length)?.focus();
  });

  function showParameters() {
    const declared = entry()?.parameters ?? [];
    const values = typeof chosen === "object" ? (chosen.parameters ?? {}) : {};
    parameters.replaceChildren(
      ...declared.map((/** @type {any} */ one) => {
        const label = unique("parameter");
        const input = h("input", { id: label, type: "text", inputmode: "decimal", class: "number", value: String(Number((values[one.name] ?? one.default).toPrecision(4))) });
        input.addEventListener("input", () => {
          const value = Number(input.value);
          const others = typeof chosen === "object" ? chosen.parameters : {};
          chosen = { name: entry()?.name, parameters: { ...others, [one.name]: input.value.trim() && Number.isFinite(value) ? value : input.value } };
          lookSoon();
        });
        return h("div", { class: "field" }, h("label", { for: label }, one.learned ? t("{name}, learned from", { name: one.name }) : one.name), input);
      }),
    );
  }

  async function apply() {
    await look();
    if (!usable) {
      field.focus();
      return;
    }
    const { activation, dropout } = model();
    const share = Number(dropped.value);
    const everywhere = all.checked;
    const change = {
      activation: activation.map((/** @type {any} */ now, /** @type {number} */ i) => (everywhere || i === layer ? chosen : now)),
      dropout: dropout.map((/** @type {number} */ now, /** @type {number} */ i) => (i === layer || (everywhere && share !== dropout[layer]) ? share : now)),
    };
    try {
      await playground.change({ model: change });
      dialog.close();
    } catch (error) {
      trouble.textContent = /** @type {Error} */ (error).message;
      trouble.hidden = false;
    }
  }

  const dropId = unique("dropout");
  const dropped = h("input", { id: dropId, type: "text", inputmode: "decimal", class: "number", value: String(model().dropout[layer] ?? 0) });
  const form = h(
    "form",
    { class: "chooser", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), apply()) },
    h(
      "div",
      { class: "chooser-left" },
      h("label", { for: id, class: "formula-label" }, t("A name, or a formula of x")),
      field,
      trouble,
      list,
    ),
    h(
      "div",
      { class: "chooser-right" },
      picture,
      parameters,
      words,
    ),
    h(
      "div",
      { class: "chooser-foot" },
      h("div", { class: "field" }, h("label", { for: dropId, title: t("The share of units that are left out at random in each update") }, t("Dropout of this layer")), dropped),
      h("label", { class: "check" }, all, t("in all hidden layers")),
      use,
    ),
  );
  const dialog = openDialog(playground, { title: t("Activation of layer {n}", { n: layer + 1 }), class: "activation-dialog", content: [form] });
  fill();
  showParameters();
  look();
  field.focus();
  field.select();
}

/** @param {any} t */
function legend(t) {
  return h("p", { class: "curve-legend" }, h("span", { class: "key value" }), t("the function"), h("span", { class: "key slope" }), t("its derivative"));
}

/** @param {any} told @param {any} t */
function wordsOf(told, t) {
  const facts = (told.facts ?? []).map(([label, text]) => [h("dt", {}, label), h("dd", {}, text)]).flat();
  return [
    h("p", { class: "formulas" }, h("code", {}, `f(x) = ${told.formula}`), h("code", {}, `f′(x) = ${told.derivative}`)),
    ...(told.trouble ?? []).map((/** @type {string} */ text) => h("p", { class: "warning" }, text)),
    ...(told.remarks?.length ? [h("p", { class: "soft" }, told.remarks.join(" · "))] : []),
    ...(facts.length ? [h("details", {}, h("summary", {}, t("Its properties")), h("dl", { class: "facts" }, ...facts))] : []),
  ];
}
