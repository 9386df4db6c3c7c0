"use strict";
// Draws the embedded figures and makes the table of programs sortable. The pages say everything without it.
const root = document.documentElement;
root.classList.add("js");
const CONFIG = { displaylogo: false, displayModeBar: true, responsive: false, scrollZoom: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "pan2d"] };
const NARROW = 680;

function coloured(value, style) {
  if (typeof value === "string") {
    return value.startsWith("var(--") ? style.getPropertyValue(value.slice(4, -1)).trim() : value;
  }
  if (Array.isArray(value)) return value.map((item) => coloured(item, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, style)]));
  }
  return value;
}

function overridden(layout, width) {
  const narrow = layout.meta && layout.meta.narrow;
  if (!narrow || width >= NARROW) return layout;
  const copy = structuredClone(layout);
  for (const [path, value] of Object.entries(narrow)) {
    const keys = path.split(".");
    const last = keys.pop();
    keys.reduce((part, key) => (part[key] ??= {}), copy)[last] = value;
  }
  return copy;
}

function thinned(axis, room) {
  const every = Math.ceil((axis.tickvals.length * 95) / Math.max(room - 160, 95));
  const keep = (_, index) => index % every === 0;
  axis.tickvals = axis.tickvals.filter(keep);
  axis.ticktext = axis.ticktext.filter(keep);
}

function draw(figure, width) {
  const plot = figure.querySelector(".plot");
  const spec = JSON.parse(figure.querySelector("script").textContent);
  const style = getComputedStyle(root);
  const wide = width || plot.clientWidth;
  const layout = structuredClone(overridden(spec.layout, wide));
  layout.template = TEMPLATE;
  layout.width = wide;
  const room = wide - (layout.margin?.l ?? 0);
  if (layout.xaxis?.tickvals?.length > 4) thinned(layout.xaxis, room);
  if (layout.xaxis?.nticks) layout.xaxis.nticks = Math.max(3, Math.min(layout.xaxis.nticks, Math.floor(room / 90)));
  if (width) layout.height = Math.round(layout.height * 0.57);
  const ready = coloured({ data: spec.data, layout }, style);
  Plotly.react(plot, ready.data, ready.layout, CONFIG);
  // the figure is labelled by its sentence; its ticks and marks read aloud one by one would say nothing
  plot.querySelectorAll(".main-svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
}

const figures = [...document.querySelectorAll("figure")];
const drawAll = (width) => typeof Plotly !== "undefined" && figures.forEach((figure) => draw(figure, width));
drawAll();
let timer;
let seen = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === seen) return;
  seen = window.innerWidth;
  clearTimeout(timer);
  timer = setTimeout(() => drawAll(), 120);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
// A4 less its margins, at the scale of site.css's print rules; dark applies to screens only, so print is light.
const PRINTED = 1095;
window.addEventListener("beforeprint", () => drawAll(PRINTED));
window.addEventListener("afterprint", () => drawAll());
matchMedia("print").addEventListener("change", (event) => drawAll(event.matches ? PRINTED : undefined));

const table = document.querySelector("table.sortable");
if (table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const collator = new Intl.Collator("en", { numeric: true });
  const key = (row, index) => {
    const cell = row.cells[index];
    const marked = cell.querySelector("[data-sort]");
    return marked ? marked.dataset.sort : cell.textContent.trim();
  };
  const compare = (a, b) => (a !== "" && b !== "" && !isNaN(a) && !isNaN(b) ? a - b : collator.compare(a, b));
  [...table.tHead.rows[0].cells].forEach((heading, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((a, b) => (down ? -1 : 1) * compare(key(a, index), key(b, index)));
      body.append(...rows);
    });
  });
  const search = document.getElementById("search");
  const stage = document.getElementById("stage-filter");
  const job = document.getElementById("job-filter");
  const change = document.getElementById("change-filter");
  const shown = document.getElementById("shown");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const kept = { rose: (row) => key(row, 2) > 0, fell: (row) => key(row, 2) < 0, look: (row) => row.querySelector(".attention") };
  const filter = () => {
    const words = search.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = !(texts.get(row).includes(words) && (!stage.value || key(row, 1) === stage.value)
        && (!job.value || key(row, 3) === job.value) && (!change.value || kept[change.value](row)));
      if (!row.hidden) count += 1;
    }
    shown.textContent = `${count} of ${rows.length} programs`;
  };
  [search, stage, job, change].forEach((input) => input.addEventListener("input", filter));
}
