// @ts-check
// Lessons: the list of them, or the one that is walked. Texts come from /lessons/{language}.json.

import { element, list, button } from "./elements.js";
import { showPanel } from "./panel.js";
import { Walking } from "./walking.js";

/**
 * @param {HTMLElement} root
 * @param {any} playground
 */
export function mount(root, playground) {
  const { store, t } = playground;
  const panel = element("section", "lesson-panel", []);
  const catalog = document.createElement("details");
  catalog.className = "lesson-list";
  const said = element("p", "visually-hidden", []);
  said.setAttribute("aria-live", "polite");
  root.append(catalog, panel, said);

  /** @type {any} */
  let data = null;
  const flat = () => (data ? data.groups.flatMap((/** @type {any} */ group) => group.lessons) : []);
  const next = (/** @type {any} */ lesson) => flat()[flat().findIndex((one) => one.name === lesson.name) + 1] ?? null;
  let metBefore = 0;

  const walking = new Walking(playground, () => {
    const { walk } = walking;
    const focused = panel.contains(document.activeElement) ? position(panel) : -1;
    showPanel(panel, walking, playground, next);
    panel.hidden = !walk;
    catalog.hidden = Boolean(walk);
    point(walk && !walk.finished ? walking.step.region : "");
    if (focused >= 0) panel.querySelectorAll("button, summary")[focused]?.focus();
    announce();
  });

  /** Keep the keyboard's place although the panel is drawn anew. @param {HTMLElement} within */
  function position(within) {
    return [...within.querySelectorAll("button, summary")].indexOf(/** @type {any} */ (document.activeElement));
  }

  function announce() {
    const { walk, step } = walking;
    const met = walk ? walk.met.filter(Boolean).length : 0;
    if (walk && step && met > metBefore) said.textContent = t("Seen: {text}", { text: step.expects[met - 1].text });
    metBefore = met;
  }

  /** Point at a part of the page. @param {string} id */
  function point(id) {
    for (const old of document.querySelectorAll(".lesson-points")) old.classList.remove("lesson-points");
    if (id) document.getElementById(id)?.classList.add("lesson-points");
  }

  function showList() {
    catalog.replaceChildren(
      element("summary", "", t("Lessons")),
      ...data.groups.map((/** @type {any} */ group) =>
        element("section", "lesson-group", [
          element("h3", "", group.title),
          list(
            "",
            group.lessons.map((/** @type {any} */ lesson) => {
              const open = button(lesson.title, () => walking.goTo(lesson, 0), "lesson-open");
              open.dataset.lesson = lesson.name;
              return open;
            }),
          ),
        ]),
      ),
      elsewhere(),
    );
  }

  function elsewhere() {
    const more = document.createElement("details");
    more.className = "lesson-elsewhere";
    more.append(
      element("summary", "", t("Claims that cannot be seen here")),
      list(
        "",
        data.elsewhere.map((/** @type {any} */ one) =>
          element("p", "", [`${one.row} · ${one.reason} `, element("code", "", `glassnet lab run ${one.experiment}`)]),
        ),
      ),
    );
    return more;
  }

  async function load() {
    const answer = await fetch(`/lessons/${store.state.lang}.json`);
    data = await answer.json();
    showList();
    const { lesson } = store.state;
    const found = lesson && flat().find((one) => one.name === lesson.name);
    if (!found) return;
    const step = Math.min(Math.max(0, lesson.step), found.steps.length - 1);
    if (walking.walk) {
      // Another language: the same place, nothing set up anew.
      walking.walk.lesson = found;
      walking.changed();
    } else {
      walking.goTo(found, step, false);
    }
  }

  store.subscribe((/** @type {any} */ state) => state.lang, load);
  if (store.state.lang) load();
}
