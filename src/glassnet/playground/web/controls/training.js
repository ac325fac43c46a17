// The panel of the network and its training: how weights begin, the solver and its rate, what holds weights small, the loss.

import { classWeights } from "./class_weights.js";
import { h, iconButton } from "./elements.js";
import { checkField, decades, errorLine, numberField, selectField } from "./fields.js";
import { folding, more } from "./folding.js";

const RATES = decades(-5, 1, [1, 3]);
const STRENGTHS = [0, ...decades(-5, 1, [1, 3])];
const SHARES = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const CLOSE_TO_ONE = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
const EPOCHS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const { store, t } = playground;
  const named = (/** @type {string} */ list) => (/** @type {any} */ { catalog }) =>
    catalog[list].map((/** @type {any} */ entry) => ({ value: entry.name, text: words(t)[entry.name] ?? readable(entry.name), title: told(entry) }));
  const one = (/** @type {any} */ value) => (Array.isArray(value) ? value.at(-1) : value);
  const model = (/** @type {any} */ state) => state.setup.model;
  const gradients = (/** @type {any} */ state) => model(state).solver !== "lbfgs";
  const classes = (/** @type {any} */ state) => state.described?.task === "classification";

  const seed = numberField(playground, { where: "model.random_state", label: t("Seed of the weights"), whole: true, hint: t("The same seed gives the same run, to the bit") });
  seed.querySelector(".alone")?.prepend(
    iconButton("dice", t("Begin with other weights"), () => playground.change({ model: { random_state: (model(store.state).random_state + 1) % 2 ** 32 } }), { class: "small" }),
  );

  folding(root, "training", t("Training"), [], [
    errorLine(playground, (place) => place === "" || place === "model"),
    selectField(playground, { where: "model.solver", label: t("Solver"), options: named("solvers") }),
    numberField(playground, { where: "model.learning_rate_init", label: t("Learning rate"), stops: RATES, shown: gradients, hint: t("How far each update goes") }),
    selectField(playground, { where: "model.learning_rate", label: t("Schedule"), options: named("learning_rates"), shown: gradients, hint: t("How the learning rate changes over the epochs") }),
    selectField(playground, { where: "model.loss", label: t("Loss"), options: losses(t) }),
    numberField(playground, { where: "model.alpha", label: t("Penalty on weights"), stops: STRENGTHS, hint: t("alpha: added to the loss for large weights") }),
    numberField(playground, {
      where: "model.l1_ratio", label: t("L1 share, %"), stops: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], read: (share) => 100 * share,
      write: (percent) => (typeof percent === "number" ? percent / 100 : percent), shown: (state) => model(state).alpha > 0 || model(state).l1_ratio > 0,
      hint: t("0 is L2 (squares), 100 is L1 (sizes): L1 makes weights exactly zero"),
    }),
    selectField(playground, { where: "model.initializer", label: t("Weights begin"), options: named("initializers"), read: one }),
    numberField(playground, {
      where: "model.dropout", label: t("Dropout"), stops: SHARES, read: (list) => common(list), write: (share) => model(store.state).dropout.map(() => share),
      shown: (state) => model(state).hidden_layer_sizes.length > 0, hint: t("The share of units that are left out at random in each update"),
    }),
    more(
      t("Solver, in detail"), "solver",
      ...["momentum", "beta_1", "beta_2", "rho"].map((name) =>
        numberField(playground, { where: `model.${name}`, label: words(t)[name] ?? name, stops: CLOSE_TO_ONE, shown: has(name) }),
      ),
      checkField(playground, { where: "model.nesterovs_momentum", label: t("Nesterov's momentum"), shown: has("nesterovs_momentum") }),
      numberField(playground, { where: "model.weight_decay", label: t("Weight decay"), stops: STRENGTHS, shown: has("weight_decay") }),
      numberField(playground, { where: "model.epsilon", label: "ε", stops: decades(-10, -1, [1]), shown: has("epsilon") }),
      numberField(playground, { where: "model.power_t", label: t("Power of t"), stops: [0.1, 0.25, 0.5, 0.75, 1], shown: (state) => model(state).learning_rate === "invscaling" }),
      checkField(playground, { where: "model.shuffle", label: t("Shuffle the rows each epoch"), shown: gradients }),
      numberField(playground, { where: "model.max_iter", label: t("Epochs at most"), stops: EPOCHS, whole: true }),
    ),
    more(
      t("Network and loss, in detail"), "network",
      selectField(playground, { where: "model.bias_initializer", label: t("Biases begin"), options: named("initializers"), read: one }),
      selectField(playground, { where: "model.output_activation", label: t("Output"), options: named("output_activations") }),
      numberField(playground, { where: "model.label_smoothing", label: t("Label smoothing"), stops: [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3], shown: classes }),
      classWeights(playground, classes),
      seed,
    ),
    h("p", { class: "soft small count" }, parameters(playground)),
  ]);
}

/** Whether the solver in use has a parameter. @param {string} name */
function has(name) {
  return (/** @type {any} */ { catalog, setup }) =>
    Boolean(catalog?.solvers.find((/** @type {any} */ one) => one.name === setup.model.solver)?.hyperparameters.includes(name));
}

/** Losses that fit the task. @param {any} t */
function losses(t) {
  return (/** @type {any} */ { catalog, described }) => [
    { value: "auto", text: t("by the task") },
    ...catalog.losses
      .filter((/** @type {any} */ one) => !described || one.tasks.includes(described.task))
      .map((/** @type {any} */ one) => ({ value: one.name, text: readable(one.name), title: told(one) })),
  ];
}

/** A list's value, where all are alike. @param {any} list */
function common(list) {
  if (!Array.isArray(list)) return list;
  return list.every((value) => value === list[0]) ? (list[0] ?? 0) : null;
}

/** Names of the catalog are written as they are in Python, but for the underscores. @param {string} name */
const readable = (name) => name.replaceAll("_", " ");

/** What the catalog says about an entry. @param {any} entry */
export const told = (entry) => [entry.formula, entry.use, entry.good && `+ ${entry.good}`, entry.bad && `\u2212 ${entry.bad}`].filter(Boolean).join("\n");

/** Words where the bare name says too little. @param {any} t @returns {Record<string, string>} */
function words(t) {
  return { auto: t("automatic"), beta_1: "β₁", beta_2: "β₂", rho: "ρ", momentum: t("Momentum") };
}

/** @param {any} playground */
function parameters({ store, t, format }) {
  const text = h("span", {});
  store.subscribe((/** @type {any} */ state) => state.described, (/** @type {any} */ described) => {
    if (described) text.textContent = t("{n} weights and biases", { n: format.count(described.network.n_parameters) });
  });
  return text;
}
