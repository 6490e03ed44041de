// Draws every chart in the colours of the page, light or dark, and again when they change.
"use strict";
(() => {
  const specs = JSON.parse(document.getElementById("pictures").textContent);
  const boxes = [...document.querySelectorAll("[data-picture]")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The title of an axis that is wider than its chart would lose its beginning: it gives its end.
  const theme = (width) => {
    const [text, quiet, line] = ["--text", "--quiet", "--line"].map(colour);
    const font = getComputedStyle(document.body).fontFamily;
    const axis = {
      labelColor: text, titleColor: quiet, gridColor: line, domainColor: line, tickColor: line,
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
    };
    return {
      background: "transparent", font, axis, axisX: { titleLimit: Math.round(width * 0.9) }, view: { stroke: null },
      legend: { labelColor: text, titleColor: quiet, labelFontSize: 12 },
      text: { color: text }, rule: { color: quiet }, title: { color: text },
    };
  };

  // Names may take two fifths of a narrow screen, a legend all of it; what is cut has a tooltip.
  const fitted = (part, width) => {
    if (Array.isArray(part)) return part.map((p) => fitted(p, width));
    if (part === null || typeof part !== "object") return part;
    const copy = Object.fromEntries(Object.entries(part).map(([k, v]) => [k, fitted(v, width)]));
    const share = copy.orient === "top" ? 0.85 : 0.4;
    if (copy.labelLimit) copy.labelLimit = Math.min(copy.labelLimit, Math.round(width * share));
    return copy;
  };

  const draw = async (box) => {
    drawn.get(box)?.finalize();
    const spec = fitted(specs[Number(box.dataset.picture)], box.clientWidth);
    const options = {
      mode: "vega-lite", ast: true, actions: false, renderer: "svg", config: theme(box.clientWidth),
      tooltip: { theme: dark.matches ? "dark" : "light" },
    };
    try {
      drawn.set(box, await vegaEmbed(box, spec, options));
    } catch (fault) {
      box.textContent = "This chart cannot be drawn here; its numbers stand below.";
      console.error(fault);
    }
  };

  // One after the other, from the top, so that the page can be read and scrolled meanwhile.
  const drawAll = async () => {
    for (const box of boxes) await draw(box);
  };

  if (typeof vegaEmbed === "undefined") return;
  dark.addEventListener("change", drawAll);
  drawAll();
})();
