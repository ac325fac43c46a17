// @ts-check
/** Pictures as files: PNG at twice the pixels, SVG of vectors and text, each with a line that says what it shows. */

import {css, look} from "./colors.js";
import {UnitPainter, edgesOf} from "./graph_drawing.js";
import {FOOT, HEAD, graphLayout} from "./graph_layout.js";
import {fitting} from "./graph_labels.js";
import {HEALTHY, LINES, commonRange, drawHistogram, drawSparkline, layerWords} from "./layers_drawing.js";
import {historyOf} from "./layers.js";
import {drawLosses} from "./losses_drawing.js";
import {options as lossOptions} from "./losses.js";
import {paintGraph} from "./network.js";
import {options as planeOptions} from "./plane.js";
import {PlanePainter} from "./plane_drawing.js";
import {planeLayout} from "./plane_layout.js";
import {paintGround, paintPoints} from "./plane_pane.js";
import {agrees, classesOf, layersOf, shapeOf, shownRuns} from "./runs.js";
import {SheetPainter, sheetLayout, sheetOrder} from "./sheet.js";
import {SvgContext} from "./svg_context.js";

const MARGIN = 16;
const WIDTHS = {network: 760, plane: 480, losses: 640, layers: 640};
const LAYER_HEIGHT = 92;

/** @typedef {"network" | "plane" | "losses" | "layers"} Kind */

/**
 * Download a picture as it stands now, in the colors of the page.
 * @param {any} playground @param {Kind} kind @param {"png" | "svg"} format
 */
