// @ts-check
/** When pictures are drawn, and on what: once a screen frame, only after a change, in the pixels of the screen. */

const times = /** @type {Map<string, {count: number, last: number, mean: number, worst: number}>} */ (new Map());

/**
 * A picture that is drawn in the next animation frame after `soon()`, however often that was called.
 * @param {string} name for `paintTimes`
 * @param {() => void} draw
 */
export function painter(name, draw) {
  let due = 0;
  const now = () => {
    due = 0;
    const start = performance.now();
    draw();
    note(name, performance.now() - start);
  };
  return {
    soon() {
      if (!due) due = requestAnimationFrame(now);
    },
    stop() {
      cancelAnimationFrame(due);
      due = 0;
    },
  };
}

/** @param {string} name @param {number} milliseconds */
function note(name, milliseconds) {
  const time = times.get(name) ?? {count: 0, last: 0, mean: 0, worst: 0};
  time.count += 1;
  time.last = milliseconds;
  time.mean += (milliseconds - time.mean) / Math.min(time.count, 100);
  time.worst = Math.max(time.worst, milliseconds);
  times.set(name, time);
}

/** Milliseconds that each picture took since the last call: {name: {count, last, mean, worst}}. */
export function paintTimes() {
  const result = Object.fromEntries(times);
  times.clear();
  return result;
}

/**
 * Give a canvas its size in CSS pixels, and the context that draws in them, sharp on every screen.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height @param {number} [scale]
 */
export function fitted(canvas, width, height, scale = devicePixelRatio || 1) {
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * Call `changed(width)` when an element's width has changed, and when the screen's pixels have (zoom, another screen).
 * @param {HTMLElement} element @param {(width: number) => void} changed @returns {() => void} that ends it
 */
export function onWidth(element, changed) {
  let [width, ratio] = [-1, devicePixelRatio];
  const look = () => {
    const now = Math.floor(element.clientWidth);
    if (now > 0 && (now !== width || ratio !== devicePixelRatio)) {
      [width, ratio] = [now, devicePixelRatio];
      changed(now);
    }
  };
  const observer = new ResizeObserver(look);
  observer.observe(element);
  window.addEventListener("resize", look);
  look();
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", look);
  };
}

/**
 * An element with attributes and children; `on…` attributes are listeners.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
