// Puts the page together: the store, the line to the server, and every module in the element that waits for it.

import { Connection } from "./connection.js";
import * as format from "./format.js";
import { createStore } from "./store.js";
import { speak, t } from "./words.js";

// Modules by the element that they are mounted in. A module exports `mount(element, playground)`.
const MODULES = {
  network: "./picture/network.js",
  plane: "./picture/plane.js",
  losses: "./picture/losses.js",
  layers: "./picture/layers.js",
  explain: "./explain/explain.js",
  findings: "./findings/findings.js",
  lessons: "./lessons/lessons.js",
};

function preferredLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? document.documentElement.dataset.lang;
  const wanted = asked || navigator.language || "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

const run = { described: null, data: null, frame: null, curves: null };

const store = createStore({
  connected: false,
  lang: preferredLanguage(),
  catalog: null,
  sets: [],
  limits: {},
  tables: [],
  setup: null,
  described: null,
  runs: { main: run, beside: null },
  playing: false,
  pace: "full",
  selected: null,
  hovered: null,
  findings: { main: [], beside: [] },
  lesson: null,
});

const connection = new Connection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`, {
  opened: greet,
  closed: () => store.update({ connected: false }),
  message: heard,
});

const playground = {
  store,
  t,
  format,
  send: (type, fields) => connection.send(type, fields),
  request: (type, fields) => connection.request(type, fields),
  async change(patch) {
    const { setup } = store.state;
    const wanted = { data: { ...setup.data, ...patch.data }, model: { ...setup.model, ...patch.model } };
    taken(await connection.request("set", { setup: wanted, run: "main" }));
  },
};

async function greet() {
  const setup = store.state.setup ?? undefined;
  const answer = await connection.request("hello", { lang: store.state.lang, setup });
  const { catalog, sets, limits, tables } = answer;
  store.update({ connected: true, catalog, sets, limits, tables });
  taken(answer);
}

function taken(answer) {
  if (!answer.setup) return;
  changeRun(answer.run ?? "main", { described: answer });
  store.update({ setup: answer.setup, described: answer });
}

function changeRun(name, patch) {
  const { runs } = store.state;
  store.update({ runs: { ...runs, [name]: { ...(runs[name] ?? run), ...patch } } });
}

// Curves grow with each frame; a frame that is "whole" replaces them.
function grown(curves, frame) {
  const columns = frame.curves;
  if (!columns) return curves;
  if (frame.whole || !curves) return columns;
  const joined = new Float32Array(curves.length + columns.length);
  joined.set(curves);
  joined.set(columns, curves.length);
  return Object.assign(joined, { shape: [joined.length / 4, 4] });
}

function heard(message) {
  if (message.kind === "data") changeRun(message.run, { data: message });
  else if (message.kind === "frame") {
    const curves = grown(store.state.runs[message.run]?.curves, message);
    changeRun(message.run, { frame: message, curves });
    if (message.run === "main") store.update({ playing: message.state === "playing" });
  } else if (message.type === "findings") {
    store.update({ findings: { ...store.state.findings, [message.run]: message.findings } });
  } else if (message.type === "error") store.update({ error: message.error });
}

async function mountAll() {
  await speak(store.state.lang);
  for (const [id, path] of Object.entries(MODULES)) {
    const element = document.getElementById(id);
    if (element) import(path).then((module) => module.mount(element, playground), () => element.remove());
  }
}

mountAll();
