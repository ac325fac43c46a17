// The bar at the top: transport, rewind, pace, epoch and scores; language, theme, share, export, help.

import { h } from "./elements.js";
import { followAddress } from "./address.js";
import { exportMenu } from "./exporting.js";
import { listenToKeys } from "./keys.js";
import { languageChoice, themeButton } from "./preferences.js";
import { rewind } from "./rewind.js";
import { scores } from "./scores.js";
import { shareButton } from "./sharing.js";
import { transport } from "./transport.js";

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const { t } = playground;
  const keys = listenToKeys(playground);
  root.replaceChildren(
    h("a", { href: "#network", class: "skip", onclick: skip }, t("Skip to the network")),
    h("h1", { class: "brand" }, h("span", {}, "glassnet"), h("small", {}, t("playground"))),
    transport(playground),
    rewind(playground),
    scores(playground),
    h(
      "div",
      { class: "bar-tools", role: "group", "aria-label": t("Page") },
      shareButton(playground),
      exportMenu(playground),
      languageChoice(playground),
      themeButton(playground),
      keys.button,
    ),
  );
  followAddress(playground);
}

/** @param {MouseEvent} event */
function skip(event) {
  event.preventDefault();
  const target = document.getElementById("network");
  target?.scrollIntoView();
  const first = /** @type {HTMLElement | null} */ (target?.querySelector("button, input, [tabindex]"));
  first?.focus();
}
