// Set-ups as the page changes them: lists with an entry for each hidden layer follow the number of layers.

const PER_LAYER = { activation: "tanh", dropout: 0 };

/**
 * Merges a change into a set-up.
 *
 * @param {Object} setup In normal form.
 * @param {{data?: Object, model?: Object}} patch
 * @returns {Object} A new set-up.
 */
export function merged(setup, patch) {
  const data = { ...setup.data, ...patch.data };
  const model = { ...setup.model, ...patch.model };
  const sizes = model.hidden_layer_sizes;
  const n = Array.isArray(sizes) ? sizes.length : 1;
  for (const [name, first] of Object.entries(PER_LAYER)) {
    const list = model[name];
    if (Array.isArray(list) && list.length !== n) model[name] = Array.from({ length: n }, (_, i) => list[i] ?? list.at(-1) ?? first);
  }
  // Initializers may be listed for the hidden layers and the output.
  for (const name of ["initializer", "bias_initializer"]) {
    const list = model[name];
    if (Array.isArray(list) && list.length !== n + 1) {
      const inner = list.slice(0, -1);
      model[name] = [...Array.from({ length: n }, (_, i) => inner[i] ?? inner.at(-1) ?? list.at(-1)), list.at(-1)];
    }
  }
  return { data, model };
}
