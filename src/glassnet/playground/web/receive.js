// What the server tells, into the store: descriptions of runs, rows, frames, curves, findings.

const NOTHING = { described: null, data: null, frame: null, curves: null };
const COLUMNS = 4; // epoch, loss, test loss, test score

/**
 * Joins what a frame says about the curves to what is known: points from its `first_epoch` on are replaced.
 *
 * @param {?{n: number, values: Float32Array}} known
 * @param {Object} frame
 * @returns {{n: number, values: Float32Array}} The first 4·n numbers count; the buffer may be shared with `known`.
 */
export function joined(known, frame) {
  const added = frame.curves ?? new Float32Array(0);
  const before = frame.whole || !known ? 0 : pointsBefore(known, frame.first_epoch);
  const n = before + added.length / COLUMNS;
  let values = before ? known.values : new Float32Array(0);
  // Numbers that a picture may still read are written over only where they are replaced.
  if (values.length < COLUMNS * n || before < (known?.n ?? 0)) {
    const larger = new Float32Array(Math.max(COLUMNS * n * 2, 1024));
    larger.set(values.subarray(0, COLUMNS * before));
    values = larger;
  }
  values.set(added, COLUMNS * before);
  return { n, values };
}

function pointsBefore({ n, values }, epoch) {
  if (epoch === null || epoch === undefined) return n;
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[COLUMNS * middle] < epoch) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @param {ReturnType<import("./store.js").createStore>} store
 */
export function receiver(store) {
  function changeRun(name, patch) {
    const { runs } = store.state;
    return { runs: { ...runs, [name]: { ...(runs[name] ?? NOTHING), ...patch } } };
  }

  function framed(frame) {
    const known = store.state.runs[frame.run];
    if (frame.run === "beside" && !known) return; // a last frame of a comparison that has ended
    const patch = changeRun(frame.run, { frame, curves: joined(known?.curves, frame) });
    if (frame.run === "main") patch.playing = frame.state === "playing";
    if (frame.state === "playing" && store.state.stopped) patch.stopped = null;
    store.update(patch);
  }

  return {
    /** What came without having been asked for. */
    heard(message) {
      if (message.kind === "data") store.update(changeRun(message.run, { data: message, curves: null }));
      else if (message.kind === "frame") framed(message);
      else if (message.type === "findings") {
        store.update({ findings: { ...store.state.findings, [message.run]: message.findings } });
      } else if (message.type === "stopped") {
        const patch = { stopped: message };
        if (message.run === "main") patch.playing = false;
        store.update(patch);
      } else if (message.type === "goodbye") store.update({ goodbye: message.text });
      else if (message.type === "error") store.update({ notice: { kind: "bad", text: message.error } });
    },

    /** The answer to a request that changes which runs there are. */
    answered(type, fields, answer) {
      const { runs, findings, described } = store.state;
      if (type === "keep") {
        const kept = runs[fields.run] ?? runs.main;
        store.update({
          runs: { main: kept, beside: null },
          described: kept.described,
          setup: kept.described?.setup ?? store.state.setup,
          findings: { main: findings[fields.run] ?? [], beside: [] },
          selected: null,
        });
      } else if (answer.setup && answer.network) {
        const name = type === "beside" ? "beside" : (answer.run ?? fields.run ?? "main");
        // Rows whose targets are of another kind cannot be drawn by the new description; the new ones follow at once.
        const rows = sameTarget(runs[name]?.described, answer) ? {} : { data: null };
        const patch = changeRun(name, { described: answer, ...rows });
        patch.findings = { ...findings, [name]: [] };
        patch.stopped = null;
        if (name === "main") {
          Object.assign(patch, { setup: answer.setup, described: answer });
          if (!sameShape(described, answer)) Object.assign(patch, { selected: null, hovered: null });
        }
        store.update(patch);
      }
    },

    /** The state before anything was heard. */
    nothing: () => ({ main: NOTHING, beside: null }),
  };
}

function sameTarget(before, after) {
  return before?.task === after.task && before?.class_names?.length === after.class_names?.length;
}

// What was selected stays selected as long as it still exists.
function sameShape(before, after) {
  const shape = (described) =>
    described && JSON.stringify([described.network.n_inputs, described.network.layers.map((layer) => layer.units), described.column_names]);
  return shape(before) === shape(after);
}
