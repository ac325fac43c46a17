// @ts-check
/** What the pictures ask of a run (see `store.state.runs`): its arrays, layers and classes. */

/**
 * An array of a frame or of the data, by name; undefined where it did not come.
 * @param {any} message @param {string} name
 */
export function arrayOf(message, name) {
  return message?.arrays?.[name] ?? message?.[name];
}

/** Layers from the first hidden one to the output: {units, activation, formula, kind}. @param {any} run @returns {any[]} */
export function layersOf(run) {
  return run?.described?.network?.layers ?? [];
}

/** The names of the classes, or null when numbers are predicted. @param {any} run @returns {string[] | null} */
export function classesOf(run) {
  return run?.described?.task === "classification" ? (run.described.class_names ?? []) : null;
}

/** The number of classes. @param {any} run */
export function classCount(run) {
  return classesOf(run)?.length ?? 0;
}

/** The shape of the graph. @param {any} run */
export function shapeOf(run) {
  const layers = layersOf(run);
  return {
    inputs: run.described.network.n_inputs,
    hidden: layers.slice(0, -1).map((layer) => layer.units),
    outputs: layers.at(-1)?.units ?? 1,
    images: Boolean(run.described.images),
  };
}

/** The number of a hidden unit in arrays over all of them. @param {any} run @param {number} layer 1 … @param {number} unit */
export function indexOf(run, layer, unit) {
  const layers = layersOf(run);
  let at = unit;
  for (let i = 0; i < layer - 1; i++) at += layers[i].units;
  return at;
}

/** Whether the frame belongs to the network that is described: after a change the two come one after the other. @param {any} run */
export function agrees(run) {
  if (!run?.frame) return false;
  const layers = layersOf(run);
  let inputs = run.described.network.n_inputs;
  return layers.every((layer, i) => {
    const weights = arrayOf(run.frame, `weights${i}`);
    const fits = Boolean(weights) && weights.shape[0] === inputs && weights.shape[1] % layer.units === 0;
    inputs = layer.units;
    return fits;
  });
}

/**
 * The runs that are shown, in order.
 * @param {any} state @returns {{name: "main" | "beside", run: any}[]}
 */
export function shownRuns(state) {
  const result = /** @type {{name: "main" | "beside", run: any}[]} */ ([]);
  for (const name of /** @type {("main" | "beside")[]} */ (["main", "beside"])) {
    const run = state.runs?.[name];
    if (run?.described) result.push({name, run});
  }
  return result;
}

/** How a column of the data is called: a name of the table, or x₁, x₂ … @param {any} run @param {number} index */
export function columnName(run, index) {
  const name = run?.described?.column_names?.[index];
  if (name && !/^x_?\d+$/.test(name)) return name;
  return `x${String(index + 1).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)])}`;
}

/**
 * What a hidden unit answers over the box, or null where the frame doesn't hold it.
 * @param {any} run @param {number} layer 1 … @param {number} unit
 */
export function unitField(run, layer, unit) {
  const [units, ranges] = [arrayOf(run?.frame, "units"), arrayOf(run?.frame, "unit_range")];
  const layers = layersOf(run);
  if (!units || !ranges || layer >= layers.length || run.described.images) return null;
  const at = indexOf(run, layer, unit);
  if (at >= units.shape[0]) return null;
  const [, rows, columns] = units.shape;
  const [low, high] = [ranges[2 * at], ranges[2 * at + 1]];
  const start = at * rows * columns;
  const field = Float32Array.from(units.subarray(start, start + rows * columns), (byte) => low + ((high - low) * byte) / 255);
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return {field, rows, columns, low: -most, high: most};
}

/** The rows of a run's curves: epoch, loss, test loss, test score. @param {any} curves @returns {{values: ArrayLike<number>, n: number}} */
export function curveRows(curves) {
  if (!curves) return {values: [], n: 0};
  if ("n" in curves) return {values: curves.values, n: curves.n};
  return {values: curves, n: Math.floor(curves.length / 4)};
}
