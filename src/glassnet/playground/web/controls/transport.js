// Restart, a step back, play or pause, a step on; and the pace.

import { keep } from "../words.js";
import { h, icon, iconButton } from "./elements.js";

/**
 * What the buttons and the keys do.
 *
 * @param {any} playground
 */
export function acts(playground) {
  const { store, send, request } = playground;
  const quietly = (promise) => promise.catch((/** @type {Error} */ error) => store.update({ notice: { kind: "bad", text: error.message } }));
  const done = () => {
    const { frame } = store.state.runs.main;
    return frame?.state === "finished" || frame?.state === "diverged";
  };
  return {
    async toggle() {
      if (!store.state.connected) return;
      if (store.state.playing) {
        store.update({ playing: false });
        send("pause");
        return;
      }
      // A run at its end starts over: pressing play should never do nothing.
      if (done()) await quietly(request("go_to", { epoch: 0 }));
      store.update({ playing: true, stopped: null });
      send("play", { pace: store.state.pace });
    },
    step: (/** @type {number} */ epochs) => quietly(request("step", { epochs })),
    goTo: (/** @type {number} */ epoch) => quietly(request("go_to", { epoch })),
    setPace(/** @type {"slow" | "full"} */ pace) {
      store.update({ pace });
      keep("pace", pace);
      if (store.state.playing) send("play", { pace });
    },
  };
}

/** @param {any} playground */
export function transport(playground) {
  const { store, t } = playground;
  const act = acts(playground);
  const restart = iconButton("restart", t("Back to the start (Home)"), () => act.goTo(0), { "data-act": "restart" });
  const back = iconButton("back", t("One epoch back (left arrow)"), () => act.step(-1), { "data-act": "back" });
  const forward = iconButton("forward", t("One epoch on (right arrow)"), () => act.step(1), { "data-act": "forward" });
  const play = h("button", { type: "button", class: "play", "data-act": "play", onclick: act.toggle });
  store.subscribe(
    (/** @type {any} */ state) => state.playing,
    (/** @type {boolean} */ playing) => {
      const label = playing ? t("Pause (space)") : t("Train (space)");
      play.replaceChildren(icon(playing ? "pause" : "play"));
      play.setAttribute("aria-label", label);
      play.title = label;
      play.classList.toggle("playing", playing);
    },
  );
  const able = (/** @type {any} */ state) => `${state.connected} ${(state.runs.main.frame?.epoch ?? 0) > 0} ${state.runs.main.frame?.state}`;
  store.subscribe(able, (/** @type {string} */ _, /** @type {any} */ state) => {
    const started = (state.runs.main.frame?.epoch ?? 0) > 0;
    const ended = ["finished", "diverged"].includes(state.runs.main.frame?.state);
    play.disabled = !state.connected;
    restart.disabled = back.disabled = !state.connected || !started;
    forward.disabled = !state.connected || ended;
  });
  return h("div", { class: "transport", role: "group", "aria-label": t("Training") }, restart, back, play, forward, paces(playground, act));
}

/** @param {any} playground @param {ReturnType<typeof acts>} act */
function paces(playground, act) {
  const { store, t } = playground;
  const choices = { slow: t("slow"), full: t("full speed") };
  const titles = { slow: t("Ten epochs a second"), full: t("As fast as this machine can") };
  const buttons = Object.entries(choices).map(([pace, text]) =>
    h("button", { type: "button", "data-pace": pace, title: titles[pace], onclick: () => act.setPace(/** @type {any} */ (pace)) }, text),
  );
  store.subscribe(
    (/** @type {any} */ state) => state.pace,
    (/** @type {string} */ pace) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.pace === pace))),
  );
  return h("span", { class: "segments", role: "group", "aria-label": t("Pace") }, ...buttons);
}