export async function exportPicture(playground, kind, format) {
  const blob = await pictureFile(playground, kind, format);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `glassnet-${kind}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** The file itself. @param {any} playground @param {Kind} kind @param {"png" | "svg"} format @returns {Promise<Blob>} */
export async function pictureFile(playground, kind, format) {
  const scene = sceneOf(playground, kind);
  const {width, height} = scene;
  if (format === "svg") {
    const context = new SvgContext(width, height);
    scene.draw(context);
    return new Blob([context.file(scene.title, scene.caption.join("\n"))], {type: "image/svg+xml"});
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  scene.draw(context);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}

/** Picture, title and caption on one sheet. @param {any} playground @param {Kind} kind */
function sceneOf(playground, kind) {
  const {t, store} = playground;
  const runs = shownRuns(store.state);
  const parts = kind === "losses" ? [lossPart(playground, runs)] : runs.map(({name, run}) => PARTS[kind](playground, name, run));
  const title = {network: t("Network"), plane: t("What it answers"), losses: t("Learning curves"), layers: t("Inside the layers")}[kind];
  const width = parts.reduce((sum, part) => sum + part.width + MARGIN, MARGIN);
  const caption = runs.flatMap(({name, run}) => {
    const before = runs.length > 1 ? [name === "main" ? t("this run") : t("beside")] : [];
    return wrapped([...before, ...captionOf(run, playground)], width - 2 * MARGIN);
  });
  const tallest = Math.max(...parts.map((part) => part.height));
  const height = 44 + tallest + 18 * caption.length + MARGIN;
  const draw = (/** @type {any} */ context) => {
    const theme = look();
    context.fillStyle = css(theme.paper);
    context.fillRect(0, 0, width, height);
    context.fillStyle = css(theme.ink);
    context.font = `600 16px ${theme.font}`;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(title, MARGIN, 28);
    let x = MARGIN;
    for (const part of parts) {
      context.save();
      context.translate(x, 44);
      part.draw(context);
      context.restore();
      x += part.width + MARGIN;
    }
    context.font = `12px ${theme.font}`;
    context.fillStyle = css(theme.soft);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    caption.forEach((line, i) => context.fillText(fitting(context, line, width - 2 * MARGIN), MARGIN, 44 + tallest + 14 + 18 * i));
  };
  return {width, height, title, caption, draw};
}

/** The set-up in words. @param {any} run @param {any} playground */
export function captionOf(run, playground) {
  const {t, format} = playground;
  const {setup} = run.described;
  const sizes = [run.described.network.n_inputs, ...layersOf(run).map((layer) => layer.units)].join(" – ");
  const activations = [...new Set(layersOf(run).slice(0, -1).map((layer) => layer.activation))].join(", ");
  const values = {
    data: setup?.data?.table?.name ?? setup?.data?.name ?? "", sizes, activations, solver: setup?.model?.solver ?? "",
    rate: format.number(setup?.model?.learning_rate_init), seed: setup?.model?.random_state ?? 0, epoch: format.count(run.frame?.epoch ?? 0),
    loss: format.number(run.frame?.test_loss), score: classesOf(run) ? format.percent(run.frame?.test_score) : format.number(run.frame?.test_score),
  };
  return [
    values.data, `${sizes}${activations ? ` ${activations}` : ""}`, `${values.solver} ${values.rate}`.trim(),
    t("seed {seed}", values), t("epoch {epoch}", values), t("test loss {loss}", values), t("test score {score}", values),
  ].filter(Boolean);
}

/** Parts in lines, with a dot between those of one line. @param {string[]} parts @param {number} width */
function wrapped(parts, width) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.font = `12px ${look().font}`;
  const lines = /** @type {string[]} */ ([]);
  for (const part of parts) {
    const longer = lines.length ? `${lines[lines.length - 1]} · ${part}` : part;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

/** @type {Record<string, (playground: any, name: "main" | "beside", run: any) => {width: number, height: number, draw(context: any): void}>} */
const PARTS = {network: networkPart, plane: planePart, layers: layersPart};

/** @param {any} playground @param {"main" | "beside"} name @param {any} run */
function networkPart(playground, name, run) {
  const layout = graphLayout(shapeOf(run), WIDTHS.network);
  const draw = (/** @type {any} */ context) => {
    const edges = agrees(run) ? edgesOf(layout, run) : [];
    paintGraph(context, layout, run, {edges, contents: new UnitPainter(), near: null, selected: null});
    const theme = look();
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `12px ${theme.font}`;
    context.fillStyle = css(theme.soft);
    const layers = layersOf(run);
    for (const {layer, x, units} of layout.columns) {
      context.fillText(String(units), x, HEAD / 2);
      if (layer > 0) context.fillText(fitting(context, String(layers[layer - 1].activation), 100), x, layout.height - FOOT / 2 + 6);
    }
  };
  return {width: layout.width, height: layout.height, draw};
}

/** @param {any} playground @param {"main" | "beside"} name @param {any} run */
function planePart(playground, name, run) {
  if (run.described.images) {
    const order = sheetOrder(run);
    const layout = sheetLayout(WIDTHS.plane, order.length);
    return {width: layout.width, height: layout.height, draw: (/** @type {any} */ context) => new SheetPainter().draw(context, layout, run, order)};
  }
  const layout = planeLayout(run, WIDTHS.plane);
  const draw = (/** @type {any} */ context) => {
    paintGround(context, layout, run, new PlanePainter());
    paintPoints(context, layout, run, planeOptions, null);
  };
  return {width: layout.width, height: layout.height, draw};
}

/** @param {any} playground @param {{name: "main" | "beside", run: any}[]} runs */
function lossPart(playground, runs) {
  const {t, format} = playground;
  const [width, height] = [WIDTHS.losses, 320];
  return {width, height, draw: (/** @type {any} */ context) => void drawLosses(context, width, height, runs, lossOptions, look(), {t, format})};
}

/** @param {any} playground @param {"main" | "beside"} name @param {any} run */
function layersPart(playground, name, run) {
  const {t, format} = playground;
  const layers = layersOf(run);
  const width = WIDTHS.layers;
  const draw = (/** @type {any} */ context) => {
    const theme = look();
    const history = historyOf(name);
    const series = LINES.map(({of}) => layers.map((_, layer) => history.series(layer, of)));
    const ranges = series.map((all) => commonRange(all));
    layers.forEach((described, layer) => {
      const y = layer * LAYER_HEIGHT;
      const third = (width - 40) / 3;
      context.font = `600 12px ${theme.font}`;
      context.fillStyle = css(theme.ink);
      context.textAlign = "left";
      context.textBaseline = "top";
      const title = layer === layers.length - 1 ? t("output") : t("layer {layer}", {layer: layer + 1});
      context.fillText([`${title} ${described.activation}`, layerWords(run, layer, t, format).text].filter(Boolean).join(" · "), 0, y);
      context.font = `11px ${theme.font}`;
      context.fillStyle = css(theme.soft);
      const names = [layer === layers.length - 1 ? t("raw scores") : t("activations"), t("gradient"), t("update / weight")];
      names.forEach((text, k) => {
        const latest = k ? series[k - 1][layer].at(-1)?.value : null;
        context.textAlign = "left";
        context.textBaseline = "top";
        context.fillStyle = css(theme.soft);
        context.font = `11px ${theme.font}`;
        context.fillText(latest ? `${text} ${format.number(latest, 2)}` : text, k * (third + 20), y + 18);
        const place = {x: k * (third + 20), y: y + 34, width: third, height: 46};
        if (k === 0) drawHistogram(context, place, run, layer, theme);
        else drawSparkline(context, {...place, height: 32}, series[k - 1][layer], theme, {...ranges[k - 1], band: k === 2 ? HEALTHY : undefined});
      });
    });
  };
  return {width, height: layers.length * LAYER_HEIGHT, draw};
}
