// The page's address follows its state, so that a reload, a bookmark and a shared link lead back to it.

import { fragment } from "../share.js";
import { debounced } from "./elements.js";

/**
 * The address that leads to what is shown now.
 *
 * @param {any} playground
 * @param {{language?: boolean}} choice Whether the language goes along: not into links for others.
 */
export function address({ store }, { language = true } = {}) {
  const { setup, defaults, runs, lesson } = store.state;
  const url = new URL(location.href);
  if (!language) url.searchParams.delete("lang");
  if (setup) url.hash = fragment({ setup, defaults, epoch: runs.main.frame?.epoch ?? 0, lesson });
  return url.href.replace(/#$/, "");
}

/** @param {any} playground */
export function followAddress(playground) {
  const { store } = playground;
  const write = debounced(() => {
    if (!store.state.playing) history.replaceState(null, "", address(playground));
  }, 400);
  for (const part of ["setup", "playing", "lesson"]) store.subscribe((/** @type {any} */ state) => state[part], write);
  store.subscribe((/** @type {any} */ state) => (state.playing ? null : state.runs.main.frame?.epoch), write);
  // A link pasted into the address of an open page is opened like any other.
  addEventListener("hashchange", () => location.reload());
}
