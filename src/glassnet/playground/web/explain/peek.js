// @ts-check
// A line at the lower edge of the window while something is selected whose explanation is out of sight.

import { button, el } from "./dom.js";

/**
 * @param {HTMLElement} panel
 * @param {any} playground
 */
export function peekAt(panel, playground) {
  const { store, t } = playground;
  const text = el("span", {});
  const show = button(t("Show"), () => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    panel.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    panel.querySelector("h2")?.focus({ preventScroll: true });
  }, { class: "explain-button" });
  const close = button("×", () => store.update({ selected: null }), { class: "explain-close", "aria-label": t("Close the explanation") });
  const line = el("div", { class: "explain-peek", hidden: true, role: "region", "aria-label": t("what is selected") }, text, show, close);
  document.body.append(line);

  let inSight = true;
  let told = "";
  const decide = () => {
    line.hidden = inSight || !told;
  };
  new IntersectionObserver(
    (entries) => {
      inSight = entries[entries.length - 1].isIntersecting;
      decide();
    },
    { rootMargin: "-60px 0px -25% 0px" },
  ).observe(panel);

  return {
    /** @param {string} what empty where nothing is selected */
    tell(what) {
      told = what;
      if (text.textContent !== what) text.textContent = what;
      show.textContent = t("Show");
      decide();
    },
  };
}
