// @ts-check
// What conditions of lessons can ask, read from the latest frame of a run. The names are those of READINGS in
// `lessons/lesson.py`, which says what each means; a test compares both lists.

// Columns of `layer_statistics`, as engine/trace.py orders them.
const GRADIENT_NORM = 4;
const WEIGHT_NORM = 5;

// Columns of `unit_facts`.
const ACTIVE = 0;
const SATURATED = 1;
const DEVIATION = 3;

/**
 * Hidden layers as [first unit, one past the last] among all hidden units.
 * @param {any} described
 * @returns {number[][]}
 */
function hiddenLayers(described) {
  let first = 0;
  return described.network.layers
    .filter((/** @type {any} */ layer) => layer.kind === "hidden")
    .map((/** @type {any} */ layer) => {
      const range = [first, first + layer.units];
      first = range[1];
      return range;
    });
}

/**
 * Mean of one column of `unit_facts` over each hidden layer.
 * @param {any} run
 * @param {number} column
 * @returns {number[]}
 */
function byLayer(run, column) {
  const facts = run.frame.unit_facts;
  const width = facts.shape[1];
  return hiddenLayers(run.described).map(([from, to]) => {
    let sum = 0;
    for (let unit = from; unit < to; unit += 1) sum += facts[unit * width + column];
    return sum / (to - from);
  });
}

/**
 * One column of `layer_statistics`, the output layer last.
 * @param {any} run
 * @param {number} column
 * @returns {number[]}
 */
function statistic(run, column) {
  const table = run.frame.layer_statistics;
  const [rows, width] = table.shape;
  return Array.from({ length: rows }, (_, row) => table[row * width + column]);
}

/**
 * The last entry, or null of an empty list.
 * @param {number[]} values
 * @returns {number | null}
 */
const last = (values) => (values.length ? values[values.length - 1] : null);

/** @param {any} run */
const deadUnits = (run) => run.frame.dead.reduce((/** @type {number} */ n, /** @type {any[]} */ units) => n + units.length, 0);

/** @param {any} run */
const hiddenUnits = (run) => last(hiddenLayers(run.described).map(([, to]) => to)) ?? 0;

/**
 * The largest difference between the weights that two units of the first layer have for the same input.
 * @param {any} run
 */
function unlike(run) {
  const weights = run.frame.weights0;
  const [inputs, columns] = weights.shape;
  let largest = 0;
  for (let input = 0; input < inputs; input += 1) {
    const row = weights.subarray(input * columns, (input + 1) * columns);
    largest = Math.max(largest, Math.max(...row) - Math.min(...row));
  }
  return largest;
}

/** @type {Record<string, (run: any, state: any) => number | boolean | null>} */
export const readings = {
  epoch: (run) => run.frame.epoch,
  loss: (run) => run.frame.loss,
  score: (run) => run.frame.score,
  test_score: (run) => run.frame.test_score,
  gap: (run) => run.frame.score - run.frame.test_score,
  loss_gap: (run) => run.frame.test_loss - run.frame.loss,
  dead_units: (run) => deadUnits(run),
  dead_share: (run) => deadUnits(run) / Math.max(1, hiddenUnits(run)),
  saturated: (run) => Math.max(0, ...byLayer(run, SATURATED)),
  gradient_ratio: (run) => {
    const norms = statistic(run, GRADIENT_NORM);
    return norms.length > 1 ? norms[norms.length - 2] / norms[0] : null;
  },
  weights: (run) => Math.hypot(...statistic(run, WEIGHT_NORM)),
  last_spread: (run) => last(byLayer(run, DEVIATION)),
  unlike: (run) => unlike(run),
  active: (run) => {
    const facts = run.frame.unit_facts;
    const [units, width] = facts.shape;
    let sum = 0;
    for (let unit = 0; unit < units; unit += 1) sum += facts[unit * width + ACTIVE];
    return units ? sum / units : null;
  },
  parameters: (run) => run.described.network.n_parameters,
  output: (run) => run.described.network.layers.at(-1).activation,
  point: (run, state) => state.selected?.kind === "point",
  unit: (run, state) => state.selected?.kind === "unit" || state.hovered?.kind === "unit",
};

/**
 * What stands at a place of the set-up: "model.activation.0".
 * @param {any} setup
 * @param {string} place
 */
export function placed(setup, place) {
  return place.split(".").reduce((value, key) => value?.[key], setup);
}
