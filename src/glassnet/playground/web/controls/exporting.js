// Export: the Python code in a dialog, the model as a file, the pictures.

import { h, icon } from "./elements.js";
import { copied, offered } from "./copying.js";
import { openDialog } from "./dialogs.js";
import { openMenu } from "./menus.js";

/** @param {any} playground */
export function exportMenu(playground) {
  const { store, t } = playground;
  const failed = (/** @type {Error} */ error) => store.update({ notice: { kind: "bad", text: error.message } });
  const button = h(
    "button",
    { type: "button", class: "tool", "data-act": "export", "aria-haspopup": "menu", "aria-expanded": "false", onclick: open },
    icon("download"),
    h("span", {}, t("Export")),
  );
  return h("span", { class: "menu-anchor" }, button);

  function open() {
    const pictures = { network: t("Network"), plane: t("What it answers"), losses: t("Learning curves"), layers: t("Inside the layers") };
    openMenu(button, [
      { name: "python", text: t("Python code"), hint: t("builds and trains exactly this network"), act: () => python().catch(failed) },
      { name: "glass", text: t("Model file (.glass)"), hint: t("as it is at this epoch"), act: () => model().catch(failed) },
      ...Object.entries(pictures).map(([kind, text]) => ({
        name: `picture-${kind}`,
        text: t("Picture: {title}", { title: text }),
        also: ["png", "svg"].map((format) => ({ name: format, text: format.toUpperCase(), act: () => picture(kind, format).catch(failed) })),
      })),
    ]);
  }

  async function python() {
    const { code, filename } = await playground.request("export", { kind: "python" });
    const said = h("span", { class: "said", role: "status" });
    const copy = h("button", { type: "button", class: "button primary", "data-act": "copy", onclick: async () => {
      said.textContent = (await copied(code)) ? t("Copied.") : t("Mark the text and copy it.");
    } }, t("Copy"));
    const save = h("button", { type: "button", class: "button", "data-act": "save", onclick: () => offered(code, filename) }, t("Download {file}", { file: filename }));
    openDialog(playground, {
      title: t("This network in Python"),
      class: "code-dialog",
      content: [
        h("p", { class: "soft" }, t("Run in a fresh interpreter, it builds and trains exactly this network: the same weights, the same loss.")),
        h("pre", { tabindex: 0, class: "code" }, h("code", {}, code)),
        h("div", { class: "dialog-acts" }, copy, save, said),
      ],
    });
    copy.focus();
  }

  async function model() {
    const { session, runs } = store.state;
    const answer = await fetch(`/export.glass?session=${encodeURIComponent(session ?? "")}&run=main`);
    if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.error ?? t("The model could not be saved."));
    offered(await answer.blob(), `playground-${runs.main.frame?.epoch ?? 0}.glass`);
  }

  async function picture(/** @type {string} */ kind, /** @type {string} */ format) {
    const { exportPicture } = await import("../picture/export.js");
    await exportPicture(playground, kind, format);
  }
}
