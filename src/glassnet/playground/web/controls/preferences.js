// Language and theme: kept for the next visit.

import { keep } from "../words.js";
import { h, icon, iconButton } from "./elements.js";
import { address } from "./address.js";

const LANGUAGES = { en: "English", zh: "中文" }; // each in its own words

/** @param {any} playground */
export function languageChoice(playground) {
  const { store, t } = playground;
  const choice = h(
    "select",
    { class: "language", "aria-label": t("Language"), onchange: () => speak(choice.value) },
    ...Object.entries(LANGUAGES).map(([value, text]) => h("option", { value, lang: value }, text)),
  );
  choice.value = store.state.lang;

  // All texts change, those of the server too: the page opens anew in the same state.
  function speak(/** @type {string} */ language) {
    keep("lang", language);
    const next = new URL(address(playground));
    next.searchParams.set("lang", language);
    history.replaceState(null, "", next);
    location.reload();
  }
  return choice;
}

/** @param {any} playground */
export function themeButton({ t }) {
  const root = document.documentElement;
  const button = iconButton("moon", "", toggle, { "data-act": "theme" });
  const show = () => {
    const dark = root.dataset.theme === "dark";
    const label = dark ? t("Light colors") : t("Dark colors");
    button.replaceChildren(icon(dark ? "sun" : "moon"));
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  function toggle() {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    keep("theme", root.dataset.theme);
  }
  new MutationObserver(show).observe(root, { attributeFilter: ["data-theme"] });
  show();
  return button;
}
