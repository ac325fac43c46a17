// @ts-check
// Elements in one line each.

/**
 * @param {string} tag
 * @param {string} classes
 * @param {string | (Node | string)[]} content
 * @returns {HTMLElement}
 */
export function element(tag, classes, content) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  made.append(...(typeof content === "string" ? [content] : content));
  return made;
}

/**
 * @param {string} text
 * @param {() => void} pressed
 * @param {string} classes
 * @param {string} key the button keeps the keyboard's focus when the one of the same key is drawn anew
 * @returns {HTMLButtonElement}
 */
export function button(text, pressed, classes = "", key = "") {
  const made = document.createElement("button");
  made.type = "button";
  if (key) made.dataset.key = key;
  if (classes) made.className = classes;
  made.textContent = text;
  made.addEventListener("click", pressed);
  return made;
}

/**
 * @param {string} classes
 * @param {Node[]} items
 * @param {"ul" | "ol"} tag
 * @returns {HTMLElement}
 */
export function list(classes, items, tag = "ul") {
  return element(
    tag,
    classes,
    items.map((item) => element("li", "", [item])),
  );
}
