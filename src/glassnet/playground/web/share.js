// The set-up in the page's address, after "#": only what differs from the default, readable.
//
//     #data.name=xor&model.hidden_layer_sizes=4,4&model.activation=relu,relu&epoch=120&lesson=depth/2

const PLAIN = /^[\w.+-]+$/;
const KEPT = { "%2C": ",", "%3A": ":", "%2F": "/", "%24": "$", "%3B": ";", "%40": "@" };

const escaped = (text) => encodeURIComponent(text).replace(/%2C|%3A|%2F|%24|%3B|%40/g, (code) => KEPT[code]);

function written(value) {
  if (Array.isArray(value) && value.length > 1 && value.every((entry) => PLAIN.test(String(entry)))) return value.join(",");
  if (typeof value === "string" && PLAIN.test(value) && !isJson(value)) return value;
  return escaped(JSON.stringify(value));
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const one = (text) => (isJson(text) ? JSON.parse(text) : text);

function read(text) {
  if (isJson(text)) return JSON.parse(text);
  const parts = text.split(",");
  return parts.length > 1 && parts.every((part) => PLAIN.test(part)) ? parts.map(one) : text;
}

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

/**
 * What follows "#" in an address that leads to this state.
 *
 * @param {{setup: Object, defaults: Object, epoch: number, lesson: ?{name: string, step: number}}} state
 * @returns {string}
 */
export function fragment({ setup, defaults, epoch, lesson }) {
  const parts = [];
  for (const part of ["data", "model"]) {
    for (const [name, value] of Object.entries(setup[part])) {
      if (same(value, defaults?.[part]?.[name])) continue;
      const rounded = name === "points" ? value.map((point) => point.map((number) => Number(number.toPrecision(4)))) : value;
      parts.push(`${part}.${name}=${written(rounded)}`);
    }
  }
  if (epoch > 0) parts.push(`epoch=${epoch}`);
  if (lesson) parts.push(`lesson=${escaped(lesson.name)}/${lesson.step}`);
  return parts.join("&");
}

/**
 * Reads what `fragment` wrote. What is no part of a set-up is left out; whether the values make sense, the server says.
 *
 * @param {string} text With or without "#".
 * @returns {{setup: ?Object, epoch: number, lesson: ?{name: string, step: number}}} `setup` is null where nothing is said.
 */
export function restored(text) {
  const found = { setup: null, epoch: 0, lesson: null };
  for (const pair of text.replace(/^#/, "").split("&")) {
    const at = pair.indexOf("=");
    if (at < 1) continue;
    const [key, value] = [pair.slice(0, at), decoded(pair.slice(at + 1))];
    const [part, name] = key.split(".");
    if (key === "epoch") found.epoch = Math.max(0, Math.min(1e6, Math.trunc(Number(value)) || 0));
    else if (key === "lesson") {
      const [lesson, step] = value.split("/");
      found.lesson = { name: lesson, step: Math.max(0, Math.trunc(Number(step)) || 0) };
    } else if ((part === "data" || part === "model") && /^\w+$/.test(name ?? "")) {
      found.setup ??= { data: {}, model: {} };
      found.setup[part][name] = read(value);
    }
  }
  return found;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
