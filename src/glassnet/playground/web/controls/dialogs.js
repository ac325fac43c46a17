// Dialogs: the browser's own element, which keeps the focus inside and closes with Escape.

import { h, iconButton, unique } from "./elements.js";

/**
 * Opens a dialog; it is gone when it is closed.
 *
 * @param {any} playground
 * @param {{title: string, class?: string, content: Node[], closed?: function(): void}} what
 * @returns {HTMLDialogElement & {close(): void}}
 */
export function openDialog({ t }, { title, class: more = "", content, closed = () => {} }) {
  const id = unique("dialog");
  const opener = /** @type {HTMLElement | null} */ (document.activeElement);
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: `dialog ${more}`, "aria-labelledby": id },
      h("header", { class: "dialog-head" }, h("h2", { id }, title), iconButton("close", t("Close"), () => dialog.close(), { class: "dialog-close" })),
      ...content,
    )
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
    if (opener?.isConnected) opener.focus();
  });
  // A press beside the dialog closes it; one that began inside, as when text is marked, does not.
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
