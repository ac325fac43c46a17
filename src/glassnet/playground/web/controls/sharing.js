// A link to what is shown, copied.

import { h, icon } from "./elements.js";
import { address } from "./address.js";
import { copied } from "./copying.js";

/** @param {any} playground */
export function shareButton(playground) {
  const { store, t } = playground;
  return h(
    "button",
    { type: "button", class: "tool", "data-act": "share", title: t("Copy a link to this set-up and epoch"), onclick: share },
    icon("link"),
    h("span", {}, t("Share")),
  );

  async function share() {
    const link = address(playground, { language: false });
    history.replaceState(null, "", address(playground));
    const { setup } = store.state;
    const table = setup?.data.name === "table" ? ` ${t("Whoever opens it uploads {file} there; the rows do not travel in the link.", { file: setup.data.table?.name ?? "" })}` : "";
    const done = await copied(link);
    const text = done ? t("The link is copied.") + table : t("Copy the link from the address of the page.");
    store.update({ notice: { kind: "good", text, link } });
  }
}
