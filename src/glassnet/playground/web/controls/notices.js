// What the whole page has to say: a lost connection, a refused change, a copied link, a run that has stopped.

import { h, iconButton } from "./elements.js";

const STAY = 7000; // milliseconds that a message stays which asks for nothing

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const { store, t } = playground;
  const banner = h("div", { class: "banner", role: "status", hidden: true });
  const toasts = h("div", { class: "toasts", "aria-live": "polite" });
  root.replaceChildren(banner, toasts);

  let lost = 0;
  const connection = (/** @type {any} */ state) => `${state.connected} ${state.goodbye ?? ""}`;
  store.subscribe(connection, (/** @type {string} */ _, /** @type {any} */ state) => {
    clearTimeout(lost);
    banner.hidden = true;
    if (state.connected) return;
    // A moment without connection, as when the page opens, is nothing to tell.
    lost = setTimeout(() => show(state), state.goodbye ? 0 : 1200);
  });
  function show(/** @type {any} */ state) {
    const again = h("button", { type: "button", class: "button", onclick: () => playground.connectAgain() }, t("Connect again"));
    banner.replaceChildren(
      h("span", {}, state.goodbye ?? t("No connection to glassnet. Is `glassnet playground` still running? Trying again …")),
      ...(state.goodbye ? [again] : []),
    );
    banner.hidden = false;
  }

  store.subscribe((/** @type {any} */ state) => state.notice, (/** @type {any} */ notice) => {
    if (notice) toast(notice.kind, notice.text);
  });
  // A refusal that no control shows is shown here.
  store.subscribe((/** @type {any} */ state) => state.refused, (/** @type {any} */ refused) => {
    if (!refused) return;
    setTimeout(() => {
      if (!document.querySelector(".field-error:not([hidden])")) toast("bad", refused.text);
    });
  });
  store.subscribe((/** @type {any} */ state) => state.stopped, (/** @type {any} */ stopped) => {
    if (stopped?.text && stopped.state === "diverged") toast("bad", stopped.text); // where all went well, the bar says so
  });

  function toast(/** @type {string} */ kind, /** @type {string} */ text) {
    toasts.replaceChildren(); // the newest is what counts
    const node = h("div", { class: `toast ${kind}` }, h("span", {}, text), iconButton("close", t("Close"), () => node.remove()));
    toasts.append(node);
    setTimeout(() => node.remove(), kind === "bad" ? 2 * STAY : STAY);
  }
}
