// @ts-check
// The panel of a step: what it does, what to look for, what has been seen, and the way on.

import { button, element, list } from "./elements.js";

/**
 * Fill the panel.
 * @param {HTMLElement} panel
 * @param {import("./walking.js").Walking} walking
 * @param {any} playground
 * @param {(lesson: any) => any} next the lesson after this one, or null
 */
export function showPanel(panel, walking, playground, next) {
  const { walk, step } = walking;
  if (!walk || !step) {
    panel.replaceChildren();
    return;
  }
  const { t } = playground;
  const focused = /** @type {any} */ (document.activeElement)?.dataset?.key;
  const had = panel.contains(document.activeElement);
  const opened = panel.querySelector("details")?.open ?? false;
  panel.replaceChildren(
    heading(walk, walking, t),
    ...(walk.finished ? ending(walk, walking, t, next) : stepParts(walk, step, t)),
    ...(walk.finished ? [] : [ways(walk, step, walking, t)]),
    about(walk.lesson, t, opened),
  );
  if (had) /** @type {any} */ (panel.querySelector(`[data-key="${focused}"]:enabled`) ?? panel.querySelector("h2"))?.focus();
}

/** @param {any} walk @param {any} walking @param {any} t */
function heading(walk, walking, t) {
  const { lesson } = walk;
  const done = walk.finished ? lesson.steps.length : walk.step;
  const dots = list(
    "lesson-progress",
    lesson.steps.map((/** @type {any} */ _, /** @type {number} */ index) => {
      const dot = button(String(index + 1), () => walking.goTo(lesson, index), "", `step${index}`);
      dot.setAttribute("aria-label", t("Step {n} of {all}", { n: index + 1, all: lesson.steps.length }));
      if (!walk.finished && index === walk.step) dot.setAttribute("aria-current", "step");
      dot.classList.toggle("done", index < done);
      return dot;
    }),
    "ol",
  );
  const leave = button("×", () => walking.leave(), "lesson-leave", "leave");
  leave.setAttribute("aria-label", t("End the lesson"));
  leave.title = t("End the lesson");
  const title = element("h2", "", lesson.title);
  title.tabIndex = -1; // where the focus goes when the button that had it is gone
  return element("header", "lesson-head", [title, leave, dots]);
}

/** @param {any} walk @param {any} step @param {any} t */
function stepParts(walk, step, t) {
  const seen = step.expects.map((/** @type {any} */ condition, /** @type {number} */ index) => {
    const met = walk.met[index];
    const mark = element("span", "lesson-mark", met ? "✓" : "○");
    mark.setAttribute("aria-hidden", "true");
    const line = element("span", met ? "met" : "open", [
      mark,
      element("span", "", condition.text),
      element("span", "visually-hidden", met ? t("(seen)") : t("(not yet)")),
    ]);
    return line;
  });
  return [
    element("p", "lesson-does", step.does),
    element("div", "lesson-look", [element("h3", "", t("What to look for")), element("p", "", step.look_for)]),
    ...(seen.length ? [list("lesson-seen", seen)] : []),
  ];
}

/** @param {any} walk @param {any} step @param {any} walking @param {any} t */
function ways(walk, step, walking, t) {
  const { lesson } = walk;
  const last = walk.step === lesson.steps.length - 1;
  const back = button(t("Back"), () => walking.goTo(lesson, walk.step - 1), "", "back");
  back.disabled = walk.step === 0;
  const on = last
    ? button(t("Finish"), () => walking.finish(), "lesson-next", "next")
    : button(t("Next step"), () => walking.goTo(lesson, walk.step + 1), "lesson-next", "next");
  on.classList.toggle("ready", walk.met.every(Boolean));
  return element("div", "lesson-ways", [
    back,
    button(t("Set up again"), () => walking.setUp(), "", "again"),
    ...(step.changed ? [button(t("Do it for me"), () => walking.change(), "lesson-change", "change")] : []),
    on,
  ]);
}

/** @param {any} walk @param {any} walking @param {any} t @param {any} next */
function ending(walk, walking, t, next) {
  const { lesson } = walk;
  const following = next(lesson);
  const commands = lesson.experiments.map((/** @type {string} */ name) =>
    element("code", "", `glassnet lab run ${name}`),
  );
  return [
    element("p", "lesson-verdict", lesson.verdict),
    ...(commands.length
      ? [element("p", "lesson-lab", [t("Put to the test with many seeds:"), " ", ...commands])]
      : []),
    element("div", "lesson-ways", [
      button(t("Back"), () => walking.goTo(lesson, lesson.steps.length - 1), "", "back"),
      ...(following
        ? [
            button(t("All lessons"), () => walking.leave(), "", "all"),
            button(
              t("Next lesson: {title}", { title: following.title }),
              () => walking.goTo(following, 0),
              "lesson-next ready",
              "next",
            ),
          ]
        : [button(t("All lessons"), () => walking.leave(), "lesson-next ready", "next")]),
    ]),
  ];
}

/** @param {any} lesson @param {any} t @param {boolean} opened */
function about(lesson, t, opened) {
  const claim = document.createElement("details");
  claim.open = opened;
  claim.className = "lesson-claim";
  claim.append(
    element("summary", "", t("The claim, and where it is from")),
    element("p", "", lesson.claim),
    element("p", "lesson-source", [lesson.rows.join(", "), " · ", lesson.source]),
  );
  return claim;
}
