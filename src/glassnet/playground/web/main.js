// Puts the page together: the store, the line to the server, and every module in the element that waits for it.

import { chooseActivation } from "./controls/activation.js";
import { Connection } from "./connection.js";
import * as format from "./format.js";
import { receiver } from "./receive.js";
import { merged } from "./setups.js";
import { restored } from "./share.js";
import { createStore } from "./store.js";
import { kept, speak, t } from "./words.js";

// Modules by the element that they are mounted in. A module exports `mount(element, playground)`.
const MODULES = {
  bar: "./controls/bar.js",
  notices: "./controls/notices.js",
  network: "./picture/network.js",
  plane: "./picture/plane.js",
  data: "./controls/data.js",
  training: "./controls/training.js",
  choices: "./controls/choices.js",
  losses: "./picture/losses.js",
  layers: "./picture/layers.js",
  explain: "./explain/explain.js",
  findings: "./findings/findings.js",
  lessons: "./lessons/lessons.js",
};

const opened = restored(location.hash);

function preferredLanguage() {
  // What the command was told counts more than what an earlier visit chose.
  const asked = new URLSearchParams(location.search).get("lang") ?? document.documentElement.dataset.lang ?? kept("lang");
  const wanted = asked || navigator.language || "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

const store = createStore({
  connected: false,
  mounted: false, // whether every module stands in its element
  lang: preferredLanguage(),
  catalog: null,
  sets: [],
  limits: {},
  tables: [],
  defaults: null,
  session: null,
  setup: null,
  described: null,
  runs: { main: { described: null, data: null, frame: null, curves: null }, beside: null },
  playing: false,
  pace: kept("pace") === "slow" ? "slow" : "full",
  selected: null,
  hovered: null,
  drawing: null,
  findings: { main: [], beside: [] },
  lesson: opened.lesson,
  stopped: null,
  refused: null, // the last change that the server would not take: {text, where}
  goodbye: null,
  notice: null,
});

const receive = receiver(store);
const connection = new Connection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`, {
  opened: greet,
  closed: () => store.update({ connected: false, playing: false }),
  message: receive.heard,
});

let wanted = null; // the set-up asked for last, while its answer is under way

async function request(type, fields = {}) {
  const answer = await connection.request(type, fields);
  receive.answered(type, fields, answer);
  return answer;
}

/** What modules are mounted with; tests reach for it, too. */
export const playground = {
  store,
  t,
  format,
  request,
  send: (type, fields) => connection.send(type, fields),
  connectAgain: () => connection.open(),
  chooseActivation: (layer) => chooseActivation(playground, layer),

  /**
   * Changes the set-up of the main run, which starts anew; a refused change leaves all as it was. A run that trained to
   * its end trains again: at full speed it is there before anybody could change a thing.
   *
   * @param {{data?: Object, model?: Object}} patch
   * @returns {Promise<Object>} The answer; fails with the server's words, and `where` they belong.
   */
  change(patch) {
    const ended = ["finished", "diverged"].includes(store.state.runs.main.frame?.state);
    const changed = set(merged(wanted ?? store.state.setup, patch));
    changed
      .then(() => ended && connection.send("play", { pace: store.state.pace }))
      .catch(() => {}); // whoever does not look at the outcome is told by the notice
    return changed;
  },
};

async function set(setup) {
  wanted = setup;
  try {
    const answer = await request("set", { setup, run: "main" });
    store.update({ refused: null });
    return answer;
  } catch (error) {
    store.update({ refused: { text: error.message, where: error.where ?? "" } });
    throw error;
  } finally {
    if (wanted === setup) wanted = null;
  }
}

async function greet() {
  const { state } = store;
  const again = state.setup !== null;
  const setup = again ? state.setup : opened.setup;
  const epoch = again ? (state.runs.main.frame?.epoch ?? 0) : opened.epoch;
  try {
    await hello(setup);
  } catch (error) {
    // A link that the server refuses opens with the default, and says why.
    if (!setup) throw error;
    store.update({ notice: { kind: "bad", text: t("This link could not be opened: {why}", { why: error.message }) } });
    await hello(null);
    return;
  }
  if (epoch > 0) await request("go_to", { epoch });
}

async function hello(setup) {
  const answer = await connection.request("hello", { lang: store.state.lang, ...(setup ? { setup } : {}) });
  const { catalog, sets, limits, tables, session } = answer;
  const { beside: _ended, ...runs } = store.state.runs;
  store.update({
    connected: true, catalog, sets, limits, tables, session, runs: { ...runs, beside: null },
    defaults: answer.defaults ?? answer.default, goodbye: null,
  });
  receive.answered("hello", {}, answer);
}

async function mountAll() {
  await speak(store.state.lang);
  document.title = t("glassnet playground");
  const mounting = Object.entries(MODULES).map(([id, path]) => {
    const element = document.getElementById(id);
    return import(path)
      .then((module) => module.mount(element, playground))
      .catch((error) => {
        element.remove();
        console.error(path, error);
      });
  });
  await Promise.all(mounting);
  store.update({ mounted: true });
}

mountAll();
