// A table of one's own: chosen, or dropped anywhere on the page.

import { h, icon } from "./elements.js";

/**
 * @param {any} playground
 * @param {HTMLElement} panel
 * @returns {{node: HTMLElement, ask: function(): void}}
 */
export function upload(playground, panel) {
  const { store, t } = playground;
  const picker = h("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-label": t("A table: CSV, TSV, JSON lines or Parquet"), accept: ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet,.gz" });
  const words = h("p", { class: "field-error", role: "alert", hidden: true });
  const button = h("button", { type: "button", class: "button wide", "data-act": "upload", onclick: () => picker.click() }, icon("upload"), h("span", {}, t("Open a table")));
  const node = h("div", { class: "upload" }, button, picker, words);
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (file) send(file);
  });
  store.subscribe(
    (/** @type {any} */ state) => state.setup?.data.name,
    (/** @type {string} */ name) => {
      button.hidden = name !== "table";
      if (name !== "table") words.hidden = true;
    },
  );

  async function send(/** @type {File} */ file) {
    words.hidden = true;
    panel.classList.add("busy");
    try {
      const most = store.state.limits.upload_bytes;
      if (most && file.size > most) throw new Error(t("{name} has {size} MB; a file may have {most}.", { name: file.name, size: Math.ceil(file.size / 2 ** 20), most: most >> 20 }));
      const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}&lang=${store.state.lang}`, { method: "POST", body: file });
      const told = await answer.json().catch(() => ({ error: t("The file could not be read.") }));
      if (!answer.ok) throw new Error(told.error);
      store.update({ tables: [...store.state.tables.filter((/** @type {any} */ one) => one.id !== told.id), told], drawing: null });
      await playground.change({ data: { name: "table", table: { id: told.id, name: told.name, columns: [], target: told.target ?? "" }, task: "auto" } });
    } catch (error) {
      words.textContent = /** @type {Error} */ (error).message;
      words.hidden = false;
      panel.scrollIntoView({ block: "nearest" });
    } finally {
      panel.classList.remove("busy");
    }
  }

  const cover = h("div", { class: "drop", hidden: true }, h("p", {}, icon("table"), t("Drop the table here: it is read on this machine")));
  document.body.append(cover);
  const carriesFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (carriesFile(event)) cover.hidden = false;
  });
  addEventListener("dragover", (event) => {
    if (carriesFile(event)) event.preventDefault();
  });
  cover.addEventListener("dragleave", (event) => {
    if (event.target === cover) cover.hidden = true;
  });
  addEventListener("drop", (event) => {
    cover.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    send(file);
  });
  return { node, ask: () => picker.click() };
}
