// Which columns of a table: two inputs, and what is predicted.

import { h, unique } from "./elements.js";
import { errorLine } from "./fields.js";

/** @param {any} playground */
export function columnChoice(playground) {
  const { store, t } = playground;
  const choices = {
    table: choice(t("Table")),
    first: choice(t("Input x₁")),
    second: choice(t("Input x₂")),
    target: choice(t("Predict")),
  };
  const node = h("div", { class: "columns" }, ...Object.values(choices).map(({ row }) => row), errorLine(playground, (place) => place.startsWith("data.table.")));
  const opened = () => store.state.tables.find((/** @type {any} */ one) => one.id === store.state.setup?.data.table?.id);

  function show() {
    const { setup, tables } = store.state;
    const table = setup?.data.name === "table" ? opened() : null;
    node.hidden = !table;
    if (!table) return;
    const names = table.columns.map((/** @type {any} */ column) => ({ value: column.name, text: column.name, title: column.kind }));
    fill(choices.table.select, tables.map((/** @type {any} */ one) => ({ value: one.id, text: one.name, title: t("{rows} rows", { rows: one.rows }) })), table.id);
    const { columns, target } = setup.data.table;
    fill(choices.first.select, names, columns[0]);
    fill(choices.second.select, names, columns[1]);
    fill(choices.target.select, names, target);
  }
  function send() {
    const { columns } = store.state.setup.data.table;
    let [first, second] = [choices.first.select.value, choices.second.select.value];
    // Choosing the column of the other input exchanges the two.
    if (first === second) [first, second] = first === columns[0] ? [columns[1], columns[0]] : first === columns[1] ? [columns[1], columns[0]] : [first, second];
    const table = { ...store.state.setup.data.table, columns: [first, second], target: choices.target.select.value };
    playground.change({ data: { table } }).finally(show).catch(() => {});
  }
  choices.table.select.addEventListener("change", () => {
    const table = store.state.tables.find((/** @type {any} */ one) => one.id === choices.table.select.value);
    playground.change({ data: { table: { id: table.id, name: table.name, columns: [], target: table.target ?? "" } } });
  });
  for (const name of ["first", "second", "target"]) choices[name].select.addEventListener("change", send);
  store.subscribe((/** @type {any} */ state) => state.setup, show);
  store.subscribe((/** @type {any} */ state) => state.tables, show);
  return node;
}

/** @param {string} label */
function choice(label) {
  const id = unique("column");
  const select = h("select", { id });
  return { select, row: h("div", { class: "field" }, h("label", { for: id }, label), select) };
}

/** @param {any} select @param {{value: string, text: string, title: string}[]} options @param {string | undefined} value */
function fill(select, options, value) {
  select.replaceChildren(...options.map((option) => h("option", { value: option.value, title: option.title }, option.text)));
  if (value !== undefined) select.value = value;
}
