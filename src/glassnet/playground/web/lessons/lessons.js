// @ts-check
// Lessons: the list of them, or the one that is walked. Texts come from /lessons/{language}.json.

import { button, element, list } from "./elements.js";
import { finishedLessons, keepFinished } from "./finished.js";
import { showPanel } from "./panel.js";
import { Walking } from "./walking.js";

const WIDE = "(min-width: 62.01rem)"; // as in layout.css: the panel stands still beside the pictures
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

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
  let told = { at: "", met: 0 };
  let shown = "";

  const walking = new Walking(playground, () => {
    const { walk } = walking;
    if (walk?.finished) keepFinished(walk.lesson.name);
    if (!walk && data) showList();
    showPanel(panel, walking, playground, next);
    panel.hidden = !walk;
    catalog.hidden = Boolean(walk);
    point(walk && !walk.finished ? walking.step.region : "");
    if (place() !== shown) bringIntoView();
    shown = place();
    announce();
  });

  /** Where the walk is, as a text. */
  const place = () => (walking.walk ? `${walking.walk.lesson.name}/${walking.walk.step}/${walking.walk.finished}` : "");

  /** Another step, perhaps from far down the list: show its beginning, in the panel's column and on a phone. */
  function bringIntoView() {
    const column = root.parentElement;
    if (column && column.scrollHeight > column.clientHeight) column.scrollTop = 0;
    if (walking.walk) root.scrollIntoView({ block: matchMedia(WIDE).matches ? "nearest" : "start" });
  }

  /** Tell who listens what has changed: another step, or something that was seen. */
  function announce() {
    const { walk, step } = walking;
    const at = walk && step && !walk.finished ? `${walk.lesson.name}/${walk.step}` : "";
    const met = walk ? walk.met.filter(Boolean).length : 0;
    if (at && at !== told.at) {
      said.textContent = `${t("Step {n} of {all}", { n: walk.step + 1, all: walk.lesson.steps.length })}: ${step.does}`;
    } else if (at && met > told.met) said.textContent = t("Seen: {text}", { text: step.expects[met - 1].text });
    else if (walk?.finished) said.textContent = walk.lesson.verdict;
    told = { at, met };
  }

  /** Point at a part of the page, and bring it into view where the panel stays in view as well. @param {string} id */
  function point(id) {
    const now = id ? document.getElementById(id) : null;
    const before = document.querySelector(".lesson-points");
    if (now === before) return;
    before?.classList.remove("lesson-points");
    now?.classList.add("lesson-points");
    if (matchMedia(WIDE).matches) now?.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  function showList() {
    const finished = finishedLessons();
    catalog.replaceChildren(
      element("summary", "", [t("Lessons"), element("span", "lesson-count", `${finished.length} / ${flat().length}`)]),
      element("p", "lesson-intro", t("Claims of the textbooks, to be seen, broken and mended here.")),
      ...data.groups.map((/** @type {any} */ group) =>
        element("section", "lesson-group", [
          element("h3", "", group.title),
          list(
            "",
            group.lessons.map((/** @type {any} */ lesson) => opener(lesson, finished.includes(lesson.name))),
          ),
        ]),
      ),
      elsewhere(),
    );
  }

  /** @param {any} lesson @param {boolean} finished */
  function opener(lesson, finished) {
    const open = button(lesson.title, () => walking.goTo(lesson, 0), "lesson-open");
    open.dataset.lesson = lesson.name;
    if (finished) {
      open.append(element("span", "done", " ✓"), element("span", "visually-hidden", t("(finished)")));
    }
    return open;
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
    const { lang } = store.state;
    const answer = await fetch(`/lessons/${lang}.json`);
    const told = await answer.json();
    if (lang !== store.state.lang) return; // another language has been asked for meanwhile
    data = told;
    showList();
    const { lesson } = store.state;
    const found = lesson && flat().find((one) => one.name === lesson.name);
    if (!found) {
      store.update({ lesson: null });
      return;
    }
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
}
