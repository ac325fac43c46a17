// The data panel: which set, how it is made, or whose it is.

import { columnChoice } from "./columns.js";
import { brush, startDrawing } from "./drawing.js";
import { h, iconButton } from "./elements.js";
import { errorLine, numberField, selectField } from "./fields.js";
import { folding } from "./folding.js";
import { setChooser } from "./thumbnails.js";
import { upload } from "./upload.js";

const ROWS = [20, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const NOISE = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
const SHARES = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95];

/** @param {HTMLElement} root @param {any} playground */
export function mount(root, playground) {
  const { store, t } = playground;
  const kind = (/** @type {any} */ state) => state.sets.find((/** @type {any} */ one) => one.name === state.setup.data.name)?.kind;
  const made = (/** @type {any} */ state) => ["made", "digits"].includes(kind(state));
  const brought = (/** @type {any} */ state) => ["table", "drawn"].includes(kind(state));
  const files = upload(playground, root);
  const title = h("span", { class: "panel-aside" });
  store.subscribe(
    (/** @type {any} */ state) => state.sets.find((/** @type {any} */ one) => one.name === state.setup?.data.name)?.title ?? "",
    (/** @type {string} */ text) => (title.textContent = text),
  );

  function chosen(/** @type {any} */ set) {
    if (set.kind === "drawn") return startDrawing(playground);
    store.update({ drawing: null });
    if (set.kind !== "table") return playground.change({ data: { name: set.name, task: "auto" } });
    // The table that was open last; else a file is asked for.
    const { tables, setup } = store.state;
    const table = tables.find((/** @type {any} */ one) => one.id === setup.data.table?.id) ?? tables.at(-1);
    if (!table) return files.ask();
    const known = table.id === setup.data.table?.id ? setup.data.table : { id: table.id, name: table.name, target: table.target ?? "" };
    return playground.change({ data: { name: "table", table: known } });
  }

  const seed = numberField(playground, { where: "data.seed", label: t("Seed of the data"), whole: true, shown: made, hint: t("The same seed makes the same rows") });
  seed.querySelector(".alone")?.prepend(
    iconButton("dice", t("Other rows of the same kind"), () => playground.change({ data: { seed: (store.state.setup.data.seed + 1) % 2 ** 32 } }), { class: "small" }),
  );

  folding(root, "data", t("Data"), [title], [
    setChooser(playground, chosen),
    brush(playground),
    files.node,
    columnChoice(playground),
    errorLine(playground, (place) => ["data", "data.name", "data.points", "data.table"].some((own) => place === own || place.startsWith("data.points["))),
    selectField(playground, {
      where: "data.task", label: t("Task"), shown: brought,
      options: () => [
        { value: "auto", text: t("by the data") },
        { value: "classification", text: t("classification") },
        { value: "regression", text: t("regression") },
      ],
    }),
    numberField(playground, {
      where: "data.n_classes", label: t("Classes"), stops: [2, 3, 4, 5, 6, 7, 8, 9, 10], whole: true,
      shown: (state) => state.sets.find((/** @type {any} */ one) => one.name === state.setup.data.name)?.many_classes,
    }),
    numberField(playground, { where: "data.n_rows", label: t("Rows"), stops: ROWS, whole: true, shown: made }),
    numberField(playground, { where: "data.noise", label: t("Noise"), stops: NOISE, shown: made, hint: t("How far points are displaced at random") }),
    numberField(playground, {
      where: "data.test_share", label: t("Test share, %"), stops: SHARES, read: (share) => 100 * share,
      write: (percent) => (typeof percent === "number" ? percent / 100 : percent), hint: t("Rows that are kept back to judge by; no training sees them"),
    }),
    numberField(playground, { where: "model.batch_size", label: t("Batch size"), stops: BATCHES, whole: true, hint: t("Rows whose gradient is averaged for one update") }),
    seed,
    notes(playground),
  ]);
}

/** What the server did to the rows, in its words. @param {any} playground */
function notes({ store }) {
  const list = h("ul", { class: "notes" });
  store.subscribe((/** @type {any} */ state) => state.described?.notes ?? [], (/** @type {string[]} */ texts) => {
    list.hidden = texts.length === 0;
    list.replaceChildren(...texts.map((text) => h("li", {}, text)));
  });
  return list;
}
