// @ts-check
/**
 * The part of CanvasRenderingContext2D that the pictures use, writing SVG: what is drawn on the screen is exported as
 * vectors by the same code. Text stays text. Colors are written as they are, so that the file stands alone.
 */

/** @param {number} value */
const short = (value) => String(Math.round(value * 100) / 100);

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[sign] ?? sign);

const STATE = ["fillStyle", "strokeStyle", "lineWidth", "globalAlpha", "font", "textAlign", "textBaseline", "lineCap", "lineJoin"];

export class SvgContext {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    /** Tells drawing code that areas should be drawn as areas, not as pixels. */
    this.vector = true;
    this.size = [width, height];
    this.fillStyle = "#000";
    this.strokeStyle = "#000";
    this.lineWidth = 1;
    this.globalAlpha = 1;
    this.font = "12px sans-serif";
    this.textAlign = "start";
    this.textBaseline = "alphabetic";
    this.lineCap = "butt";
    this.lineJoin = "miter";
    this.imageSmoothingEnabled = true;
    /** @type {number[]} */ this.dash = [];
    /** @type {string[]} */ this.parts = [];
    /** @type {string[]} */ this.path = [];
    /** @type {any[]} */ this.saved = [];
    this.groups = 0;
    this.clips = 0;
    this.shift = [0, 0];
  }

  save() {
    const state = Object.fromEntries(STATE.map((name) => [name, /** @type {any} */ (this)[name]]));
    this.saved.push({state, dash: this.dash, groups: this.groups, shift: this.shift});
  }

  restore() {
    const {state, dash, groups, shift} = this.saved.pop();
    Object.assign(this, state);
    for (; this.groups > groups; this.groups--) this.parts.push("</g>");
    this.dash = dash;
    this.shift = shift;
  }

  /** @param {number} x @param {number} y */
  translate(x, y) {
    this.shift = [this.shift[0] + x, this.shift[1] + y];
  }

  /** @param {number} x @param {number} y */
  at(x, y) {
    return `${short(x + this.shift[0])} ${short(y + this.shift[1])}`;
  }

  /** Turn what follows, until restore. @param {number} angle in radians, about the point that translate set */
  rotate(angle) {
    const [x, y] = this.shift;
    this.parts.push(`<g transform="translate(${short(x)} ${short(y)}) rotate(${short((angle * 180) / Math.PI)})">`);
    this.groups += 1;
    this.shift = [0, 0];
  }

  beginPath() {
    this.path = [];
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.path.push(`M${this.at(x, y)}`);
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.path.push(`L${this.at(x, y)}`);
  }

  bezierCurveTo(/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ c, /** @type {number} */ d, /** @type {number} */ x, /** @type {number} */ y) {
    this.path.push(`C${this.at(a, b)} ${this.at(c, d)} ${this.at(x, y)}`);
  }

  closePath() {
    this.path.push("Z");
  }

  rect(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) {
    this.path.push(`M${this.at(x, y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  roundRect(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ radius) {
    const r = Math.min(radius, width / 2, height / 2);
    const turn = (/** @type {number} */ dx, /** @type {number} */ dy) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    this.path.push(
      `M${this.at(x + r, y)}h${short(width - 2 * r)}${turn(r, r)}v${short(height - 2 * r)}${turn(-r, r)}` +
        `h${short(2 * r - width)}${turn(-r, -r)}v${short(2 * r - height)}${turn(r, -r)}Z`,
    );
  }

  /** Whole circles only. */
  arc(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ radius) {
    const r = short(radius);
    this.path.push(`M${this.at(x + radius, y)}a${r} ${r} 0 1 1 ${short(-2 * radius)} 0a${r} ${r} 0 1 1 ${short(2 * radius)} 0Z`);
  }

  /** @param {string} paint @param {string} how */
  element(paint, how) {
    if (this.path.length) this.parts.push(`<path d="${this.path.join("")}" ${paint}${how}${this.faded()}/>`);
  }

  faded() {
    return this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : "";
  }

  /** @param {string} [rule] */
  fill(rule) {
    this.element(`fill="${this.fillStyle}"`, rule === "evenodd" ? ' fill-rule="evenodd"' : "");
  }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.element(
      `fill="none" stroke="${this.strokeStyle}" stroke-width="${short(this.lineWidth)}"`,
      ` stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"${dash}`,
    );
  }

  clip() {
    const name = `clip${(this.clips += 1)}`;
    this.parts.push(`<clipPath id="${name}"><path d="${this.path.join("")}"/></clipPath><g clip-path="url(#${name})">`);
    this.groups += 1;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.dash = dash;
  }

  fillRect(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }

  strokeRect(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) {
    this.beginPath();
    this.rect(x, y, width, height);
    this.stroke();
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    const anchor = {center: "middle", right: "end", end: "end"}[this.textAlign];
    const base = {middle: "central", top: "hanging"}[this.textBaseline];
    const [left, top] = this.at(x, y).split(" ");
    const {weight, size, family} = fontOf(this.font);
    this.parts.push(
      `<text x="${left}" y="${top}" font-family="${escaped(family)}" font-size="${size}"${weight ? ` font-weight="${weight}"` : ""}` +
        `${anchor ? ` text-anchor="${anchor}"` : ""}${base ? ` dominant-baseline="${base}"` : ""} fill="${this.fillStyle}"${this.faded()}>` +
        `${escaped(text)}</text>`,
    );
  }

  /** @param {string} text */
  measureText(text) {
    ruler ??= /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    ruler.font = this.font;
    return ruler.measureText(text);
  }

  /** Pixels that have no shape of their own (weights as images, digits). @param {HTMLCanvasElement} image */
  drawImage(image, /** @type {number[]} */ ...where) {
    if (where.length === 8) {
      const [left, top, wide, high, ...place] = where;
      const part = document.createElement("canvas");
      [part.width, part.height] = [wide, high];
      part.getContext("2d")?.drawImage(image, left, top, wide, high, 0, 0, wide, high);
      return this.drawImage(part, ...place);
    }
    const [x, y, width, height] = where;
    const [left, top] = this.at(x, y).split(" ");
    const sharp = this.imageSmoothingEnabled ? "" : ' style="image-rendering:pixelated"';
    this.parts.push(
      `<image x="${left}" y="${top}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none"${sharp} href="${image.toDataURL()}"/>`,
    );
  }

  /** The whole file. @param {string} title @param {string} [description] */
  file(title, description = "") {
    const [width, height] = this.size;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">\n` +
      `<title>${escaped(title)}</title>${description ? `<desc>${escaped(description)}</desc>` : ""}\n${this.parts.join("\n")}\n</svg>\n`
    );
  }
}

let ruler = /** @type {CanvasRenderingContext2D | null} */ (null);

/** @param {string} font as canvas takes it: "600 12px family" */
function fontOf(font) {
  const [, weight, size, family] = /^(?:(\d+|bold) )?([\d.]+)px (.*)$/.exec(font) ?? ["", "", "12", "sans-serif"];
  return {weight, size, family};
}
